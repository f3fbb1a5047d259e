"""Requests that the service refuses its callers (4xx): logins, limited callers, and other mistakes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from diagnostics.probe import SkippedError
from diagnostics.probes.prometheus import drawn
from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.known import Question, status
from diagnostics.probes.prometheus.means import FEWEST, PERCENT, Means, judged, per_minute, share
from incidents.evidence import Figure, Finding, Health

PROBE = "prom.4xx_ratio"
MINUTE = 60
LOGIN = frozenset({"401", "403"})
LIMIT = frozenset({"429"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of refusal: which statuses it is, and how it is spoken of."""

    code: Code
    name: str
    fits: Callable[[str], bool]
    says: str
    meaning: str
    next_step: str


KINDS = (
    Kind(
        Code.LOGINS_REFUSED,
        "logins",
        LOGIN.__contains__,
        "are refused logins (401, 403)",
        "Somebody tries passwords, or a caller comes with a login that has ended.",
        "See in its log who is refused: many accounts from few addresses is an attack, one account a caller "
        "whose token or password ran out.",
    ),
    Kind(
        Code.LIMITED,
        "limited",
        LIMIT.__contains__,
        "are turned away as too many (429)",
        "Callers come more often than they may, or the limit has become too small.",
        "See in its log who is limited: one caller that retries without pause, or everybody.",
    ),
    Kind(
        Code.CALLERS_WRONG,
        "other",
        lambda word: word.startswith("4") and word not in LOGIN | LIMIT,
        "are refused as wrong (other 4xx)",
        "Callers ask for what is not there, or in a way that it no longer takes.",
        "Compare with the last deploy of the service and of its callers: a route or a field that is gone.",
    ),
)


@dataclass(frozen=True, slots=True)
class Minute:
    """Requests in a minute, and how many of them were refused, by the name of the kind."""

    requests: float
    refused: Mapping[str, float]

    def share(self, name: str) -> float:
        """Percent of the requests."""
        return PERCENT * self.refused[name] / self.requests if self.requests else 0.0


async def refusals(means: Means) -> tuple[Finding, ...]:
    """The share of requests that are refused, by kind, each against its own past.

    Raises:
        SkippedError: there is too little traffic, or requests carry no status; the look at errors says so.
    """
    chosen = means.optional(Question.BY_STATUS)
    found = await means.at_once(chosen.query)
    if not any(status(series.labels) for series in found):
        raise SkippedError("the requests carry no status")
    now = _minute([(series.labels, series.points[-1][1]) for series in found])
    if now.requests < means.limits.requests_per_minute:
        raise SkippedError(f"too little traffic: {per_minute(now.requests)}")
    usual = _usual(await means.before(chosen.query))
    ill = [
        await _ill(means, kind, now, usual) for kind in KINDS if _health(means, kind, now, usual) != Health.OK
    ]
    return (_whole(means, now, usual), *ill)


def _minute(pairs: Sequence[tuple[Mapping[str, str], float]]) -> Minute:
    refused = {
        kind.name: MINUTE * sum(value for labels, value in pairs if kind.fits(status(labels)))
        for kind in KINDS
    }
    return Minute(MINUTE * sum(value for _, value in pairs), refused)


def _usual(past: Sequence[Series]) -> Minute | None:
    """The medians of the minutes before; None if too little is known of them."""
    times: dict[float, list[tuple[Mapping[str, str], float]]] = {}
    for series in past:
        for at, value in series.points:
            times.setdefault(at, []).append((series.labels, value))
    minutes = [_minute(pairs) for pairs in times.values()]
    if len(minutes) < FEWEST:
        return None
    names = (kind.name for kind in KINDS)
    refused = {name: median(minute.refused[name] for minute in minutes) for name in names}
    return Minute(median(minute.requests for minute in minutes), refused)


def _health(means: Means, kind: Kind, now: Minute, usual: Minute | None) -> Health:
    """Much, and much more than usual; what is usual unknown, only most of all requests is much."""
    limits, percent = means.limits, now.share(kind.name)
    if usual is None:
        return Health.WARN if percent >= limits.errors_plain else Health.OK
    if percent < limits.refused_times * usual.share(kind.name):
        return Health.OK
    match kind.code:
        case Code.LIMITED:
            return judged(percent, warn=limits.limited_warn, critical=limits.limited_critical)
        case _:
            return judged(percent, warn=limits.refused_warn, critical=limits.refused_critical)


def _of_the_extra(now: Minute, usual: Minute | None) -> float | None:
    """Percent of the requests beyond the usual that are refused; None where there are none."""
    if usual is None or now.requests <= usual.requests:
        return None
    more = sum(now.refused.values()) - sum(usual.refused.values())
    return min(max(PERCENT * more / (now.requests - usual.requests), 0.0), PERCENT)


def _whole(means: Means, now: Minute, usual: Minute | None) -> Finding:
    refused = sum(now.refused.values())
    percent, extra = PERCENT * refused / now.requests, _of_the_extra(now, usual)
    return Finding(
        code=Code.REFUSALS,
        probe=PROBE,
        target=means.target,
        health=Health.OK,
        sentence=f"{share(percent)} of {per_minute(now.requests)} are refused (4xx).",
        figures=(
            Figure("refused", round(percent, 2), "%"),
            Figure("requests a minute", round(now.requests, 3)),
            Figure("of the extra", None if extra is None else round(extra, 1), "%"),
        ),
    )


async def _ill(means: Means, kind: Kind, now: Minute, usual: Minute | None) -> Finding:
    percent = now.share(kind.name)
    before = None if usual is None else usual.share(kind.name)
    against = "what is usual is not known" if before is None else f"usual is {share(before)}"
    return Finding(
        code=kind.code,
        probe=PROBE,
        target=means.target,
        health=_health(means, kind, now, usual),
        sentence=f"{share(percent)} of {per_minute(now.requests)} {kind.says}; {against}.",
        figures=(
            Figure("share", round(percent, 2), "%"),
            Figure("usual share", None if before is None else round(before, 2), "%"),
            Figure("refused a minute", round(now.refused[kind.name], 3)),
            Figure("requests a minute", round(now.requests, 3)),
        ),
        meaning=kind.meaning,
        next_step=kind.next_step,
        chart=await drawn.refused(
            means, lambda labels: kind.fits(status(labels)), f"requests that {kind.says}"
        ),
    )
