"""Containers and what they log, ill or only odd, of the second round of unknown faults."""

from collections.abc import Awaitable, Callable

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group
from tests.diagnosis.containers import ALWAYS, IDLE, SECOND, alone, opened
from tests.diagnostics.docker.dockerd import Dockerd


def tells(*lines: str, times: int = 8, ends: bool = False) -> Callable[[Dockerd], Awaitable[Examination]]:
    """A container that says these lines so often between lines of its usual work; `ends` with an error."""
    said = "; ".join(f"echo '{line}'" for line in lines)
    script = f'n=0; while [ $n -lt {times} ]; do n=$((n+1)); echo "INFO served /orders/$n"; {said}; done; '

    def provoke(engine: Dockerd) -> None:
        if ends:
            loop = engine.run("api", script + "exit 1", restart_policy=ALWAYS)
            engine.heard(loop, "start", times=4)
        else:
            engine.run("api", script + IDLE)

    return alone(provoke)


def strict_check(engine: Dockerd) -> None:
    """The check is given too little time; the service is well."""
    check = {"test": ["CMD", "sleep", "2"], "interval": SECOND // 2, "retries": 2, "timeout": SECOND // 4}
    script = f'n=0; while [ $n -lt 30 ]; do n=$((n+1)); echo "INFO 200 served $n"; done; {IDLE}'
    engine.heard(engine.run("api", script, healthcheck=check), "health_status: unhealthy")


def starting(engine: Dockerd) -> None:
    check = {"test": ["CMD", "false"], "interval": SECOND, "retries": 3, "start_period": 300 * SECOND}
    engine.run("api", "echo warming caches; " + IDLE, healthcheck=check)


GROUP = Group(
    "Docker second",
    opened,
    (
        Case("it starts, and may take its time", NOTHING, alone(starting)),
        Case(
            "strangers who look for wp-login.php",
            NOTHING,
            tells(
                '203.0.113.9 "GET /wp-login.php HTTP/1.1" 404 162',
                '203.0.113.9 "POST /xmlrpc.php HTTP/1.1" 403 99',
                times=60,
            ),
        ),
        Case(
            "a port that is taken",
            "CONFIG_ERROR",
            tells("Error: listen EADDRINUSE: address already in use 0.0.0.0:8080", times=1, ends=True),
        ),
        Case("a health check too strict", "CONTAINER_UNHEALTHY", alone(strict_check)),
        Case(
            "a file that is not mounted",
            "CONFIG_ERROR",
            tells(
                "FileNotFoundError: [Errno 2] No such file or directory: '\"'\"'/etc/shop/config.yml'\"'\"'",
                times=1,
                ends=True,
            ),
        ),
        Case(
            "its clock is off",
            "HOST_CLOCK",
            tells(
                "jwt.exceptions.ImmatureSignatureError: The token is not yet valid (iat)",
                "botocore ClientError: (RequestTimeTooSkewed) The request time differs.",
            ),
        ),
        Case(
            "no network",
            "NETWORK_UNREACHABLE",
            tells("dial tcp 10.0.3.4:5432: connect: network is unreachable"),
        ),
        Case(
            "the heap is full",
            "MEMORY_RAN_OUT",
            tells("java.lang.OutOfMemoryError: Java heap space", times=6),
        ),
        Case(
            "a secret that is not valid any more",
            "CONFIG_ERROR",
            tells(
                "AccessDenied: The security token included in the request is expired",
                "401 Unauthorized from https://vault.internal",
            ),
        ),
    ),
)
