"""A proxy or load balancer, looked at through its own log."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from diagnostics.logs.findings import Told
from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.proxy.at import PROBE, At
from diagnostics.probes.proxy.counting import tally
from diagnostics.probes.proxy.findings import told
from diagnostics.probes.proxy.section import ProxySection
from diagnostics.probes.proxy.source import source
from incidents.evidence import Finding

READING = 9.0  # seconds


def now() -> datetime:
    """The time of day, UTC."""
    return datetime.now(UTC)


class ProxyPatient:
    """The log of one proxy.

    Args:
        name: what it is called.
        section: its settings.
        care: what it is to be looked at with.
        clock: the time of day, UTC.
    """

    def __init__(
        self,
        name: TargetName,
        section: ProxySection,
        care: Care,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._name = name
        self._section = section
        self._source = source(section, care.redaction, clock)
        self._probes = (Probe(PROBE, "the proxy's log", self._look, READING, sampled=True),)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """The one way to look at it."""
        return self._probes

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows of the place where the log is kept."""
        return self._source.explain(str(self._name), probe, error)

    async def open(self) -> None:
        """Nothing: its log is read when somebody asks."""

    async def close(self) -> None:
        """Let go of the place where the log is kept."""
        await self._source.close()

    async def _look(self) -> tuple[Finding, ...]:
        settings = self._section.logs
        read, without = await self._source.read(Told(str(self._name), PROBE, settings))
        if not read:
            return tuple(without)
        at = At(str(self._name), self._section.limits, settings.window)
        counts = await asyncio.to_thread(tally, read, settings.window)
        return (*told(at, counts), *without)
