"""Containers and what they log, ill or only odd, of the third round of unknown faults."""

import tempfile
from pathlib import Path
from contextlib import suppress

from docker.errors import APIError

from tests.diagnosis.case import NOTHING, Case, Group
from tests.diagnosis.containers import ALWAYS, IDLE, SECOND, alone, opened
from tests.diagnosis.second_containers import tells
from tests.diagnostics.docker.dockerd import IMAGE, Dockerd

HEAP = (
    'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    "\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)",
    "\tat com.example.orders.Export.run(Export.java:88)",
)
REVISION = (
    "INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.",
    r"ERROR [alembic.util.messaging] Can'\\''t locate revision identified by '\\''ae1027a6acf'\\''",
    r"FAILED: Can'\\''t locate revision identified by '\\''ae1027a6acf'\\''",
)
KAFKA = (
    "WARN  [kafka-producer-network-thread | producer-1] o.apache.kafka.clients.NetworkClient: [Producer clientId=producer-1] Connection to node -1 (kafka.internal/10.0.3.7:9092) could not be established. Broker may not be available.",
    "ERROR c.e.orders.Outbox: org.apache.kafka.common.errors.TimeoutException: Topic orders not present in metadata after 60000 ms.",
)
HANGS = (
    "[2026-11-22 02:11:07 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:112)",
    "[2026-11-22 02:11:08 +0000] [7] [ERROR] Worker (pid:112) was sent SIGKILL! Perhaps out of memory?",
    "[2026-11-22 02:11:08 +0000] [131] [INFO] Booting worker with pid: 131",
)
SKEWED = (
    "botocore.exceptions.ClientError: An error occurred (RequestTimeTooSkewed) when calling the PutObject operation: The difference between the request time and the current time is too large.",
    "jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)",
)
HARMLESS = (
    "INFO summary: 120 ok, 0 errors, 0 failed, 0 exceptions",
    "INFO options: retries=5 timeout=30s on_error=continue",
    "INFO registered ErrorHandler, FailureListener and PanicButton",
    "DeprecationWarning: datetime.utcnow() is deprecated, use datetime.now(UTC)",
)
RENEWS = (
    "[2026-11-22 02:11:07 +0000] [112] [INFO] Autorestarting worker after current request.",
    "[2026-11-22 02:11:07 +0000] [112] [INFO] Worker exiting (pid: 112)",
    "[2026-11-22 02:11:08 +0000] [131] [INFO] Booting worker with pid: 131",
)


def full_volume(engine: Dockerd) -> None:
    store = "dd if=/dev/zero of=/data/upload bs=1k count=100 || echo ERROR upload was not stored; sleep 0.1"
    engine.run("api", f"n=0; while [ $n -lt 12 ]; do n=$((n+1)); {store}; done; {IDLE}", tmpfs={"/data": "size=64k"})


def too_many_processes(engine: Dockerd) -> None:
    loop = engine.run("api", "for n in 1 2 3 4 5 6 7 8 9; do sleep 600 & done; wait", pids_limit=6, restart_policy=ALWAYS)
    engine.heard(loop, "start", times=4)


def read_only(engine: Dockerd) -> None:
    loop = engine.run("api", "echo $$ > /app.pid || exit 1; " + IDLE, read_only=True, restart_policy=ALWAYS)
    engine.heard(loop, "start", times=4)


def not_executable(engine: Dockerd) -> None:
    with tempfile.TemporaryDirectory(prefix="tocsin-entry-") as folder:
        file = Path(folder) / "start.sh"
        file.write_text("#!/bin/sh\nexec sleep 600\n")
        with suppress(APIError):
            engine.client.containers.run(
                IMAGE, ["/start.sh"], name="api", detach=True, network_mode="none",
                volumes={str(file): {"bind": "/start.sh", "mode": "ro"}},
            )


def broken_check(engine: Dockerd) -> None:
    check = {"test": ["CMD-SHELL", "curl -fsS http://localhost:8080/health || exit 1"], "interval": SECOND // 2, "retries": 2}
    script = f'n=0; while [ $n -lt 30 ]; do n=$((n+1)); echo "INFO 200 served $n"; done; {IDLE}'
    engine.heard(engine.run("api", script, healthcheck=check), "health_status: unhealthy")


GROUP = Group(
    "Docker third",
    opened,
    (
        Case("c1 java heap", "?", tells(*HEAP, times=1, ends=True)),
        Case("c2 alembic", "?", tells(*REVISION, times=1, ends=True)),
        Case("c3 volume full", "?", alone(full_volume)),
        Case("c4 pids", "?", alone(too_many_processes)),
        Case("c5 read-only", "?", alone(read_only)),
        Case("c6 not executable", "?", alone(not_executable)),
        Case("c7 kafka", "?", tells(*KAFKA)),
        Case("c8 broken check", "?", alone(broken_check)),
        Case("c9 gunicorn", "?", tells(*HANGS)),
        Case("c10 skew", "?", tells(*SKEWED)),
        Case("w1 harmless words", NOTHING, tells(*HARMLESS, times=20)),
        Case("w2 renewing workers", NOTHING, tells(*RENEWS, times=20)),
    ),
)
