"""Where the figures of a machine come from: a Prometheus that scrapes it, or its node_exporter itself."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from prometheus_client.parser import text_string_to_metric_families

from diagnostics.probe import SkippedError
from diagnostics.probes.host.section import HostSection
from diagnostics.probes.host.snapshot import NAME, WANTED, Snapshot, snapshot
from diagnostics.probes.http.getter import Getter
from diagnostics.probes.http.unanswered import Unanswered, unusable, usable
from diagnostics.probes.prometheus.api import Api, Series
from diagnostics.probes.prometheus.labels import matchers

MOST = 4 * 1024 * 1024  # bytes of a page
PAST = (
    "node_directory_size_bytes",
    "node_filesystem_avail_bytes",
    "node_filesystem_readonly",
    "node_vmstat_oom_kill",
)  # what is kept of a snapshot
KEPT = 120  # snapshots of an exporter, for as long as the process lives
CLOSEST = 30.0  # seconds between two snapshots that are kept
STEP = 60.0
Clock = Callable[[], float]


class Source(Protocol):
    """The figures of one machine."""

    @property
    def whom(self) -> str:
        """Who is asked, as a sentence begins."""

    async def now(self) -> Snapshot:
        """The machine now.

        Raises:
            Unanswered: who was asked did not answer.
        """

    async def earlier(self, now: Snapshot, seconds: float) -> Snapshot | None:
        """The machine about so long before; None if that is not known."""

    async def history(self, now: Snapshot, name: str, seconds: float) -> Sequence[Series]:
        """The series of a name over the time before, with `now` as their last point."""

    async def close(self) -> None:
        """Let go of what is open."""


class PrometheusSource:
    """Through a Prometheus, at the clock's time or at Prometheus' own."""

    whom = "Prometheus"

    def __init__(self, url: str, section: HostSection, clock: Clock | None) -> None:
        self._getter = Getter(section.headers)
        self._api = Api(url, self._getter)
        self._clock = clock
        self._labels = matchers({"instance": section.instance or ""} | section.labels)

    async def now(self) -> Snapshot:
        """The machine now."""
        if self._clock:
            return await self._at(self._clock())
        (series,) = await self._api.instant("time()")
        return await self._at(series.points[0][1])

    async def earlier(self, now: Snapshot, seconds: float) -> Snapshot | None:
        """The machine exactly so long before."""
        before = await self._at(now.at - seconds)
        return before if before.by_name else None

    async def history(self, now: Snapshot, name: str, seconds: float) -> Sequence[Series]:
        """One point a minute."""
        query = f"{name}{{{self._labels}}}"
        return await self._api.span(query, start=now.at - seconds, end=now.at, step=STEP)

    async def close(self) -> None:
        """Close the client."""
        await self._getter.close()

    async def _at(self, moment: float) -> Snapshot:
        query = f'{{__name__=~"{"|".join(WANTED)}",{self._labels}}}'
        return snapshot(moment, await self._api.instant(query, at=moment))


class ExporterSource:
    """The exporter itself; the past is what was seen before."""

    whom = "node_exporter"

    def __init__(self, url: str, section: HostSection, clock: Clock | None) -> None:
        self._getter = Getter(section.headers)
        self._url = url if url.endswith("/metrics") else f"{url}/metrics"
        self._clock = clock or time.time
        self._kept: deque[Snapshot] = deque(maxlen=KEPT)

    async def now(self) -> Snapshot:
        """The machine now, by its own clock if it tells."""
        answer = usable(await self._getter.get(self._url, most=MOST))
        try:
            found = tuple(_read(answer.body))
        except (ValueError, KeyError, IndexError) as error:
            raise Unanswered(unusable("a page of metrics"), answer) from error
        if not found:
            raise Unanswered(unusable("the metrics of a machine"), answer)
        blank = snapshot(0, found)
        now = Snapshot(blank.value("node_time_seconds") or self._clock(), blank.by_name)
        if not self._kept or now.at - self._kept[-1].at >= CLOSEST:
            self._kept.append(Snapshot(now.at, {name: now.each(name) for name in PAST}))
        return now

    async def earlier(self, now: Snapshot, seconds: float) -> Snapshot | None:
        """The one that was kept whose age is nearest to that."""
        past = [kept for kept in self._kept if kept.at < now.at]
        return min(past, key=lambda kept: abs(now.at - kept.at - seconds), default=None)

    async def history(self, now: Snapshot, name: str, seconds: float) -> Sequence[Series]:
        """What was kept of it."""
        kept = [one for one in (*self._kept, now) if one.at >= now.at - seconds]
        points: dict[tuple[tuple[str, str], ...], dict[float, float]] = {}
        for one in kept:
            for series in one.each(name):
                key = tuple(sorted(series.labels.items()))
                points.setdefault(key, {})[one.at] = series.points[-1][1]
        return [Series(dict(key), tuple(values.items())) for key, values in points.items()]

    async def close(self) -> None:
        """Close the client."""
        await self._getter.close()


def source_of(section: HostSection, clock: Clock | None) -> Source:
    """The source that is configured."""
    if section.prometheus:
        return PrometheusSource(section.prometheus, section, clock)
    return ExporterSource(section.node_exporter or "", section, clock)


def needed(value: float | None, what: str) -> float:
    """The value.

    Raises:
        SkippedError: it is not known, so that nothing can be said of it.
    """
    if value is None:
        raise SkippedError(f"its exporter does not tell {what}")
    return value


def _read(page: str) -> Iterator[Series]:
    """Only the lines that are wanted are parsed: a page may have thousands."""
    wanted = "\n".join(line for line in page.splitlines() if line.partition("{")[0].split(" ")[0] in WANTED)
    for family in text_string_to_metric_families(wanted + "\n"):
        for sample in family.samples:
            value = float(sample.value)
            points = ((0.0, value),) if abs(value) < float("inf") else ()
            yield Series({**sample.labels, NAME: sample.name}, points)
