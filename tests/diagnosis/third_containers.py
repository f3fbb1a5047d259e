"""Containers and what they log, ill or only odd, of the third round of unknown faults."""

import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from docker.errors import APIError

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.containers import ALWAYS, IDLE, SECOND, alone, of, opened
from tests.diagnosis.second_containers import tells
from tests.diagnostics.docker.dockerd import IMAGE, Dockerd

QUOTE = "'\"'\"'"  # one that stands inside of a shell's quotes
HEAP = (
    'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    "at java.base/java.util.Arrays.copyOf(Arrays.java:3537)",
    "at com.example.orders.Export.run(Export.java:88)",
)
REVISION = (
    "INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.",
    f"FAILED: Can{QUOTE}t locate revision identified by {QUOTE}ae1027a6acf{QUOTE}",
)
BROKER = (
    "WARN Connection to node -1 (kafka/10.0.3.7:9092) could not be established. Broker may not be available.",
    "ERROR kafka.common.errors.TimeoutException: Topic orders not present in metadata after 60000 ms.",
)
HANGS = (
    "[7] [CRITICAL] WORKER TIMEOUT (pid:112)",
    "[7] [ERROR] Worker (pid:112) was sent SIGKILL! Perhaps out of memory?",
    "[131] [INFO] Booting worker with pid: 131",
)
SKEWED = (
    "botocore.exceptions.ClientError: An error occurred (RequestTimeTooSkewed) when calling PutObject",
    "jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)",
)
KEY = (
    "stripe.error.AuthenticationError: Invalid API Key provided: sk_live_********************1a2b",
    "ERROR checkout failed for order 1182",
)
PANIC = (
    "panic: runtime error: invalid memory address or nil pointer dereference",
    "[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x6f2c1a]",
    "goroutine 1 [running]:",
    "main.loadRates(0x0)",
)
HARMLESS = (
    "INFO summary: 120 ok, 0 errors, 0 failed, 0 exceptions",
    "INFO options: retries=5 timeout=30s on_error=continue",
    "INFO registered ErrorHandler, FailureListener and PanicButton",
    "DeprecationWarning: datetime.utcnow() is deprecated, use datetime.now(UTC)",
)
RENEWS = (
    "[112] [INFO] Autorestarting worker after current request.",
    "[112] [INFO] Worker exiting (pid: 112)",
    "[131] [INFO] Booting worker with pid: 131",
)


def full_volume(engine: Dockerd) -> None:
    store = "dd if=/dev/zero of=/data/upload bs=1k count=100 || echo ERROR upload was not stored"
    engine.run("api", f"{store}; {store}; {IDLE}", tmpfs={"/data": "size=64k"})


def many_processes(engine: Dockerd) -> None:
    loop = engine.run(
        "api",
        "for n in 1 2 3 4 5 6 7 8 9; do sleep 600 & done; wait",
        pids_limit=6,
        restart_policy=ALWAYS,
    )
    engine.heard(loop, "start", times=4)


def read_only(engine: Dockerd) -> None:
    loop = engine.run("api", f"echo $$ > /app.pid || exit 1; {IDLE}", read_only=True, restart_policy=ALWAYS)
    engine.heard(loop, "start", times=4)


def without_curl(engine: Dockerd) -> None:
    """The check calls what its image does not have, and says 1 for whatever went wrong."""
    call = "curl -fsS http://localhost:8080/health || exit 1"
    check = {"test": ["CMD-SHELL", call], "interval": SECOND // 2, "retries": 2}
    engine.heard(engine.run("api", IDLE, healthcheck=check), "health_status: unhealthy")


async def not_executable(engine: Dockerd) -> Examination:
    """Its entry point lost the right to be run, as files do that come out of an archive."""
    engine.clear()
    with tempfile.TemporaryDirectory(prefix="tocsin-entry-") as folder:
        file = Path(folder) / "start.sh"
        file.write_text("#!/bin/sh\nexec sleep 600\n")
        with suppress(APIError):
            engine.client.containers.run(
                IMAGE,
                ["/start.sh"],
                name="api",
                detach=True,
                network_mode="none",
                volumes={str(file): {"bind": "/start.sh", "mode": "ro"}},
            )
        try:
            return await looked_at(of(engine))
        finally:
            engine.clear()


def ends(*lines: str) -> Callable[[Dockerd], Awaitable[Examination]]:
    """A container that says this and ends, again and again."""
    return tells(*lines, times=1, ends=True)


GROUP = Group(
    "Docker third",
    opened,
    (
        Case("words that only sound bad", NOTHING, tells(*HARMLESS, times=20)),
        Case("workers that are renewed", NOTHING, tells(*RENEWS, times=20)),
        Case("no heap left, in Java", "MEMORY_RAN_OUT", ends(*HEAP)),
        Case("a revision that the program does not know", "SCHEMA_MISMATCH", ends(*REVISION)),
        Case("a volume that is full", "DISK_FULL", alone(full_volume)),
        Case("no process can be started", "PROCESS_LIMIT", alone(many_processes)),
        Case("a root that may only be read", "CONFIG_ERROR", alone(read_only)),
        Case("an entry point that may not be run", "CONTAINER_DOWN", not_executable),
        Case("a broker that is away", "DEPENDENCY_DOWN", tells(*BROKER)),
        Case("a check that calls what is not there", "CHECK_BROKEN", alone(without_curl)),
        Case("workers that hang, and a guess of memory", "WORKERS_STUCK", tells(*HANGS)),
        Case("clocks that disagree", "HOST_CLOCK", tells(*SKEWED)),
        Case("a key of its own that is refused", "CONFIG_ERROR", tells(*KEY)),
        Case("a licence that has ended", "CONFIG_ERROR", ends("ERROR License expired on 2026-11-20.")),
        Case("a defect of the program, in Go", "CRASH_LOOP", ends(*PANIC)),
    ),
)
