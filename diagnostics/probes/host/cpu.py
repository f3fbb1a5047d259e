"""CPU of a machine: load for each core, how busy it is, what waits for disks, what the hypervisor took."""

from dataclasses import dataclass

from diagnostics.probe import SkippedError
from diagnostics.probes.host import ids
from diagnostics.probes.host.codes import Code
from diagnostics.probes.host.means import PERCENT, Means, judged
from diagnostics.probes.host.memory import faults
from diagnostics.probes.host.snapshot import Snapshot
from diagnostics.probes.host.source import ExporterSource, needed
from diagnostics.wording import capital, counted, duration
from incidents.evidence import Figure, Finding, Health

LOAD = ids.LOAD
CPU = ids.CPU
SECONDS = "node_cpu_seconds_total"
RESTING = frozenset({"idle", "iowait", "steal"})
INSIDE = frozenset({"guest", "guest_nice"})  # counted in user and nice already


@dataclass(frozen=True, slots=True)
class Share:
    """A share of CPU time and how it is spoken of."""

    code: Code
    figure: str
    warn: float
    critical: float
    says: str
    meaning: str
    next_step: str


async def load(means: Means) -> tuple[Finding, ...]:
    """How many processes run or wait, for each core."""
    cores = len({series.labels.get("cpu") for series in means.now.each(SECONDS)})
    one, five, fifteen = (
        needed(means.now.value(f"node_load{minutes}"), "its load") for minutes in (1, 5, 15)
    )
    if not cores:
        raise SkippedError("its exporter does not tell how many cores it has")
    limits = means.limits
    critical = five / cores > limits.load5_critical or one / cores > limits.load1_critical
    high = critical or fifteen / cores > limits.load15_warn
    return (
        Finding(
            code=Code.LOAD,
            probe=LOAD,
            target=means.target,
            health=Health.CRITICAL if critical else Health.WARN if high else Health.OK,
            sentence=f"The load is {one:.1f}, {five:.1f} and {fifteen:.1f} (1, 5 and 15 min) on "
            f"{counted(cores, 'core')}.",
            figures=(
                Figure("load 1 min", one),
                Figure("load 5 min", five),
                Figure("load 15 min", fifteen),
                Figure("cores", cores),
                Figure("load per core", round(five / cores, 2)),
            ),
            meaning="More processes run or wait for disks than it has cores; everything on it waits."
            if high
            else "",
            next_step="See what runs and what waits: top, and ps -eo state,pid,cmd | grep ^D."
            if high
            else "",
        ),
    )


async def cpu(means: Means) -> tuple[Finding, ...]:
    """How the CPU's time was spent: over ten minutes through Prometheus, over two seconds on the exporter."""
    now, before = means.now, None
    if isinstance(means.source, ExporterSource):
        await means.pause(means.limits.sample)
        now, before = await means.source.now(), means.now
    else:
        before = await means.source.earlier(now, means.limits.cpu_within)
    spent = _spent(before, now) if before else {}
    every = sum(spent.values())
    if before is None or every <= 0:
        raise SkippedError("its CPU time is known for one moment only")
    busy = every - sum(spent.get(mode, 0.0) for mode in RESTING)
    within = now.at - before.at
    found = [(share, PERCENT * part / every) for share, part in _shares(means, spent, busy)]
    told = (_finding(means, share, percent, within) for share, percent in found)
    return (*told, *faults(means, before, now, CPU))


def _spent(before: Snapshot, now: Snapshot) -> dict[str, float]:
    """CPU seconds by mode; a counter that began anew counts from nought."""
    spent: dict[str, float] = {}
    for series in now.each(SECONDS):
        mode, core = series.labels.get("mode", ""), series.labels.get("cpu", "")
        earlier = before.value(SECONDS, cpu=core, mode=mode)
        if mode not in INSIDE and earlier is not None:
            later = series.points[-1][1]
            spent[mode] = spent.get(mode, 0.0) + (later - earlier if later >= earlier else later)
    return spent


def _shares(means: Means, spent: dict[str, float], busy: float) -> tuple[tuple[Share, float], ...]:
    limits = means.limits
    never = float("inf")
    work = Share(
        Code.CPU,
        "cpu",
        limits.cpu_warn,
        limits.cpu_critical,
        "the CPU was busy for {share} of",
        "Everything on it waits for CPU.",
        "See what runs: top; compare with the last deploy and with traffic.",
    )
    disks = Share(
        Code.IOWAIT,
        "iowait",
        limits.iowait_warn,
        never,
        "processes waited for disks for {share} of",
        "Its disks are the bottleneck.",
        "See who reads and writes: iotop, and the database's slow statements.",
    )
    others = Share(
        Code.STEAL,
        "steal",
        limits.steal_warn,
        never,
        "the hypervisor gave {share} to others of",
        "The machine below is overbooked; nothing on this one will help.",
        "Move it to another machine, or ask the provider.",
    )
    return ((work, busy), (disks, spent.get("iowait", 0.0)), (others, spent.get("steal", 0.0)))


def _finding(means: Means, share: Share, percent: float, within: float) -> Finding:
    health = judged(percent, warn=share.warn, critical=share.critical)
    ill = health is not Health.OK
    return Finding(
        code=share.code,
        probe=CPU,
        target=means.target,
        health=health,
        sentence=f"{capital(share.says.format(share=f'{percent:.0f} %'))} the last {duration(within)}.",
        figures=(Figure(share.figure, round(percent, 1), "%"), Figure("within", round(within, 1), "s")),
        meaning=share.meaning if ill else "",
        next_step=share.next_step if ill else "",
    )
