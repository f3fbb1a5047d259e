"""Where a proxy's log is kept: in containers or in pods, read as their own families read them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from diagnostics.logs.findings import Told
from diagnostics.probe import Probe
from diagnostics.probes.docker import failure as of_engine
from diagnostics.probes.docker import reading as of_containers
from diagnostics.probes.docker.containers import Census, census
from diagnostics.probes.docker.engine import Engine
from diagnostics.probes.docker.section import Place as Containers
from diagnostics.probes.kubernetes import failure as of_cluster
from diagnostics.probes.kubernetes import reading as of_pods
from diagnostics.probes.kubernetes.cluster import Cluster
from diagnostics.probes.kubernetes.section import Place as Pods
from diagnostics.probes.proxy.codes import Code, described
from diagnostics.probes.proxy.counting import Reading, reading
from diagnostics.probes.proxy.section import ProxySection
from diagnostics.redaction import Redaction
from diagnostics.wording import capital, listed
from incidents.evidence import Figure, Finding, Health


class Source(Protocol):
    """A place from which logs are read."""

    async def read(self, at: Told) -> tuple[Sequence[Reading], Sequence[Finding]]:
        """What the logs say, and what keeps others from being read.

        Raises:
            SkippedError: there is no log.
            Exception: the place cannot be asked; see `explain`.
        """

    def explain(self, target: str, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows; None for a fault of our own. Raises SkippedError."""

    async def close(self) -> None:
        """Let go of everything."""


def source(section: ProxySection, redaction: Redaction, clock: Callable[[], datetime]) -> Source:
    """The place that the section names; the clock (UTC) is for pods, whose API does not say its own."""
    if section.docker:
        return ContainerSource(section.docker, section)
    if section.kubernetes:
        return PodSource(section.kubernetes, section, redaction, clock)
    raise ValueError("a section without a place")


class ContainerSource:
    """Containers on one engine."""

    def __init__(self, place: Containers, section: ProxySection) -> None:
        self._place = place
        self._engine = Engine(place)
        self._logs = of_containers.LogReader(self._engine, section.logs)

    async def read(self, at: Told) -> tuple[Sequence[Reading], Sequence[Finding]]:
        """What their logs say; those that do not run are told."""
        seen = await census(self._engine, self._place)
        stopped = _stopped(at, seen)
        if not seen.containers:
            return (), stopped
        read, without = await self._logs.read(at, seen, reading)
        return read, (*stopped, *map(unread, without))

    def explain(self, target: str, probe: Probe, error: Exception) -> Finding | None:
        """An engine that cannot be asked says nothing of the proxy."""
        found = of_engine.explain(target, probe, self._place.url, error)
        return unread(found) if found else None

    async def close(self) -> None:
        """Let go of the engine."""
        self._engine.close()


class PodSource:
    """Pods of one cluster."""

    def __init__(
        self,
        place: Pods,
        section: ProxySection,
        redaction: Redaction,
        clock: Callable[[], datetime],
    ) -> None:
        self._place = place
        self._cluster = Cluster(place)
        self._logs = of_pods.LogReader(place, section.logs, self._cluster, redaction)
        self._clock = clock

    async def read(self, at: Told) -> tuple[Sequence[Reading], Sequence[Finding]]:
        """What their logs say."""
        read, without = await self._logs.read(at, self._clock(), reading)
        return read, tuple(map(unread, without))

    def explain(self, target: str, probe: Probe, error: Exception) -> Finding | None:
        """An API that cannot be asked says nothing of the proxy."""
        found = of_cluster.explain(target, self._place, probe, error)
        return unread(found) if found else None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._logs.close()
        await self._cluster.close()


def unread(found: Finding) -> Finding:
    """What another family says of a place that it could not read, as what it means for a proxy."""
    return replace(found, code=Code.UNREAD, health=Health.UNKNOWN, meaning=described(Code.UNREAD).meaning)


def _stopped(at: Told, seen: Census) -> tuple[Finding, ...]:
    still = [each for each in seen.containers if not each.running]
    if not still and not seen.missing:
        return ()
    running = len(seen.containers) - len(still)
    said = [f"the proxy {each.name} does not run ({each.status})" for each in still]
    said += [f"there is no container {name}" for name in seen.missing]
    entry = described(Code.STOPPED)
    return (
        Finding(
            code=Code.STOPPED,
            probe=at.probe,
            target=at.target,
            health=Health.WARN if running else Health.CRITICAL,
            sentence=f"{capital(listed(tuple(said[:3])))}.",
            figures=(
                Figure("stopped", ", ".join([*(each.name for each in still), *seen.missing])),
                Figure("running", running),
            ),
            meaning=entry.meaning,
            next_step=entry.next_step,
        ),
    )
