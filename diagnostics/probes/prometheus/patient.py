"""A service's metrics in Prometheus, ready to be looked at: configured or well-known queries only."""

import asyncio
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from diagnostics.probe import Care, GoneError, Probe, TargetName
from diagnostics.probes.http.getter import Getter
from diagnostics.probes.http.unanswered import SILENT, Asked, Unanswered, finding
from diagnostics.probes.prometheus import (
    alerts,
    breakers,
    impact,
    memory,
    queues,
    refusals,
    requests,
    saturation,
    watched,
)
from diagnostics.probes.prometheus.alertmanager import Alertmanager
from diagnostics.probes.prometheus.api import Api, Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.described import REACH
from diagnostics.probes.prometheus.known import DISCOVER, Question
from diagnostics.probes.prometheus.labels import filled
from diagnostics.probes.prometheus.means import HISTORY, Means, Method
from diagnostics.probes.prometheus.section import Part, PrometheusSection
from diagnostics.wording import capital, counted
from incidents.evidence import Figure, Finding, Health

HOUR = 3600.0
DEADLINE = 3.0  # seconds; more than the client waits for one answer


@dataclass(frozen=True, slots=True)
class Way:
    """One question to the metrics; `part` is its word under `without` in services.toml."""

    id: str
    title: str
    look: Method
    part: Part | None = None


WAYS = (
    Way(watched.TARGETS, "scraped targets", watched.targets, "targets"),
    Way(requests.ERRORS, "errors", requests.errors, "errors"),
    Way(refusals.PROBE, "refused requests", refusals.refusals, "refusals"),
    Way(requests.LATENCY, "latency", requests.latency, "latency"),
    Way(requests.TRAFFIC, "traffic", requests.traffic, "traffic"),
    Way(alerts.ALERTS, "firing alerts", alerts.alerts, "alerts"),
    Way(breakers.PROBE, "circuit breakers", breakers.breaker, "breaker"),
    Way(saturation.POOL, "connection pools", saturation.pool, "pool"),
    Way(memory.PROBE, "memory", memory.memory, "memory"),
    Way(saturation.CPU, "CPU", saturation.cpu, "cpu"),
    Way(saturation.FILES, "open files", saturation.files, "files"),
    Way(saturation.WORKERS, "busy threads", saturation.workers, "workers"),
    Way(saturation.THROTTLED, "the processor limit", saturation.throttled, "throttled"),
    Way(queues.PROBE, "queues", queues.queues, "queues"),
)
IMPACT = Way(impact.PROBE, "impact", impact.impact)


class PrometheusPatient:
    """One service's metrics.

    Args:
        clock: Unix seconds at which everything is asked; without it, Prometheus' own time.
    """

    def __init__(
        self,
        name: TargetName,
        section: PrometheusSection,
        _care: Care,
        *,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._name = name
        self._clock = clock
        self._getter = Getter(section.headers)
        self._alertmanager = _alertmanager(section)
        api = Api(section.url, self._getter)
        self._blank = Means(str(name), section, api, now=0, alertmanager=self._alertmanager)
        self._means: Means | None = None
        self._ways = [way for way in WAYS if way.part not in section.without] + [IMPACT] * bool(
            section.impact
        )
        self._probes = self._asking(None)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """The ways to look at it, in order."""
        return self._probes

    def before(self, onset: datetime) -> Sequence[Probe]:
        """The same, with what was usual before that."""
        return self._asking(onset.timestamp())

    async def history(self, question: Question, *, seconds: float = HISTORY) -> tuple[Series, ...]:
        """The series of a question as (Unix time, value) pairs until now, to be drawn; none if it has none.

        Raises:
            Unanswered: what Prometheus said instead.
        """
        means = self._means or await self._prepared()
        chosen = means.chosen(question)
        return await means.history(chosen.query, seconds=seconds) if chosen else ()

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What Prometheus said instead of an answer."""
        if not isinstance(error, Unanswered):
            return None
        if error.fault.name in SILENT or probe.id == REACH:
            self._means = None
        asked = Asked(
            code=Code[error.fault.name],
            probe=probe.id,
            target=str(self._name),
            whom="Prometheus" if probe.id == REACH else f"Prometheus, asked for {probe.title},",
            meaning="What the service's metrics say cannot be seen; that is not known to be fine.",
        )
        return finding(asked, error)

    async def open(self) -> None:
        """Nothing to do: the client is made when something is asked."""

    async def close(self) -> None:
        """Close the clients."""
        await self._getter.close()
        if self._alertmanager:
            await self._alertmanager.close()

    async def _reach(self) -> tuple[Finding, ...]:
        self._means = None
        self._means = means = await self._prepared()
        known = capital(counted(len(means.names), "well-known metric"))
        return (
            Finding(
                code=Code.ANSWERS,
                probe=REACH,
                target=str(self._name),
                health=Health.OK,
                sentence=f"Prometheus answers. {known} {means.among}.",
                figures=(Figure("well-known metrics", len(means.names)),),
            ),
        )

    async def _prepared(self) -> Means:
        now = self._clock() if self._clock else await self._server_time()
        blank = replace(self._blank, now=now)
        query = filled(DISCOVER, blank.section.labels)
        found = await asyncio.gather(*(blank.api.instant(query, at=moment) for moment in (now, now - HOUR)))
        names = (series.labels.get("__name__", "") for both in found for series in both)
        return replace(blank, names=frozenset(names))

    async def _server_time(self) -> float:
        (series,) = await self._blank.api.instant("time()")
        return series.points[0][1]

    def _asking(self, onset: float | None) -> tuple[Probe, ...]:
        looks = (
            Probe(way.id, way.title, functools.partial(self._ask, way, onset), DEADLINE) for way in self._ways
        )
        return (Probe(REACH, "Prometheus", self._reach, DEADLINE), *looks)

    async def _ask(self, way: Way, onset: float | None) -> tuple[Finding, ...]:
        if self._means is None:
            raise GoneError("Prometheus did not answer")
        return await way.look(replace(self._means, onset=onset))


def _alertmanager(section: PrometheusSection) -> Alertmanager | None:
    if section.alertmanager is None:
        return None
    one, other = urlsplit(section.url), urlsplit(section.alertmanager)
    same = (one.scheme, one.hostname) == (other.scheme, other.hostname)
    return Alertmanager(section.alertmanager, Getter(section.headers if same else {}))
