"""A machine ready to be looked at, through Prometheus or through its node_exporter."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from diagnostics.hold import Hold
from diagnostics.probe import Care, GoneError, Probe, TargetName
from diagnostics.probes.host import cpu, directories, disk, kernel, memory, system
from diagnostics.probes.host.codes import Code
from diagnostics.probes.host.ids import REACH
from diagnostics.probes.host.means import Means, Method
from diagnostics.probes.host.section import HostSection
from diagnostics.probes.host.snapshot import Snapshot
from diagnostics.probes.host.source import source_of
from diagnostics.probes.http.unanswered import SILENT, Asked, Unanswered, finding
from diagnostics.wording import duration
from incidents.evidence import Figure, Finding, Health

DEADLINE = 3.0  # seconds; more than the client waits for one answer


@dataclass(frozen=True, slots=True)
class Way:
    """One thing to look at on a machine."""

    id: str
    title: str
    look: Method


WAYS = (
    Way(disk.DISK, "disks", disk.disk),
    Way(disk.INODES, "inodes", disk.inodes),
    Way(directories.PROBE, "largest directories", directories.directories),
    Way(memory.MEMORY, "memory", memory.memory),
    Way(memory.SWAP, "swap", memory.swap),
    Way(memory.OOM, "out-of-memory kills", memory.kills),
    Way(cpu.LOAD, "load", cpu.load),
    Way(system.FILES, "open files", system.files),
    Way(system.CLOCK, "clock", system.clock),
    Way(system.UNITS, "systemd units", system.units),
    Way(kernel.CONNECTIONS, "the table of connections", kernel.connections),
    Way(kernel.RAID, "RAID", kernel.raid),
    Way(kernel.READ_ONLY, "disks that turned read-only", kernel.read_only),
)
CPU = Way(cpu.CPU, "CPU", cpu.cpu)


class HostPatient:
    """One machine.

    Args:
        clock: Unix seconds at which Prometheus is asked; without it, Prometheus' own time.
    """

    def __init__(
        self,
        name: TargetName,
        section: HostSection,
        care: Care,
        *,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._name = name
        self._section = section
        self._pause = care.pause
        self._hold = Hold()
        self._source = source_of(section, clock)
        self._means: Means | None = None
        direct = section.node_exporter is not None
        extra = section.limits.sample if direct else 0
        self._probes = (
            Probe(REACH, "the machine's figures", self._reach, DEADLINE),
            *(Probe(way.id, way.title, functools.partial(self._ask, way), DEADLINE) for way in WAYS),
            Probe(CPU.id, CPU.title, functools.partial(self._ask, CPU), DEADLINE + extra, sampled=direct),
        )

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """The ways to look at it, in order."""
        return self._probes

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a source that did not answer says."""
        if not isinstance(error, Unanswered):
            return None
        if error.fault.name in SILENT:
            self._means = None
        asked = Asked(
            code=Code[error.fault.name],
            probe=probe.id,
            target=str(self._name),
            whom=self._source.whom,
            meaning="What the machine is like cannot be seen; that is not known to be fine.",
        )
        said = finding(asked, error)
        return replace(said, figures=(*said.figures, Figure("asked", self._source.whom)))

    async def open(self) -> None:
        """Nothing to do: the client is made when something is asked."""

    async def close(self) -> None:
        """Close the client."""
        await self._source.close()

    async def _reach(self) -> tuple[Finding, ...]:
        self._means = None
        now = await self._source.now()
        told = any(name.startswith("node_") for name in now.by_name)
        if now.value("up") == 0 or not told:
            return (self._missing(now),)
        self._means = Means(str(self._name), self._section, self._source, now, self._pause, self._hold)
        started = now.value("node_boot_time_seconds")
        up = None if started is None else max(now.at - started, 0)
        return (
            Finding(
                code=Code.ANSWERS,
                probe=REACH,
                target=str(self._name),
                health=Health.OK,
                sentence="The machine's figures are there."
                if up is None
                else f"The machine has been up for {duration(up)}.",
                figures=(Figure("up for", None if up is None else round(up), "s"),),
            ),
        )

    def _missing(self, now: Snapshot) -> Finding:
        down = now.value("up") == 0
        return Finding(
            code=Code.DOWN if down else Code.UNSEEN,
            probe=REACH,
            target=str(self._name),
            health=Health.WARN if down else Health.UNKNOWN,
            sentence="Prometheus cannot scrape the machine."
            if down
            else "Prometheus has no series of node_exporter for this instance.",
            meaning="The machine or its node_exporter is down, or cut off from Prometheus."
            if down
            else "This is not known to be fine.",
            next_step="See whether the machine answers: ping it, open its console."
            if down
            else "Check instance in services.toml.",
        )

    async def _ask(self, way: Way) -> tuple[Finding, ...]:
        if self._means is None:
            raise GoneError("its figures are not to be had")
        return await way.look(self._means)
