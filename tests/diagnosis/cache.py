"""A Redis that is full, has no connections left, is blocked, slow or gone; and one that is well."""

import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from redis.exceptions import RedisError

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at, looking
from tests.diagnostics.redis.server import Server, connected, fill, free_port, running, sending
from tests.frozen import frozen

FULL = ("--maxmemory", "8mb", "--maxmemory-policy")


def of(url: str) -> dict[str, object]:
    return {"kind": "redis", "name": "cache", "url": url}


@contextmanager
def server(*options: str) -> Iterator[Server]:
    """One of the case's own."""
    with (
        tempfile.TemporaryDirectory(prefix="tocsin-redis-") as folder,
        running(Path(folder), *options) as one,
    ):
        yield one


async def at_ease(_none: None) -> Examination:
    with server() as one:
        return await looked_at(of(one.url))


async def evicting(_none: None) -> Examination:
    """A cache that is full, as caches are."""
    with server(*FULL, "allkeys-lru") as one:
        with one.client() as client:
            for number in range(1000):
                client.set(f"page:{number}", "x" * 10_000)
        return await looked_at(of(one.url))


async def clients_with_room(_none: None) -> Examination:
    with server("--maxclients", "60") as one, connected(one, 20):
        return await looked_at(of(one.url))


async def full(_none: None) -> Examination:
    with server(*FULL, "noeviction") as one:
        with one.client() as client:
            fill(client, 10_000)
        return await looked_at(of(one.url))


async def nearly_full(_none: None) -> Examination:
    with server("--maxmemory", "20mb", "--maxmemory-policy", "noeviction") as one:
        with one.client() as client:
            for number in range(30):
                client.set(f"blob:{number}", "x" * 500_000)
        return await looked_at(of(one.url))


async def no_connections(_none: None) -> Examination:
    with server("--maxclients", "20") as one:
        async with looking(of(one.url)) as look:
            with connected(one, 19):
                return await look()


async def no_connection_for_us(_none: None) -> Examination:
    with server("--maxclients", "20") as one, connected(one, 20):
        return await looked_at(of(one.url))


async def blocked(_none: None) -> Examination:
    with server() as one:
        async with looking(of(one.url)) as look:
            with sending(one, "DEBUG", "SLEEP", "20") as sleeper:
                unanswered(one)
                seen = await look()
                sleeper.kill()
            return seen


def unanswered(one: Server) -> None:
    """Return when it does not answer any more."""
    answered = threading.Event()

    def ask() -> None:
        with suppress(RedisError), one.client() as client:
            client.ping()
            answered.set()

    while True:
        answered.clear()
        threading.Thread(target=ask, daemon=True).start()
        if not answered.wait(0.3):
            return


async def slow(_none: None) -> Examination:
    with server() as one:
        with one.client() as client:
            client.execute_command("DEBUG", "SLEEP", "1.2")
        return await looked_at(of(one.url))


async def scripted(_none: None) -> Examination:
    with server("--busy-reply-threshold", "1") as one:
        async with looking(of(one.url)) as look:
            with sending(one, "EVAL", "while true do end", "0"), one.client() as client:
                unanswered_by_script(one)
                seen = await look()
                client.script_kill()
            return seen


def unanswered_by_script(one: Server) -> None:
    """Return when the script runs."""
    while True:
        with one.client() as client:
            try:
                client.ping()
            except RedisError:  # it says BUSY
                return


async def cannot_save(_none: None) -> Examination:
    with server("--dbfilename", "dump.rdb") as one, one.client() as client:
        (Path(client.config_get("dir")["dir"]) / "dump.rdb").mkdir()
        client.execute_command("BGSAVE")
        while client.info("persistence")["rdb_last_bgsave_status"] == "ok":
            client.ping()
        return await looked_at(of(one.url))


async def orphaned(_none: None) -> Examination:
    with (
        server("--repl-diskless-sync-delay", "0") as master,
        master.client() as client,
        server("--replicaof", "127.0.0.1", str(master.port)) as replica,
        replica.client() as copy,
    ):
        while copy.info("replication")["master_link_status"] != "up":
            client.ping()
        client.shutdown(nosave=True)
        while copy.info("replication")["master_link_status"] == "up":
            copy.ping()
        return await looked_at(of(replica.url))


async def wrong_password(_none: None) -> Examination:
    with server("--requirepass", "root-password") as one:
        return await looked_at(of(f"redis://:wrong-password@127.0.0.1:{one.port}"))


async def stopped(_none: None) -> Examination:
    return await looked_at(of(f"redis://127.0.0.1:{free_port()}"))


async def frozen_whole(_none: None) -> Examination:
    with server() as one:
        async with looking(of(one.url)) as look:
            with frozen(one.pid):
                return await look()


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    if not shutil.which("redis-server"):
        raise AbsentError("redis-server; apt package redis-server")
    yield


GROUP = Group(
    "Redis",
    opened,
    (
        Case("at rest", NOTHING, at_ease),
        Case("a full cache that evicts", NOTHING, evicting),
        Case("20 of 60 connections", NOTHING, clients_with_room),
        Case("full, and nothing may be evicted", "REDIS_OOM", full),
        Case("nearly full", "REDIS_MEMORY_HIGH", nearly_full),
        Case("maxclients, ours kept", "REDIS_MAXCLIENTS", no_connections),
        Case("maxclients, none for us", "REDIS_MAXCLIENTS", no_connection_for_us),
        Case("blocked by a command", "REDIS_BLOCKED", blocked),
        Case("blocked by a script", "REDIS_BLOCKED", scripted),
        Case("a command of 1.2 s", "REDIS_BLOCKED", slow),
        Case("cannot save", "REDIS_CANNOT_SAVE", cannot_save),
        Case("a replica without its master", "REDIS_REPLICA", orphaned),
        Case("a wrong password", "CONFIG_ERROR", wrong_password),
        Case("stopped", "REDIS_DOWN", stopped),
        Case("frozen", "REDIS_BLOCKED", frozen_whole),
    ),
)
