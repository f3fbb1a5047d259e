"""What a look through Prometheus is given: the time, the metrics that are there, and how to ask for them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from diagnostics.probe import SkippedError
from diagnostics.probes.prometheus.alertmanager import Alertmanager
from diagnostics.probes.prometheus.api import Api, Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.known import KNOWN, Question
from diagnostics.probes.prometheus.labels import filled, matchers
from diagnostics.probes.prometheus.section import Limits, PrometheusSection
from incidents.evidence import Finding, Health

HISTORY = 2 * 3600.0  # seconds of a look back
STEP = 60.0  # seconds between its points
FEWEST = 5  # points that make a usual value
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """A query, and whether an operator wrote it."""

    query: str
    configured: bool


@dataclass(frozen=True, slots=True)
class Means:
    """The service's metrics at one time.

    Attributes:
        now: Unix seconds at which everything is asked.
        onset: Unix seconds at which the incident began; None outside of one.
        names: well-known metrics that carry the service's labels, now or an hour ago.
    """

    target: str
    section: PrometheusSection
    api: Api
    now: float
    alertmanager: Alertmanager | None = None
    names: frozenset[str] = frozenset()
    onset: float | None = None

    @property
    def limits(self) -> Limits:
        """The limits of this target."""
        return self.section.limits

    def chosen(self, question: Question) -> Chosen | None:
        """The query for a question: the configured one, else the first whose metric is there."""
        own = getattr(self.section.queries, question.value, None)
        if own:
            return Chosen(filled(own, self.section.labels), configured=True)
        known = next((known for known in KNOWN.get(question, ()) if known.metric in self.names), None)
        return Chosen(filled(known.query, self.section.labels), configured=False) if known else None

    def optional(self, question: Question) -> Chosen:
        """The query for what not every service has.

        Raises:
            SkippedError: it is neither configured nor published under a well-known name.
        """
        chosen = self.chosen(question)
        if chosen is None:
            raise SkippedError(f"no well-known metric {self.among}; name a query: queries.{question.value}")
        return chosen

    async def ask(self, question: Question) -> tuple[Series, ...]:
        """The question's series now; none if they are absent or not a number."""
        chosen = self.chosen(question)
        return await self.at_once(chosen.query) if chosen else ()

    async def at_once(self, query: str) -> tuple[Series, ...]:
        """The query's series now, those left out that are not a number."""
        return tuple(series for series in await self.api.instant(query, at=self.now) if series.points)

    async def history(self, query: str, *, seconds: float = HISTORY) -> tuple[Series, ...]:
        """The query's series of so many seconds until now, point by point."""
        return await self.api.span(query, start=self.now - seconds, end=self.now, step=STEP)

    async def usual(self, query: str) -> float | None:
        """The median of the query before whatever happens now began; None if too little is known.

        What is usual lies well before the onset: of an incident that lasts for hours, before those hours.
        """
        return typical(await self.before(query))

    async def before(self, query: str) -> tuple[Series, ...]:
        """The query's series over the time in which things were as usual."""
        end, reach = self.limits.usual_to, max(self.limits.usual_from, self.limits.usual_to)
        return await self.api.span(query, start=self.began - reach, end=self.began - end, step=STEP)

    @property
    def began(self) -> float:
        """Unix seconds at which whatever happens now began: the onset, or now where none is known."""
        return min(self.now, self.onset) if self.onset else self.now

    @property
    def among(self) -> str:
        """The words for the service's labels."""
        text = matchers(self.section.labels)
        return f"with {text}" if text else "in this Prometheus"

    def absent(self, code: Code, probe: str, what: str, question: Question, *, why: str = "") -> Finding:
        """The finding that a question has no answer, which is not the same as well."""
        chosen = self.chosen(question)
        if chosen and chosen.configured:
            why = f"queries.{question.value} gives no number"
        return Finding(
            code=code,
            probe=probe,
            target=self.target,
            health=Health.UNKNOWN,
            sentence=f"Nothing is known of {what}: {why or f'no series {self.among}'}.",
            meaning="This is not known to be fine.",
            next_step=f"Check labels in services.toml, or name a query: queries.{question.value}.",
        )


def typical(series: Sequence[Series]) -> float | None:
    """The median of the first of these; None if too little is known."""
    values = [value for one in series[:1] for _, value in one.points]
    return median(values) if len(values) >= FEWEST else None


Method: TypeAlias = Callable[[Means], Awaitable[tuple[Finding, ...]]]


def share(value: float) -> str:
    """A share in percent as people say it, such as "6.2 %" or "0.05 %"."""
    text = f"{value:.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004 -- two digits are enough
    return f"{text} %"


def per_minute(value: float) -> str:
    """Requests per minute as people say them."""
    return f"{value:,.0f} requests a minute"


def judged(value: float, *, warn: float, critical: float) -> Health:
    """How bad a figure is that is bad when high."""
    if value >= critical:
        return Health.CRITICAL
    return Health.WARN if value >= warn else Health.OK
