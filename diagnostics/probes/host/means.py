"""What a look at a machine is given: its figures now, where older ones are, and its limits."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from diagnostics.hold import Hold
from diagnostics.probe import Pause
from diagnostics.probes.host.section import HostSection, Limits
from diagnostics.probes.host.snapshot import Snapshot
from diagnostics.probes.host.source import Source
from incidents.evidence import Finding, Health

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Means:
    """One machine at one time; `hold` remembers how it stood before."""

    target: str
    section: HostSection
    source: Source
    now: Snapshot
    pause: Pause
    hold: Hold

    @property
    def limits(self) -> Limits:
        """Its limits."""
        return self.section.limits


Method: TypeAlias = Callable[[Means], Awaitable[tuple[Finding, ...]]]


def judged(value: float, *, warn: float, critical: float) -> Health:
    """How bad a figure is that is bad when high."""
    if value >= critical:
        return Health.CRITICAL
    return Health.WARN if value >= warn else Health.OK
