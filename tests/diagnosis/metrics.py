"""What a real Prometheus kept of shops that fail, slow down, grow or lose callers; and of well ones."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, SERVICE, AbsentError, Case, Group, looked_at
from tests.diagnostics.prometheus.conftest import target_of
from tests.diagnostics.prometheus.server import History, Server, prometheus
from tests.diagnostics.prometheus.shop import END, world


def of(job: str) -> Callable[[Server], Awaitable[Examination]]:
    async def act(server: Server) -> Examination:
        target = target_of(server.url, lambda: END, labels={"job": job})
        return await looked_at(targets=[replace(target, name=replace(target.name, service=SERVICE))])

    return act


def keeping(world: Callable[[], History]) -> Callable[[], AbstractAsyncContextManager[Server]]:
    """A Prometheus with that history, made before it starts."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Server]:
        if lacking := [name for name in ("prometheus", "promtool") if not shutil.which(name)]:
            raise AbsentError(f"{' and '.join(lacking)}; apt package prometheus")
        with tempfile.TemporaryDirectory(prefix="tocsin-prometheus-") as name:
            folder = Path(name)
            world().written(folder)
            with prometheus(folder) as server:
                yield server

    return opened


GROUP = Group(
    "Prometheus",
    keeping(world),
    (
        Case("a healthy shop", NOTHING, of("healthy")),
        Case("few requests, 6 % of them failing", NOTHING, of("quiet")),
        Case("memory up and down as it is collected", NOTHING, of("sawtooth")),
        Case("memory that grows, its limit 40 h away", NOTHING, of("leak40")),
        Case("an idle pool of none", NOTHING, of("nopool")),
        Case("6 % of requests fail", "HIGH_ERROR_RATE_UNEXPLAINED", of("six")),
        Case("2 % of requests fail", "HIGH_ERROR_RATE_UNEXPLAINED", of("two")),
        Case("few requests, 90 % of them failing", "HIGH_ERROR_RATE_UNEXPLAINED", of("night")),
        Case("p99 thirty times as high", "HIGH_LATENCY_UNEXPLAINED", of("slow")),
        Case("a circuit breaker open", "BREAKER_OPEN", of("open")),
        Case("a memory leak, 5 h left", "MEMORY_LEAK", of("leak5")),
        Case("a memory leak, 1 h left", "MEMORY_LEAK", of("leak1")),
        Case("a pool with none left", "DB_POOL_TOO_SMALL", of("pool")),
        Case("two and a half times the traffic", "TRAFFIC_SPIKE", of("spike")),
        Case("a tenth of the traffic", "TRAFFIC_LOST", of("gone")),
    ),
)
