"""How much memory Redis uses, whether writes are refused for it, and whether it is fragmented."""

from diagnostics.probe import SkippedError
from diagnostics.probes.redis import ids
from diagnostics.probes.redis.buffers import buffers
from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.info import Info
from diagnostics.probes.redis.means import Means
from diagnostics.probes.redis.section import Limits
from diagnostics.wording import counted, percent, size
from incidents.evidence import Figure, Finding, Health

PROBE = ids.MEMORY
KEEPS_ALL = "noeviction"
EVICTS_ANY = "allkeys-"
FULL = 100  # percent
NEARLY = 90  # percent, from which on refused writes are no history


async def memory(means: Means) -> tuple[Finding, ...]:
    """Memory against its limit, then its fragmentation and its clients' buffers if they are worth a word."""
    info = await means.session.info()
    more = (fragmentation(means.target, info, means.limits), await buffers(means, info))
    return (used(means.target, info, means.limits), *(finding for finding in more if finding))


def used(target: str, info: Info, limits: Limits) -> Finding:
    """The finding about used memory against maxmemory, or the machine's where there is none.

    Raises:
        SkippedError: this server does not say how much it uses.
    """
    taken = info.number("used_memory")
    if taken is None:
        raise SkippedError("this server does not say how much memory it uses")
    limit = info.number("maxmemory") or 0
    if limit:
        return _limited(target, info, limits, taken, limit)
    return _unlimited(target, info, limits, taken)


def fragmentation(target: str, info: Info, limits: Limits) -> Finding | None:
    """The finding about memory far beyond the data, by ratio and by size, as MEMORY DOCTOR judges."""
    taken, ratio = info.number("used_memory"), info.number("mem_fragmentation_ratio")
    beyond, peak = info.number("mem_fragmentation_bytes"), info.number("used_memory_peak")
    if taken is None or ratio is None or beyond is None or taken < limits.judged_from:
        return None
    if ratio <= limits.fragmentation_ratio or beyond <= limits.fragmentation_size:
        return None
    after_peak = peak is not None and peak > limits.peak_ratio * taken
    return Finding(
        code=Code.FRAGMENTED,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"Redis takes {ratio:.1f} times the memory of its data: "
        f"{size(beyond)} beyond {size(taken)}.",
        figures=(
            Figure("fragmentation", ratio),
            Figure("beyond its data", int(beyond), "bytes"),
            Figure("used memory", int(taken), "bytes"),
            Figure("peak", int(peak) if peak is not None else None, "bytes"),
        ),
        meaning="It held more a while ago and has not given that memory back."
        if after_peak
        else "Values that grow and shrink leave gaps that are not used.",
        next_step="If the machine is short of memory: CONFIG SET activedefrag yes, or restart it when it is "
        "quiet.",
    )


def _limited(target: str, info: Info, limits: Limits, taken: float, limit: float) -> Finding:
    share, policy = percent(taken, limit), info.word("maxmemory_policy")
    refused = info.errors("OOM")
    figures = _figures(info, taken, limit, share)
    of = f"{size(taken)} of {size(limit)} are used"
    evicts_any = policy.startswith(EVICTS_ANY)
    if not evicts_any and (share >= FULL or (refused and share >= NEARLY)):
        return _refuses(target, of, policy, refused, figures)
    health = Health.OK if evicts_any else _health(share, limits, policy)
    ill = health is not Health.OK
    said = " and it evicts as it is set to" if evicts_any and share >= limits.memory_critical else ""
    earlier = f"; {counted(refused, 'write was', 'writes were')} refused since it started" if refused else ""
    return Finding(
        code=Code.MEMORY,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"{of}, {share} % of maxmemory ({policy}){said}{earlier}.",
        figures=figures,
        meaning="At 100 % writes are refused, since nothing is evicted." if ill else "",
        next_step="Find what grows (redis-cli --bigkeys on a replica), or raise maxmemory." if ill else "",
    )


def _health(share: int, limits: Limits, policy: str) -> Health:
    if share >= limits.memory_critical:
        return Health.CRITICAL if policy == KEEPS_ALL else Health.WARN
    return Health.WARN if share >= limits.memory_warn and policy == KEEPS_ALL else Health.OK


def _refuses(target: str, of: str, policy: str, refused: int, figures: tuple[Figure, ...]) -> Finding:
    nothing = "nothing is evicted" if policy == KEEPS_ALL else "nothing is left that may be evicted"
    counts = f"; {counted(refused, 'write was', 'writes were')} refused since it started" if refused else ""
    return Finding(
        code=Code.WRITES_REFUSED,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL,
        sentence=f"Redis refuses writes: {of} and {nothing} ({policy}){counts}.",
        figures=figures,
        meaning="Reads still work; everything that stores fails with OOM.",
        next_step="Raise it while you look for what grows: CONFIG SET maxmemory, if the machine has room. "
        "A cache wants maxmemory-policy allkeys-lru.",
    )


def _unlimited(target: str, info: Info, limits: Limits, taken: float) -> Finding:
    machine = info.number("total_system_memory")
    resident = info.number("used_memory_rss") or taken
    share = percent(resident, machine) if machine else None
    ill = share is not None and share >= limits.system_critical
    of = f", {share} % of the machine's {size(machine)}" if machine else ""
    return Finding(
        code=Code.MEMORY,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL if ill else Health.OK,
        sentence=f"{size(taken)} are used{of}; there is no maxmemory.",
        figures=_figures(info, taken, machine, share),
        meaning="Without maxmemory the kernel ends Redis when the machine's memory is gone." if ill else "",
        next_step="Free memory on that machine, and set maxmemory below what it has." if ill else "",
    )


def _figures(info: Info, taken: float, limit: float | None, share: int | None) -> tuple[Figure, ...]:
    peak = info.number("used_memory_peak")
    return (
        Figure("used memory", int(taken), "bytes"),
        Figure("limit", int(limit) if limit else None, "bytes"),
        Figure("share", share, "%"),
        Figure("policy", info.word("maxmemory_policy") or None),
        Figure("refused writes", info.errors("OOM")),
        Figure("peak", int(peak) if peak is not None else None, "bytes"),
    )
