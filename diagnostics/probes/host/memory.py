"""Memory and swap of a machine: how much there is, and what happens for want of it."""

from diagnostics.probes.host import ids
from diagnostics.probes.host.codes import Code
from diagnostics.probes.host.means import PERCENT, Means, judged
from diagnostics.probes.host.snapshot import Snapshot
from diagnostics.probes.host.source import needed
from diagnostics.wording import counted, duration, size
from incidents.evidence import Figure, Finding, Health

MEMORY = ids.MEMORY
OOM = ids.OOM
SWAP = ids.SWAP
FAULTS = "node_vmstat_pgmajfault"
LONG = 2  # times the time within which a kill belongs to an incident
KILLS = "node_vmstat_oom_kill"


async def memory(means: Means) -> tuple[Finding, ...]:
    """How much memory is used that cannot be given back."""
    whole = needed(means.now.value("node_memory_MemTotal_bytes"), "its memory")
    left = needed(means.now.value("node_memory_MemAvailable_bytes"), "what memory is available")
    percent = PERCENT * (1 - left / whole) if whole else 0.0
    health = judged(percent, warn=means.limits.memory_warn, critical=means.limits.memory_critical)
    ill = health is not Health.OK
    return (
        Finding(
            code=Code.MEMORY,
            probe=MEMORY,
            target=means.target,
            health=health,
            sentence=f"{size(left)} of {size(whole)} of memory are available; {percent:.0f} % are used.",
            figures=(
                Figure("memory used", round(percent, 1), "%"),
                Figure("available", round(left), "bytes"),
                Figure("memory", round(whole), "bytes"),
            ),
            meaning="When none is left, the kernel kills processes." if ill else "",
            next_step="Find what grows: ps aux --sort=-rss | head; restart it before it is killed."
            if ill
            else "",
        ),
    )


async def swap(means: Means) -> tuple[Finding, ...]:
    """How full the swap is; ill only while memory is short, since pages that nobody needs may lie there."""
    whole = needed(means.now.value("node_memory_SwapTotal_bytes"), "its swap")
    if not whole:
        return ()
    free = needed(means.now.value("node_memory_SwapFree_bytes"), "how much of its swap is free")
    memory_left = means.now.value("node_memory_MemAvailable_bytes")
    every = means.now.value("node_memory_MemTotal_bytes")
    taken = PERCENT * (1 - memory_left / every) if every and memory_left is not None else PERCENT
    percent, limits = PERCENT * (1 - free / whole), means.limits
    short = taken >= limits.swap_memory
    health = judged(percent, warn=limits.swap_warn, critical=limits.swap_critical) if short else Health.OK
    ill = health is not Health.OK
    beside = f", and {taken:.0f} % of the memory are used" if ill else ""
    return (
        Finding(
            code=Code.SWAP,
            probe=SWAP,
            target=means.target,
            health=health,
            sentence=f"{percent:.0f} % of {size(whole)} of swap are used{beside}.",
            figures=(Figure("swap used", round(percent, 1), "%"), Figure("swap", round(whole), "bytes")),
            meaning="When it is full as well, the kernel kills processes." if ill else "",
            next_step="Find what grows: ps aux --sort=-rss | head; restart it before it is killed."
            if ill
            else "",
        ),
    )


def faults(means: Means, before: Snapshot, now: Snapshot, probe: str) -> tuple[Finding, ...]:
    """How many pages a second had to be read back from disk between two snapshots; nothing if not known."""
    earlier, later = before.value(FAULTS), now.value(FAULTS)
    seconds = now.at - before.at
    if earlier is None or later is None or later < earlier or seconds <= 0:
        return ()
    rate = (later - earlier) / seconds
    many = rate >= means.limits.faults_warn
    return (
        Finding(
            code=Code.MAJOR_FAULTS,
            probe=probe,
            target=means.target,
            health=Health.WARN if many else Health.OK,
            sentence=f"{rate:,.0f} pages a second were read back from disk in the last {duration(seconds)}.",
            figures=(Figure("faults a second", round(rate, 1)), Figure("within", round(seconds), "s")),
            meaning="Memory is short, and everything waits for the disk." if many else "",
            next_step="Find what grows: ps aux --sort=-rss | head; restart it, or add memory."
            if many
            else "",
        ),
    )


async def kills(means: Means) -> tuple[Finding, ...]:
    """How many processes were killed in the last half-hour."""
    ever = needed(means.now.value(KILLS), "how many processes were killed")
    before = await means.source.earlier(means.now, means.limits.oom_within)
    known = before.value(KILLS) if before else None
    if ever == 0:
        return (_kills(means, 0, means.limits.oom_within),)
    if before is None or known is None:
        return (_kills(means, None, 0, f"{counted(round(ever), 'process', 'processes')} since it started"),)
    fresh = ever - known if ever >= known else ever  # it has started anew in between
    return (_kills(means, round(fresh), means.now.at - before.at),)


def _kills(means: Means, number: int | None, within: float, ever: str = "") -> Finding:
    long_ago = within > LONG * means.limits.oom_within  # nobody looked for long, so it may be over
    unknown = number is None or (number and long_ago)
    health = Health.UNKNOWN if unknown else Health.WARN if number else Health.OK
    killed = counted(number or 0, "process was", "processes were")
    return Finding(
        code=Code.OOM_KILLS,
        probe=OOM,
        target=means.target,
        health=health,
        sentence=f"The kernel has killed {ever} for want of memory; when is not known."
        if number is None
        else f"{killed if number else 'No process was'} killed for want of memory in the last "
        f"{duration(within)}.",
        figures=(
            Figure("kills", number),
            Figure("within", None if number is None else round(within), "s"),
        ),
        meaning="What was killed lost what it was doing." if number else "",
        next_step="" if number == 0 else "Find who was killed: journalctl -k | grep -i 'out of memory'.",
    )
