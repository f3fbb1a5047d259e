"""Containers on a real engine: ended, in a loop, killed, unhealthy, held back; and well ones."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from docker.errors import APIError

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at
from tests.diagnostics.docker import dockerd
from tests.diagnostics.docker.dockerd import IMAGE, Dockerd

IDLE = "trap 'exit 0' TERM; while :; do sleep 0.1; done"
HUNGRY = "x=a; while :; do x=$x$x$x$x; done"
ALWAYS = {"Name": "always"}
SECOND = 1_000_000_000


def of(engine: Dockerd) -> dict[str, object]:
    return {"kind": "docker", "name": "app", "url": engine.address, "containers": ["api"]}


def alone(provoke: Callable[[Dockerd], None]) -> Callable[[Dockerd], Awaitable[Examination]]:
    """A case of one container, on an engine without any other."""

    async def act(engine: Dockerd) -> Examination:
        engine.clear()
        provoke(engine)
        try:
            return await looked_at(of(engine))
        finally:
            engine.clear()

    return act


def at_ease(engine: Dockerd) -> None:
    engine.run("api", IDLE, mem_limit="64m", nano_cpus=500_000_000)


def chatty(engine: Dockerd) -> None:
    """Its log speaks of an error now and then, as logs do."""
    engine.run("api", f"for n in 1 2 3 4 5 6 7 8 9; do echo INFO served $n; done; echo ERROR once; {IDLE}")


def done(engine: Dockerd) -> None:
    engine.run("api", "exit 0").wait()


def exited(engine: Dockerd) -> None:
    engine.run("api", "echo segmentation fault; exit 139").wait()


def misconfigured(engine: Dockerd) -> None:
    loop = engine.run("api", "echo \"KeyError: 'DATABASE_URL'\"; exit 1", restart_policy=ALWAYS)
    engine.heard(loop, "start", times=4)


def looping(engine: Dockerd) -> None:
    engine.heard(engine.run("api", "exit 1", restart_policy=ALWAYS), "start", times=4)


def out_of_memory(engine: Dockerd) -> None:
    container = engine.run("api", HUNGRY, mem_limit="16m", memswap_limit="16m", oom_kill_disable=False)
    engine.heard(container, "oom")
    container.wait()


def killed(engine: Dockerd) -> None:
    container = engine.run("api", IDLE)
    container.kill()
    container.wait()


def unhealthy(engine: Dockerd) -> None:
    check = {"test": ["CMD", "false"], "interval": SECOND // 3, "retries": 2, "timeout": 2 * SECOND}
    engine.heard(engine.run("api", IDLE, healthcheck=check), "health_status: unhealthy")


def near_its_limit(engine: Dockerd) -> None:
    fill = f"dd if=/dev/zero of=/fill/x bs=1M count=59; touch /filled; {IDLE}"
    check = {"test": ["CMD", "test", "-e", "/filled"], "interval": SECOND // 5}
    container = engine.run("api", fill, mem_limit="64m", tmpfs={"/fill": "size=96m"}, healthcheck=check)
    engine.heard(container, "health_status: healthy")


def held_back(engine: Dockerd) -> None:
    engine.run("api", "while :; do :; done", nano_cpus=100_000_000)


def paused(engine: Dockerd) -> None:
    engine.run("api", IDLE).pause()


def not_startable(engine: Dockerd) -> None:
    container = engine.client.containers.create(IMAGE, ["/bin/nothing"], name="api", network_mode="none")
    with suppress(APIError):
        container.start()


def removed(_engine: Dockerd) -> None:
    """There is none."""


def flooding(engine: Dockerd) -> None:
    engine.run("api", f"yes 'INFO request served in 12 ms' | head -n 200000; touch /done; {IDLE}")


def without_disk(engine: Dockerd) -> None:
    engine.run("api", f"for n in 1 2 3 4 5 6; do echo 'OSError: No space left on device'; done; {IDLE}")


def without_pool(engine: Dockerd) -> None:
    line = "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out"
    engine.run("api", f"for n in 1 2 3 4 5 6; do echo '{line}'; done; {IDLE}")


async def engine_frozen(engine: Dockerd) -> Examination:
    engine.clear()
    engine.run("api", IDLE)
    with engine.frozen():
        return await looked_at(of(engine))


@asynccontextmanager
async def opened() -> AsyncIterator[Dockerd]:
    if lacking := dockerd.lacking():
        raise AbsentError(f"{lacking}; apt packages {dockerd.PACKAGES}")
    try:
        with dockerd.running() as engine:
            yield engine
    except dockerd.UnstartedError as error:
        raise AbsentError(f"a Docker Engine that starts here ({str(error)[-200:]})") from None


GROUP = Group(
    "Docker",
    opened,
    (
        Case("a container at rest", NOTHING, alone(at_ease)),
        Case("one error in its log", NOTHING, alone(chatty)),
        Case("done with its work", NOTHING, alone(done)),
        Case("ended with an error", "CONTAINER_DOWN", alone(exited)),
        Case("a crash loop", "CRASH_LOOP", alone(looping)),
        Case("a crash loop, a setting missing", "CONFIG_ERROR", alone(misconfigured)),
        Case("killed for its memory", "OOM_KILLED", alone(out_of_memory)),
        Case("killed from outside", "CONTAINER_DOWN", alone(killed)),
        Case("unhealthy", "CONTAINER_UNHEALTHY", alone(unhealthy)),
        Case("memory near its limit", "MEMORY_NEAR_LIMIT", alone(near_its_limit)),
        Case("held back by its processor limit", "CPU_LIMIT", alone(held_back)),
        Case("paused", "CONTAINER_DOWN", alone(paused)),
        Case("cannot be started", "CONTAINER_DOWN", alone(not_startable)),
        Case("removed", "CONTAINER_DOWN", alone(removed)),
        Case("floods its log", "LOG_FLOOD", alone(flooding)),
        Case("no space left, in its log", "DISK_FULL", alone(without_disk)),
        Case("an exhausted pool, in its log", "DB_POOL_TOO_SMALL", alone(without_pool)),
        Case("the engine frozen", "ENGINE_DOWN", engine_frozen),
    ),
)
