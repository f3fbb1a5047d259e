"""Machines: a real node_exporter over a made-up /proc and text files, a real Prometheus with a history."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from diagnostics.probes.host.patient import HostPatient
from diagnostics.targets import read_targets
from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, SERVICE, AbsentError, Case, Group, looked_at
from tests.diagnosis.metrics import keeping
from tests.diagnostics.host.page import (
    DATA,
    DISK,
    NOON,
    TEMPORARY,
    Line,
    cpu,
    disk,
    line,
    load,
    unit,
    written,
)
from tests.diagnostics.host.test_through_prometheus import told, working
from tests.diagnostics.prometheus.server import History, Server, free_port, program

GB = 1024**2  # in kB, as /proc/meminfo counts
PROC = {
    "loadavg": "0.50 0.60 0.70 2/310 4711\n",
    "meminfo": f"MemTotal: {32 * GB} kB\nMemFree: {4 * GB} kB\nMemAvailable: {16 * GB} kB\n"
    f"Buffers: {GB} kB\nCached: {12 * GB} kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
    "vmstat": "pgpgin 1\npgpgout 1\npswpin 0\npswpout 0\npgfault 1\npgmajfault 1\noom_kill 3\n",
    "stat": "cpu  4000 0 2000 90000 300 0 0 0 0 0\ncpu0 2000 0 1000 45000 150 0 0 0 0 0\n"
    "cpu1 2000 0 1000 45000 150 0 0 0 0 0\nintr 1\nctxt 1\nbtime 1793963200\nprocesses 4711\n"
    "procs_running 2\nprocs_blocked 0\n",
    "sys/fs/file-nr": "2000\t0\t100000\n",
}
FIGURES: Mapping[Line, float] = {
    line("node_timex_offset_seconds"): 0.0004,
    line("node_timex_sync_status"): 1,
    line("node_timex_maxerror_seconds"): 0.01,
    **disk(DISK, used=40),
    **disk(DATA, used=60),
    **disk(TEMPORARY, used=99),
    **unit("nginx.service", "active"),
}
COLLECTORS = ("cpu", "filefd", "loadavg", "meminfo", "stat", "textfile", "time", "vmstat")


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    if not shutil.which("prometheus-node-exporter"):
        raise AbsentError("prometheus-node-exporter; apt package prometheus-node-exporter")
    yield


def machine(
    figures: Mapping[Line, float] | None = None, **files: str
) -> Callable[[None], Awaitable[Examination]]:
    """A machine that is well but for these figures and these files below /proc."""

    async def act(_nothing: None) -> Examination:
        with tempfile.TemporaryDirectory(prefix="tocsin-machine-") as name:
            folder = Path(name)
            made_up(folder, {**FIGURES, **(figures or {})}, {**PROC, **files})
            port = free_port()
            with program(exporter(folder, port), "Listening on"):
                return await looked_at(
                    {"kind": "host", "name": "db1", "node_exporter": f"http://127.0.0.1:{port}"}
                )

    return act


def made_up(folder: Path, figures: Mapping[Line, float], files: Mapping[str, str]) -> None:
    """The files that the exporter reads."""
    for file, text in files.items():
        path = folder / "proc" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    lines = "".join(f"{written(key)} {value}\n" for key, value in figures.items())
    (folder / "figures.prom").write_text(lines)


def exporter(folder: Path, port: int) -> list[str]:
    return [
        "prometheus-node-exporter",
        "--collector.disable-defaults",
        *(f"--collector.{name}" for name in COLLECTORS),
        f"--path.procfs={folder / 'proc'}",
        f"--collector.textfile.directory={folder}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]


async def unreachable(_nothing: None) -> Examination:
    url = f"http://127.0.0.1:{free_port()}"
    return await looked_at({"kind": "host", "name": "db1", "node_exporter": url})


def meminfo(available: float) -> str:
    return (
        PROC["meminfo"]
        .replace(f"MemAvailable: {16 * GB}", f"MemAvailable: {round(available * GB)}")
        .replace(f"MemFree: {4 * GB}", f"MemFree: {round(available * GB / 2)}")
    )


HOST = Group(
    "Host (node_exporter)",
    opened,
    (
        Case("well, a full tmpfs beside", NOTHING, machine()),
        Case("a disk at 85 %", NOTHING, machine(disk(DATA, used=85))),
        Case(
            "most memory used as cache",
            NOTHING,
            machine(meminfo=PROC["meminfo"].replace(f"MemFree: {4 * GB}", "MemFree: 204800")),
        ),
        Case("a moment of work", NOTHING, machine(loadavg="5.10 1.90 0.90 6/310 4711\n")),
        Case("a disk at 97 %", "DISK_FULL", machine(disk(DATA, used=97))),
        Case("a disk that is full", "DISK_FULL", machine(disk(DISK, used=99.99))),
        Case("a disk at 92 %", "DISK_FILLS", machine(disk(DATA, used=92))),
        Case("no inodes", "DISK_FULL", machine(disk(DATA, used=60, inodes=99.9))),
        Case("no memory", "HOST_MEMORY", machine(meminfo=meminfo(0.3))),
        Case("memory nearly gone", "HOST_MEMORY", machine(meminfo=meminfo(2.2))),
        Case(
            "30 processes for two cores",
            "HOST_OVERLOADED",
            machine(loadavg="30.00 24.10 18.00 31/310 4711\n"),
        ),
        Case("a clock 4 s off", "HOST_CLOCK", machine({line("node_timex_offset_seconds"): 4.0})),
        Case(
            "a clock that nobody sets",
            "HOST_CLOCK",
            machine({line("node_timex_sync_status"): 0, line("node_timex_maxerror_seconds"): 16}),
        ),
        Case("a unit that failed", "HOST_UNIT", machine(unit("nginx.service", "failed"))),
        Case(
            "open files near their limit",
            "HOST_FILES",
            machine(None, **{"sys/fs/file-nr": "97000\t0\t100000\n"}),
        ),
        Case("unreachable", "HOST_DOWN", unreachable),
    ),
)


def seen(instance: str) -> Callable[[Server], Awaitable[Examination]]:
    """One machine in the Prometheus, at the end of its history."""

    async def act(server: Server) -> Examination:
        section = {"kind": "host", "name": "db1", "prometheus": server.url, "instance": f"{instance}:9100"}
        (target,) = read_targets(SERVICE, [section], environ={})
        patient = partial(HostPatient, clock=lambda: NOON)
        return await looked_at(targets=[replace(target, family=replace(target.family, patient=patient))])

    return act


def waiting(ago: float) -> dict[Line, float]:
    """Two cores that mostly wait for their disk."""
    spent = 120 * (90 - ago)
    return cpu(user=0.1 * spent, iowait=0.7 * spent, idle=0.2 * spent)


def world() -> History:
    history = History()
    killed = line("node_vmstat_oom_kill")
    told(history, "well:9100", lambda ago: working(ago, 0.2))
    told(history, "batch:9100", lambda ago: working(ago, 0.8) | load(1.9, 1.8, 1.7))
    told(history, "killed_before:9100", lambda ago: working(ago, 0.2) | {killed: 3 + 2 * (ago < 40)})
    told(history, "busy:9100", lambda ago: working(ago, 0.99) | load(14, 12, 9))
    told(history, "pegged:9100", lambda ago: working(ago, 0.99) | load(2.1, 2.0, 2.0))
    told(history, "waits:9100", lambda ago: waiting(ago) | load(9, 8, 7))
    told(history, "fills:9100", lambda ago: working(ago, 0.2) | disk(DATA, used=88 - 7 * ago / 60))
    told(history, "kills:9100", lambda ago: working(ago, 0.2) | {killed: 3 + 2 * (ago < 20)})
    history.add("up", {"instance": "down:9100"}, [(NOON - 60, 0.0), (NOON, 0.0)])
    return history


PROMETHEUS = Group(
    "Host (Prometheus)",
    keeping(world),
    (
        Case("a machine that is well", NOTHING, seen("well")),
        Case("a batch on both cores", NOTHING, seen("batch")),
        Case("processes killed 40 min ago", NOTHING, seen("killed_before")),
        Case("a machine that it does not know", NOTHING, seen("unknown")),
        Case("busy, with a queue", "HOST_OVERLOADED", seen("busy")),
        Case("every core busy, no queue", "HOST_OVERLOADED", seen("pegged")),
        Case("waits for its disk", "HOST_OVERLOADED", seen("waits")),
        Case("a disk that will be full", "DISK_FILLS", seen("fills")),
        Case("processes killed 20 min ago", "HOST_MEMORY", seen("kills")),
        Case("not to be scraped", "HOST_DOWN", seen("down")),
    ),
)
