"""Faults of a machine that were thought of after its patterns, on a page of ours in node_exporter's words."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnostics.host.page import DISK, GB, Line, Machine, disk, line, memory

Act = Callable[[None], Awaitable[Examination]]
NODE = {"kind": "host", "name": "node"}


def page(figures: Mapping[Line, float]) -> Act:
    async def act(_none: None) -> Examination:
        machine = Machine()
        machine.set({line("node_vmstat_oom_kill"): 0, **figures})
        async with machine.serving() as url:
            return await looked_at({**NODE, "node_exporter": url})

    return act


def swap(used: float) -> dict[Line, float]:
    whole = 4 * GB
    return {
        line("node_memory_SwapTotal_bytes"): whole,
        line("node_memory_SwapFree_bytes"): whole * (1 - used / 100),
    }


def directory(path: str, size: float) -> dict[Line, float]:
    return {line("node_directory_size_bytes", directory=path): size * GB}


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    yield


GROUP = Group(
    "Host unseen",
    opened,
    (
        Case("a full swap while memory is free", NOTHING, page({**swap(97), **memory(used=40)})),
        Case("large directories, room enough", NOTHING, page(directory("/var/lib/docker", 41))),
        Case(
            "a full disk, its directories measured",
            "DISK_FULL",
            page({**disk(DISK, used=98), **directory("/var/lib/docker", 41), **directory("/var/log", 12)}),
        ),
        Case("a full swap, memory short", "HOST_MEMORY", page({**swap(97), **memory(used=85)})),
    ),
)
