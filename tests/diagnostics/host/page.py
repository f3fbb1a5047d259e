"""The page of a node_exporter whose figures a test sets, and the same figures as a history."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

GB = 1024**3
NOON = 1_795_000_000.0  # the machine's own time at the first look
DISK = {"device": "/dev/sda1", "fstype": "ext4", "mountpoint": "/"}
DATA = {"device": "/dev/sdb1", "fstype": "xfs", "mountpoint": "/var/lib/postgresql"}
TEMPORARY = {"device": "tmpfs", "fstype": "tmpfs", "mountpoint": "/run"}

Line = tuple[str, tuple[tuple[str, str], ...]]


def line(name: str, labels: Mapping[str, str] | None = None, **more: str) -> Line:
    return name, tuple(sorted({**(labels or {}), **more}.items()))


def disk(labels: Mapping[str, str], *, used: float, inodes: float = 10) -> dict[Line, float]:
    """A disk of 100 GB, used by so many percent."""
    left = (100 - used) * GB
    return {
        line("node_filesystem_size_bytes", labels): 100 * GB,
        line("node_filesystem_free_bytes", labels): left,
        line("node_filesystem_avail_bytes", labels): left,
        line("node_filesystem_files", labels): 1000,
        line("node_filesystem_files_free", labels): 1000 - 10 * inodes,
        line("node_filesystem_readonly", labels): 0,
    }


def cpu(**seconds: float) -> dict[Line, float]:
    """The counters of two cores, by mode."""
    modes = {"idle": 0.0, "user": 0.0, "system": 0.0, "iowait": 0.0, "steal": 0.0} | seconds
    return {
        line("node_cpu_seconds_total", cpu=core, mode=mode): 10_000 + value / 2
        for core in ("0", "1")
        for mode, value in modes.items()
    }


def memory(*, used: float) -> dict[Line, float]:
    return {
        line("node_memory_MemTotal_bytes"): 32 * GB,
        line("node_memory_MemAvailable_bytes"): 32 * GB * (1 - used / 100),
    }


def load(one: float, five: float, fifteen: float) -> dict[Line, float]:
    return {line("node_load1"): one, line("node_load5"): five, line("node_load15"): fifteen}


def unit(name: str, state: str) -> dict[Line, float]:
    return {
        line("node_systemd_unit_state", {"name": name, "state": each}): float(each == state)
        for each in ("active", "failed", "inactive")
    }


def machine() -> dict[Line, float]:
    """A machine that is well."""
    return {
        line("node_boot_time_seconds"): NOON - 12 * 86_400,
        line("node_time_seconds"): NOON,
        line("node_filefd_allocated"): 2_000,
        line("node_filefd_maximum"): 100_000,
        line("node_timex_offset_seconds"): 0.0004,
        line("node_timex_sync_status"): 1,
        line("node_timex_maxerror_seconds"): 0.01,
        line("node_vmstat_oom_kill"): 3,
        **disk(DISK, used=40),
        **disk(DATA, used=60),
        **disk(TEMPORARY, used=99),
        **cpu(),
        **memory(used=50),
        **load(0.5, 0.6, 0.7),
    }


@dataclass
class Machine:
    """A page whose figures are set by the test."""

    figures: dict[Line, float] = field(default_factory=machine)

    def set(self, figures: Mapping[Line, float]) -> None:
        self.figures.update(figures)

    def pass_time(self, seconds: float) -> None:
        self.figures[line("node_time_seconds")] += seconds

    def drop(self, start: str) -> None:
        """A collector that is switched off."""
        self.figures = {key: value for key, value in self.figures.items() if not key[0].startswith(start)}

    def text(self) -> str:
        return "".join(f"{written(key)} {value}\n" for key, value in self.figures.items())

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Its address, for the length of the block."""

        async def page(_request: web.Request) -> web.Response:
            return web.Response(text=self.text())

        application = web.Application()
        application.router.add_get("/metrics", page)
        async with TestServer(application) as server:
            yield str(server.make_url("/")).rstrip("/")


def written(key: Line) -> str:
    inner = ",".join(f'{name}="{value}"' for name, value in key[1])
    return f"{key[0]}{{{inner}}}"
