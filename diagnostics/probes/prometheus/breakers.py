"""Circuit breakers as the service's metrics tell of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.probes.breaker.states import State, state
from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.known import Question
from diagnostics.probes.prometheus.means import Means
from diagnostics.wording import counted, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "prom.breaker"
NUMBERS = {State.CLOSED: 0, State.HALF_OPEN: 1, State.OPEN: 2}
NAMES = ("name", "breaker", "circuit_breaker", "circuit", "service", "target", "upstream", "instance")
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Words:
    """What a state means and what to do about it."""

    health: Health
    how: str
    meaning: str
    next_step: str


WORDS = {
    State.OPEN: Words(
        Health.CRITICAL,
        "open",
        "Calls behind it fail at once.",
        "If the service behind it is back, wait 60 s for half-open."
        " If it is still down, switch to the fallback.",
    ),
    State.DISABLED: Words(
        Health.WARN,
        "switched off",
        "Calls wait for a service that may be down.",
        "Switch it on again when the incident is over.",
    ),
    State.HALF_OPEN: Words(
        Health.WARN,
        "half-open",
        "A few calls are tried.",
        "Wait: it closes if they succeed, and opens again if they fail.",
    ),
    State.CLOSED: Words(Health.OK, "closed", "", ""),
}


async def breaker(means: Means) -> tuple[Finding, ...]:
    """Which breakers are open or half-open, and how many calls failed in the last five minutes."""
    means.optional(Question.BREAKER)
    states = [
        (_name(series), _state(series)) for series in await means.ask(Question.BREAKER) if _tells(series)
    ]
    known = [(name, how) for name, how in states if how]
    if not known or len(known) < len(states):
        what = "circuit breakers (0 closed, 1 half-open, 2 open)" if states else "circuit breakers"
        return (means.absent(Code.BREAKER, PROBE, what, Question.BREAKER),)
    return (_finding(means, known, await _failures(means)),)


def _tells(series: Series) -> bool:
    """Where each state has a series of its own, only the one that is 1 tells something."""
    return not series.labels.get("state") or series.value == 1


def _state(series: Series) -> State | None:
    word, value = series.labels.get("state"), series.points[-1][1]
    if word:
        return state(word)
    return state(int(value)) if value.is_integer() else None


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


def _finding(means: Means, known: Sequence[tuple[str, State]], failures: float | None) -> Finding:
    worst = min((how for _, how in known), key=list(State).index)
    names = tuple(name for name, how in known if how is worst)
    words = WORDS[worst]
    return Finding(
        code=Code.BREAKER,
        probe=PROBE,
        target=means.target,
        health=words.health,
        sentence=_sentence(names, worst, len(known), failures),
        figures=(
            Figure("state", NUMBERS.get(worst)),
            Figure("breaker", None if worst is State.CLOSED else names[0]),
            Figure("open", sum(how is State.OPEN for _, how in known)),
            Figure("half-open", sum(how is State.HALF_OPEN for _, how in known)),
            Figure("failures in 5 min", None if failures is None else round(failures)),
        ),
        meaning=words.meaning,
        next_step=words.next_step,
    )


def _sentence(names: tuple[str, ...], worst: State, every: int, failures: float | None) -> str:
    failed = f"; {counted(round(failures), 'call')} failed in the last 5 min" if failures else ""
    are = "circuit breaker is" if len(names) == 1 else "circuit breakers are"
    if worst is not State.CLOSED:
        return f"The {_shown(names)} {are} {WORDS[worst].how}{failed}."
    return f"The {are if every == 1 else f'{every} {are}'} closed{failed}."


def _shown(names: tuple[str, ...]) -> str:
    more = (f"{len(names) - SHOWN} more",) if len(names) > SHOWN else ()
    return listed((*names[:SHOWN], *more))


def _name(series: Series) -> str:
    return quoted(next((series.labels[name] for name in NAMES if series.labels.get(name)), "service's"), 80)
