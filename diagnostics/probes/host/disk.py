"""Disks of a machine: how full, when they will be, and whether they can hold more files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diagnostics.probe import SkippedError
from diagnostics.probes.host import directories, ids
from diagnostics.probes.host.codes import Code
from diagnostics.probes.host.means import PERCENT, Means, judged
from diagnostics.probes.host.snapshot import Snapshot
from diagnostics.trend import trend
from diagnostics.wording import duration, size
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

DISK = ids.DISK
INODES = ids.INODES
HOUR = 3600.0
LONG_ENOUGH = 300.0  # seconds between the first and the last point of a trend
STEADY = 0.8  # how well a line must fit
MANY = 20  # rows of the table
NO_DISK = frozenset(
    [
        "autofs",
        "devtmpfs",
        "fuse.lxcfs",
        "iso9660",
        "nsfs",
        "overlay",
        "proc",
        "ramfs",
        "squashfs",
        "sysfs",
        "tmpfs",
    ]
)
SYSTEM = re.compile(r"/(?:dev|proc|run|sys)(?:/|$)")


@dataclass(frozen=True, slots=True)
class Disk:
    """One file system; bytes, and seconds until it is full if it fills steadily."""

    mount: str
    size: float
    left: float
    percent: float
    full_in: float | None


async def disk(means: Means) -> tuple[Finding, ...]:
    """The disk that is fullest, or will be full first."""
    times = await _times(means)
    disks = [found for labels in _mounts(means) if (found := _disk(means.now, labels, times))]
    if not disks:
        raise SkippedError("its exporter tells of no disk")
    ranked = sorted(disks, key=lambda one: (_health(means, one).rank, -one.percent))
    mounts = tuple(one.mount for one in disks)
    largest = directories.on(ranked[0].mount, mounts, directories.measured(means))
    return (_finding(means, ranked, directories.said(directories.telling(largest))),)


async def inodes(means: Means) -> tuple[Finding, ...]:
    """The disk with the fewest inodes left."""
    shares = sorted(_inodes(means), reverse=True)
    if not shares:
        raise SkippedError("its disks count no inodes")
    percent, mount = shares[0]
    health = judged(percent, warn=means.limits.inodes_warn, critical=means.limits.inodes_critical)
    ill = health is not Health.OK
    return (
        Finding(
            code=Code.INODES,
            probe=INODES,
            target=means.target,
            health=health,
            sentence=f"{mount} has used {percent:.0f} % of its inodes.",
            figures=(Figure("inodes used", round(percent, 1), "%"), Figure("mount", mount)),
            meaning="No file can be made when none is left, whatever space there is." if ill else "",
            next_step="Find the folder with very many small files: sessions, caches, mail queues."
            if ill
            else "",
        ),
    )


def holds_files(labels: Mapping[str, str]) -> bool:
    """Whether a file system of these labels is one of a disk, and not one of the system's own."""
    return labels.get("fstype") not in NO_DISK and not SYSTEM.match(labels.get("mountpoint", ""))


def _mounts(means: Means) -> list[dict[str, str]]:
    """The labels of the file systems that can fill up, each device once."""
    found: dict[str, dict[str, str]] = {}
    for series in means.now.each("node_filesystem_size_bytes"):
        labels = {key: series.labels.get(key, "") for key in ("device", "fstype", "mountpoint")}
        mount = labels["mountpoint"]
        apart = not holds_files(labels) or mount in means.section.without_mounts
        fixed = means.now.value("node_filesystem_readonly", **labels) == 1
        known = found.get(labels["device"])
        if not apart and not fixed and (known is None or len(mount) < len(known["mountpoint"])):
            found[labels["device"]] = labels
    return list(found.values())


def _disk(now: Snapshot, labels: dict[str, str], times: dict[str, float]) -> Disk | None:
    whole = now.value("node_filesystem_size_bytes", **labels)
    left = now.value("node_filesystem_avail_bytes", **labels)
    if not whole or left is None:
        return None
    free = now.value("node_filesystem_free_bytes", **labels)
    used = whole - (left if free is None else free)
    percent = PERCENT * used / (used + left) if used + left else 0.0
    mount = quoted(labels["mountpoint"], 120)
    return Disk(mount, whole, left, percent, times.get(labels["mountpoint"]))


async def _times(means: Means) -> dict[str, float]:
    """Seconds until each mount is full, for those that fill steadily."""
    lines = await means.source.history(means.now, "node_filesystem_avail_bytes", HOUR)
    times = {}
    for series in lines:
        taken = [(time, -left) for time, left in series.points]
        line = trend(taken) if taken and taken[-1][0] - taken[0][0] >= LONG_ENOUGH else None
        if line and line.slope > 0 and line.steadiness >= STEADY:
            times[series.labels.get("mountpoint", "")] = -line.last / line.slope
    return times


def _inodes(means: Means) -> list[tuple[float, str]]:
    shares = []
    for labels in _mounts(means):
        every = means.now.value("node_filesystem_files", **labels)
        free = means.now.value("node_filesystem_files_free", **labels)
        if every and free is not None:
            shares.append((PERCENT * (every - free) / every, quoted(labels["mountpoint"], 120)))
    return shares


def _health(means: Means, one: Disk) -> Health:
    limits = means.limits
    full = judged(one.percent, warn=limits.disk_warn, critical=limits.disk_critical)
    soon = Health.OK
    if one.full_in is not None:
        soon = means.hold.judged(
            ("full in", one.mount),
            -one.full_in,
            warn=-limits.time_to_full_warn,
            critical=-limits.time_to_full_critical,
            release=limits.time_to_full_release,
        )
    return min((full, soon), key=lambda health: health.rank)


def _finding(means: Means, disks: Sequence[Disk], largest: str) -> Finding:
    worst = disks[0]
    health = _health(means, worst)
    ill = health is not Health.OK
    limit = means.limits.time_to_full_warn + (means.limits.time_to_full_release if ill else 0)
    soon = worst.full_in is not None and worst.full_in <= limit
    takes = f" The largest that is measured there: {largest}." if ill and largest else ""
    when = f" At the rate of the last hour it is full in {duration(worst.full_in or 0)}." if soon else ""
    return Finding(
        code=Code.DISK,
        probe=DISK,
        target=means.target,
        health=health,
        sentence=f"{worst.mount} is {worst.percent:.0f} % full, "
        f"{size(worst.left)} of {size(worst.size)} are left.{when}{takes}",
        figures=(
            Figure("disk used", round(worst.percent, 1), "%"),
            Figure("left", round(worst.left), "bytes"),
            Figure("size", round(worst.size), "bytes"),
            Figure("time to full", None if worst.full_in is None else round(worst.full_in), "s"),
            Figure("mount", worst.mount),
        ),
        meaning="A full disk stops databases, logs and deploys." if ill else "",
        next_step=f"Find what takes the space: du -xh {worst.mount} --max-depth=2 | sort -h | tail."
        if ill
        else "",
        table=_table(disks) if ill else (),
    )


def _table(disks: Sequence[Disk]) -> tuple[tuple[str, ...], ...]:
    rows = (
        (one.mount, f"{one.percent:.0f} %", size(one.left), duration(one.full_in) if one.full_in else "")
        for one in disks[:MANY]
    )
    return (("mount", "used", "left", "full in"), *rows)
