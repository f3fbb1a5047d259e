"""A Redis, ill or only odd, of the second round of unknown faults."""

import asyncio
import contextlib
import itertools
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from redis.exceptions import RedisError

from incidents.evidence import Examination
from tests.diagnosis.cache import FULL, of, opened, server
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnostics.redis.server import Server, running

Client: TypeAlias = Any  # redis-py types some of its methods only
SLOWLOG = ("--slowlog-log-slower-than", "10000")


@contextmanager
def again(one: Server, act: Callable[[Client], object], clients: int = 1) -> Iterator[None]:
    """Clients that do this over and over, refused or not, for the length of the block."""
    over = threading.Event()

    def work() -> None:
        with one.client("api") as client:
            while not over.is_set():
                with contextlib.suppress(RedisError):
                    act(client)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


async def big_list(_none: None) -> Examination:
    with server(*SLOWLOG) as one, one.client() as client:
        for _ in range(20):
            client.rpush("feed:all", *(["x" * 40] * 20_000))
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.execute_command("LRANGE", "feed:all", 0, -1)):
                await asyncio.to_thread(client.lrange, "feed:all", 0, -1)
                return await look()


async def no_slots(_none: None) -> Examination:
    """A node of a cluster in which nobody serves any slot."""
    with server("--cluster-enabled", "yes") as one:
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.get("cart:1")):
                return await look()


async def volatile(_none: None) -> Examination:
    """Only what has a time to live may be evicted, and nothing has one."""
    with server(*FULL, "volatile-lru") as one:
        with one.client() as client, contextlib.suppress(RedisError):
            for number in range(10_000):
                client.set(f"session:{number}", "x" * 10_000)
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.set("session:new", "x" * 10_000)):
                return await look()


async def thrashing(_none: None) -> Examination:
    """What is asked for is twice what fits, so that each miss throws away what is asked for next."""
    with server(*FULL, "allkeys-lru") as one:
        asked = itertools.cycle(range(2_000))

        def ask(client: Client) -> None:
            key = f"page:{next(asked)}"
            if client.get(key) is None:
                client.set(key, "x" * 10_000)

        with one.client() as client:
            for _ in range(2_000):
                ask(client)
        async with looking(of(one.url)) as look:
            with again(one, ask):
                return await look()


async def flushed(_none: None) -> Examination:
    with server() as one, one.client() as client:
        client.execute_command("DEBUG", "POPULATE", 20_000)
        async with looking(of(one.url), apart=60) as look:
            await look()
            client.flushall()
            return await look()


async def written_to_a_replica(_none: None) -> Examination:
    with (
        server("--repl-diskless-sync-delay", "0") as master,
        server("--replicaof", "127.0.0.1", str(master.port)) as replica,
        replica.client() as copy,
    ):
        while copy.info("replication")["master_link_status"] != "up":
            copy.ping()
        async with looking(of(replica.url)) as look:
            with again(replica, lambda c: c.set("cart:1", "x")):
                return await look()


async def refused_password(_none: None) -> Examination:
    """The application signs in with its old password, again and again."""
    with server() as one:
        one.grant("app", "+@all ~*")

        def sign_in(client: Client) -> None:
            client.execute_command("AUTH", "app", "an-old-password")

        async with looking(of(one.url)) as look:
            with again(one, sign_in):
                return await look()


async def no_replicas(_none: None) -> Examination:
    """It takes writes only with a replica, and has none."""
    with server("--min-replicas-to-write", "1") as one:
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.set("cart:1", "x")):
                return await look()


async def loading(_none: None) -> Examination:
    with tempfile.TemporaryDirectory(prefix="tocsin-redis-") as folder:
        with running(Path(folder), "--dbfilename", "dump.rdb") as one, one.client() as client:
            client.execute_command("DEBUG", "POPULATE", 100_000)
            client.save()
        with running(
            Path(folder),
            "--dbfilename",
            "dump.rdb",
            "--key-load-delay",
            "500",
            "--loading-process-events-interval-bytes",
            "1024",
            until="Loading RDB",
        ) as one:
            return await looked_at(of(one.url))


async def restarted_empty(_none: None) -> Examination:
    """It was restarted, kept nothing, and everybody's session is gone."""
    with tempfile.TemporaryDirectory(prefix="tocsin-redis-") as folder, running(Path(folder)) as one:
        with one.client() as client:
            client.execute_command("DEBUG", "POPULATE", 20_000)
        async with looking(of(one.url), apart=60) as look:
            await look()
            with one.client() as client, contextlib.suppress(RedisError):
                client.shutdown(nosave=True)
            with running(Path(folder), port=one.port):
                await look()  # the kept connection was ended; it is made anew
                return await look()


async def waiting_workers(_none: None) -> Examination:
    """Thirty workers wait for work, as workers do."""
    with server("--maxclients", "200") as one:
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.blpop(["jobs"], timeout=1), clients=30):
                return await look()


async def fresh(_none: None) -> Examination:
    """New, and holds one key that was refused once."""
    with server() as one, one.client() as client:
        client.set("a", "b")
        with contextlib.suppress(RedisError):
            client.lpush("a", "c")
        return await looked_at(of(one.url))


async def saving(_none: None) -> Examination:
    """It saves at this moment, as it does every hour."""
    with server("--dbfilename", "dump.rdb", "--rdb-key-save-delay", "200") as one, one.client() as client:
        client.execute_command("DEBUG", "POPULATE", 20_000)
        client.bgsave()
        return await looked_at(of(one.url))


GROUP = Group(
    "Redis second",
    opened,
    (
        Case("30 workers wait for work", NOTHING, waiting_workers),
        Case("one command refused once", NOTHING, fresh),
        Case("it saves", NOTHING, saving),
        Case("a list read whole, again and again", "REDIS_BLOCKED", big_list),
        Case("a cluster without slots", "REDIS_COMMANDS_REFUSED", no_slots),
        Case("full, nothing has a time to live", "REDIS_OOM", volatile),
        Case("it evicts what it is asked for", "REDIS_EVICTION", thrashing),
        Case("FLUSHALL", "REDIS_EMPTIED", flushed),
        Case("writes to a replica", "REDIS_COMMANDS_REFUSED", written_to_a_replica),
        Case("an old password, again and again", "REDIS_COMMANDS_REFUSED", refused_password),
        Case("too few replicas to write", "REDIS_COMMANDS_REFUSED", no_replicas),
        Case("loading its data", "REDIS_DOWN", loading),
        Case("restarted, and empty", "REDIS_EMPTIED", restarted_empty),
    ),
)
