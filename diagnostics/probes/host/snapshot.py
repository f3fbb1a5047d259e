"""The series of one machine at one time, as its node_exporter names them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diagnostics.probes.prometheus.api import Series

WANTED = (
    "node_boot_time_seconds",
    "node_cpu_seconds_total",
    "node_directory_size_bytes",
    "node_filefd_allocated",
    "node_filefd_maximum",
    "node_filesystem_avail_bytes",
    "node_filesystem_files",
    "node_filesystem_files_free",
    "node_filesystem_free_bytes",
    "node_filesystem_readonly",
    "node_filesystem_size_bytes",
    "node_load1",
    "node_load15",
    "node_load5",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
    "node_memory_SwapFree_bytes",
    "node_memory_SwapTotal_bytes",
    "node_md_disks",
    "node_md_disks_required",
    "node_nf_conntrack_entries",
    "node_nf_conntrack_entries_limit",
    "node_systemd_unit_state",
    "node_time_seconds",
    "node_timex_maxerror_seconds",
    "node_timex_offset_seconds",
    "node_timex_sync_status",
    "node_vmstat_oom_kill",
    "node_vmstat_pgmajfault",
    "up",
)
UNIT = re.compile(r"[A-Za-z0-9@_.:\\-]{1,200}")
NAME = "__name__"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A machine at one time; `at` is in Unix seconds."""

    at: float
    by_name: Mapping[str, Sequence[Series]]

    def each(self, name: str) -> Sequence[Series]:
        """The series of that name whose value is a number."""
        return [series for series in self.by_name.get(name, ()) if series.points]

    def value(self, name: str, **labels: str) -> float | None:
        """The one value of that name and those labels; None if it is not known."""
        same = (s for s in self.each(name) if all(s.labels.get(key) == want for key, want in labels.items()))
        found = next(same, None)
        return found.value if found else None


def snapshot(at: float, found: Sequence[Series]) -> Snapshot:
    """The series by their names."""
    by_name: dict[str, list[Series]] = {}
    for series in found:
        by_name.setdefault(series.labels.get(NAME, ""), []).append(series)
    return Snapshot(at, by_name)
