"""Circuit breakers as the service's metrics tell of them."""

from collections.abc import Sequence

from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.known import Question
from diagnostics.probes.prometheus.means import Means
from diagnostics.wording import counted, cut, listed
from incidents.evidence import Figure, Finding, Health

PROBE = "prom.breaker"
HALF_OPEN, OPEN = 1, 2
NAMES = ("name", "breaker", "circuit_breaker", "circuit", "service", "target", "upstream", "instance")
SHOWN = 4
NEXT = (
    "If the service behind it is back, wait 60 s for half-open. If it is still down, switch to the fallback."
)


async def breaker(means: Means) -> tuple[Finding, ...]:
    """Which breakers are open or half-open, and how many calls failed in the last five minutes."""
    means.optional(Question.BREAKER)
    found = await means.ask(Question.BREAKER)
    odd = any(series.points[-1][1] not in (0, HALF_OPEN, OPEN) for series in found)
    if not found or odd:
        what = "circuit breakers (0 closed, 1 half-open, 2 open)" if odd else "circuit breakers"
        return (means.absent(Code.BREAKER, PROBE, what, Question.BREAKER),)
    return (_finding(means, found, await _failures(means)),)


async def _failures(means: Means) -> float | None:
    """How much the counter rose in five minutes; None if it is not known."""
    chosen = means.chosen(Question.BREAKER_FAILURES)
    if chosen is None:
        return None
    lines = await means.history(chosen.query, seconds=300)
    rises = [
        max(later[1] - earlier[1], 0)
        for series in lines
        for earlier, later in zip(series.points, series.points[1:], strict=False)
    ]
    return sum(rises) if rises else None


def _finding(means: Means, found: Sequence[Series], failures: float | None) -> Finding:
    opened = tuple(_name(series) for series in found if series.points[-1][1] == OPEN)
    half = tuple(_name(series) for series in found if series.points[-1][1] == HALF_OPEN)
    health = Health.CRITICAL if opened else Health.WARN if half else Health.OK
    meaning = (
        ("Calls behind it fail at once." if opened else "It is trying a few calls.") if opened or half else ""
    )
    return Finding(
        code=Code.BREAKER,
        probe=PROBE,
        target=means.target,
        health=health,
        sentence=_sentence(len(found), opened, half, failures),
        figures=(
            Figure("state", max(series.points[-1][1] for series in found)),
            Figure("breaker", next(iter((*opened, *half)), None)),
            Figure("open", len(opened)),
            Figure("half-open", len(half)),
            Figure("failures in 5 min", round(failures) if failures is not None else None),
        ),
        meaning=meaning,
        next_step=NEXT
        if opened
        else "Wait: it closes if they succeed, and opens if they fail."
        if half
        else "",
    )


def _sentence(every: int, opened: tuple[str, ...], half: tuple[str, ...], failures: float | None) -> str:
    failed = f"; {counted(round(failures), 'call')} failed in the last 5 min" if failures else ""
    if opened:
        are = "circuit breaker is" if len(opened) == 1 else "circuit breakers are"
        return f"The {_shown(opened)} {are} open{failed}."
    if half:
        are = "circuit breaker is" if len(half) == 1 else "circuit breakers are"
        return f"The {_shown(half)} {are} half-open{failed}."
    all_are = "circuit breaker is" if every == 1 else f"{every} circuit breakers are"
    return f"The {all_are} closed{failed}."


def _shown(names: tuple[str, ...]) -> str:
    more = (f"{len(names) - SHOWN} more",) if len(names) > SHOWN else ()
    return listed((*names[:SHOWN], *more))


def _name(series: Series) -> str:
    return cut(next((series.labels[name] for name in NAMES if series.labels.get(name)), "service's"), 80)
