"""What a third party's answer and its status page mean together. Pure."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from diagnostics.probes.http.answer import Answer
from diagnostics.probes.http.unanswered import Fault, fault
from diagnostics.probes.third_party.codes import Code
from diagnostics.probes.third_party.page import Component, Incident, Page
from diagnostics.wording import counted, duration, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

HEALTH = "third_party.health"
STATUS = "third_party.status"
LIMITED = 429
WIDE = 120  # characters of somebody else's text
SHOWN = 4
GRAVE = frozenset({"major", "critical"})
OUT = "major_outage"
FALLBACK = "Use the fallback, tell users, and verify the integration once it is back."
LIMIT = Fault(
    "LIMITED", "takes no more calls from us (429)", "Look at who calls so often; slow down retries."
)


def health(target: str, answer: Answer, *, slow: float, page_fine: bool) -> Finding:
    """The finding about its health address; `page_fine` if its status page knows of nothing."""
    host = urlsplit(answer.address).hostname or "?"
    wrong = LIMIT if answer.status == LIMITED else fault(answer)
    figures = (
        Figure("host", host),
        Figure("status", answer.status or None),
        Figure("answer", round(answer.seconds * 1000, 1), "ms"),
        *((Figure("error", answer.error),) if answer.error else ()),
    )
    late = answer.seconds > slow
    if wrong:
        return _wrong(target, f"{host} {wrong.says}.", wrong, figures, page_fine=page_fine)
    return Finding(
        code=Code.ANSWERS,
        probe=HEALTH,
        target=target,
        health=Health.WARN if late else Health.OK,
        sentence=f"{host} answers {answer.status} in {duration(answer.seconds)}.",
        figures=figures,
        meaning=f"That is slower than the {duration(slow)} expected of it." if late else "",
        next_step="Shorten the time that calls to it may take, so that they hold up nothing else."
        if late
        else "",
    )


def _wrong(
    target: str, sentence: str, wrong: Fault, figures: tuple[Figure, ...], *, page_fine: bool
) -> Finding:
    unsure = wrong.name in {"NOT_ALLOWED", "NOT_THERE"}
    limited = wrong is LIMIT
    quiet = " Its status page knows of nothing: it may be late, or the way there is cut." if page_fine else ""
    return Finding(
        code=Code[wrong.name],
        probe=HEALTH,
        target=target,
        health=Health.UNKNOWN if unsure else Health.WARN if limited else Health.CRITICAL,
        sentence=sentence,
        figures=figures,
        meaning="It can be reached; whether it is well is not known."
        if unsure
        else "Our own calls are too many, or our quota is used up."
        if limited
        else f"What needs it fails.{quiet}",
        next_step="Give an address in services.toml that answers 2xx without a login."
        if unsure
        else wrong.next_step
        if limited
        else FALLBACK,
    )


def page(target: str, said: Page, names: Sequence[str], *, now: datetime) -> Finding:
    """The finding about its status page."""
    incidents, failing, work = said.open_incidents(names), said.failing(names), said.work(names)
    if incidents:
        return _incident(target, incidents, failing, now)
    if failing:
        return _degraded(target, failing)
    if work:
        return _work(target, work)
    if missing := said.missing(names):
        return _missing(target, missing)
    return _whole(target, said, names)


def _incident(
    target: str, incidents: Sequence[Incident], failing: Sequence[Component], now: datetime
) -> Finding:
    worst = min(incidents, key=lambda one: one.impact not in GRAVE)
    grave = worst.impact in GRAVE or any(one.status == OUT for one in failing)
    lasts = max((now - worst.since).total_seconds(), 0) if worst.since else None
    since = f", open for {duration(lasts)}" if lasts is not None else ""
    more = f" {counted(len(incidents) - 1, 'more is', 'more are')} open." if len(incidents) > 1 else ""
    parts = f" Failing: {_named(failing)}." if failing else ""
    return Finding(
        code=Code.INCIDENT,
        probe=STATUS,
        target=target,
        health=Health.CRITICAL if grave else Health.WARN,
        sentence=f"Its status page tells of “{quoted(worst.name, WIDE)}”"
        f" ({quoted(worst.impact or 'no impact given', 20)}, {quoted(worst.status, 20)}{since})."
        f"{parts}{more}",
        figures=(
            Figure("incident", quoted(worst.name, WIDE)),
            Figure("impact", quoted(worst.impact, 20) or None),
            Figure("components", _named(failing) or None),
            Figure("incidents", len(incidents)),
            Figure("open for", None if lasts is None else round(lasts), "s"),
        ),
        meaning="What needs it fails; that is not ours to mend.",
        next_step=FALLBACK,
    )


def _degraded(target: str, failing: Sequence[Component]) -> Finding:
    out = any(one.status == OUT for one in failing)
    worst = min(failing, key=lambda one: one.status != OUT)
    return Finding(
        code=Code.DEGRADED,
        probe=STATUS,
        target=target,
        health=Health.CRITICAL if out else Health.WARN,
        sentence=f"Its status page tells of {quoted(worst.status.replace('_', ' '), 40)}: {_named(failing)}.",
        figures=(Figure("components", _named(failing)), Figure("incidents", 0)),
        meaning="What needs it may fail; that is not ours to mend.",
        next_step=FALLBACK,
    )


def _work(target: str, work: Sequence[Incident]) -> Finding:
    return Finding(
        code=Code.MAINTENANCE,
        probe=STATUS,
        target=target,
        health=Health.WARN,
        sentence=f"Its status page tells of planned work that goes on now: “{quoted(work[0].name, WIDE)}”.",
        figures=(Figure("incident", quoted(work[0].name, WIDE)), Figure("incidents", 0)),
        meaning="What needs it may fail until the work is done.",
        next_step=FALLBACK,
    )


def _missing(target: str, missing: tuple[str, ...]) -> Finding:
    return Finding(
        code=Code.STATUS_UNSEEN,
        probe=STATUS,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"Its status page has no component called {listed(missing[:SHOWN], 'or')}.",
        meaning="This is not known to be fine.",
        next_step="Correct components in services.toml.",
    )


def _whole(target: str, said: Page, names: Sequence[str]) -> Finding:
    """The page's own verdict counts only where all of its components matter."""
    indicator = said.status.indicator
    ill = not names and indicator not in {"none", "maintenance"}
    described = quoted(said.status.description, WIDE)
    fine = "Its status page knows of nothing."
    return Finding(
        code=Code.DEGRADED if ill else Code.STATUS_FINE,
        probe=STATUS,
        target=target,
        health=_indicated(indicator) if ill else Health.OK,
        sentence=f"Its status page says “{described}” ({quoted(indicator, 20)})." if ill else fine,
        figures=(Figure("impact", quoted(indicator, 20) or None), Figure("incidents", 0)),
        meaning="What needs it may fail; that is not ours to mend." if ill else "",
        next_step=FALLBACK if ill else "",
    )


def _indicated(indicator: str) -> Health:
    if indicator in GRAVE:
        return Health.CRITICAL
    return Health.WARN if indicator == "minor" else Health.UNKNOWN


def _named(failing: Sequence[Component]) -> str:
    names = tuple(quoted(one.name, 60) for one in failing)
    more = (f"{len(names) - SHOWN} more",) if len(names) > SHOWN else ()
    return listed((*names[:SHOWN], *more))
