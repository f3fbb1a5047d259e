"""What the kernel keeps for all: its table of connections, its RAID, and disks that it turned read-only."""

from collections.abc import Mapping

from diagnostics.probe import SkippedError
from diagnostics.probes.host import disk, ids
from diagnostics.probes.host.codes import Code
from diagnostics.probes.host.means import PERCENT, Means, judged
from diagnostics.probes.host.snapshot import Snapshot
from diagnostics.wording import counted, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

CONNECTIONS = ids.CONNECTIONS
RAID = ids.RAID
READ_ONLY = ids.READ_ONLY
READONLY = "node_filesystem_readonly"
HOUR = 3600.0


async def connections(means: Means) -> tuple[Finding, ...]:
    """Connections that the kernel follows, against those that it can."""
    taken, most = (means.now.value(f"node_nf_conntrack_entries{end}") for end in ("", "_limit"))
    if taken is None or not most:
        return ()  # a kernel that follows none has no such table
    percent = PERCENT * taken / most
    limits = means.limits
    health = judged(percent, warn=limits.connections_warn, critical=limits.connections_critical)
    ill = health is not Health.OK
    return (
        Finding(
            code=Code.CONNECTIONS,
            probe=CONNECTIONS,
            target=means.target,
            health=health,
            sentence=f"The kernel follows {taken:,.0f} connections, {percent:.0f} % of what its table holds.",
            figures=(Figure("table used", round(percent, 1), "%"), Figure("connections", round(taken))),
            meaning="When it is full, new connections are dropped without a word." if ill else "",
            next_step="Raise it at once: sysctl net.netfilter.nf_conntrack_max. Then see who opens so many: "
            "conntrack -L, or ss -s."
            if ill
            else "",
        ),
    )


async def raid(means: Means) -> tuple[Finding, ...]:
    """Arrays that lack a disk."""
    arrays = means.now.each("node_md_disks_required")
    if not arrays:
        return ()
    lacking = []
    for series in arrays:
        device, required = series.labels.get("device", ""), series.value or 0.0
        active = means.now.value("node_md_disks", device=device, state="active")
        if active is not None and active < required:
            lacking.append((quoted(device, 40), active, required))
    said = listed(tuple(f"{name} runs on {active:.0f} of {most:.0f} disks" for name, active, most in lacking))
    return (
        Finding(
            code=Code.RAID,
            probe=RAID,
            target=means.target,
            health=Health.WARN if lacking else Health.OK,
            sentence=f"{said}." if lacking else "No array lacks a disk.",
            figures=(Figure("lacking", len(lacking)), Figure("array", lacking[0][0] if lacking else None)),
            meaning="It is slower, and with the next disk its data may be lost." if lacking else "",
            next_step="See which disk failed: cat /proc/mdstat, mdadm --detail. Have it replaced."
            if lacking
            else "",
        ),
    )


async def read_only(means: Means) -> tuple[Finding, ...]:
    """Disks that took writes an hour ago and take none now."""
    before = await means.source.earlier(means.now, HOUR)
    if before is None or not before.each(READONLY):
        raise SkippedError("whether its disks took writes an hour ago is not known")
    turned = [
        quoted(series.labels.get("mountpoint", ""), 120)
        for series in means.now.each(READONLY)
        if series.value == 1 and disk.holds_files(series.labels) and _took_writes(before, series.labels)
    ]
    return (
        Finding(
            code=Code.READ_ONLY,
            probe=READ_ONLY,
            target=means.target,
            health=Health.CRITICAL if turned else Health.OK,
            sentence=f"{listed(tuple(turned))} took writes an hour ago, and "
            f"{'is' if len(turned) == 1 else 'are'} read-only now."
            if turned
            else f"No disk has turned read-only, of {counted(len(means.now.each(READONLY)), 'file system')}.",
            figures=(Figure("turned", len(turned)), Figure("mount", turned[0] if turned else None)),
            meaning="The kernel does that when it cannot trust a disk any more; nothing can be written there."
            if turned
            else "",
            next_step="Read the kernel's log (dmesg) for errors of that disk, and check it before you write."
            if turned
            else "",
        ),
    )


def _took_writes(before: Snapshot, labels: Mapping[str, str]) -> bool:
    same = {key: labels.get(key, "") for key in ("device", "mountpoint")}
    return before.value(READONLY, **same) == 0
