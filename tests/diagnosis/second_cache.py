"""Faults and odd states of a Redis, written before anybody had patterns for them."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
import tempfile
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from incidents.evidence import Examination
from tests.diagnosis.cache import FULL, of, opened, server
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnostics.redis.server import Server, connected, running, sending

SLOWLOG = ("--slowlog-log-slower-than", "10000")


@contextmanager
def again(one: Server, act: Callable[[Redis], object], clients: int = 1) -> Iterator[None]:
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


async def all_keys(_none: None) -> Examination:
    with server(*SLOWLOG) as one, one.client() as client:
        client.execute_command("DEBUG", "POPULATE", 400_000)
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.keys("nothing*"), clients=2):
                await asyncio.to_thread(client.keys, "none*")
                return await look()


async def no_slots(_none: None) -> Examination:
    """A node of a cluster in which nobody serves any slot."""
    with server("--cluster-enabled", "yes") as one:
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.get("cart:1")):
                return await look()


async def always_missed(_none: None) -> Examination:
    """The application reads a database in which nothing is."""
    with server() as one, one.client() as client:
        client.execute_command("DEBUG", "POPULATE", 1000)
        async with looking(of(one.url)) as look, looks_twice(look):
            with again(one, lambda c: c.execute_command("GET", "nothing:here")):
                return await look()


@asynccontextmanager
async def looks_twice(look: Callable[[], object]) -> AsyncIterator[None]:
    await look()  # type: ignore[misc]
    yield


async def volatile(_none: None) -> Examination:
    """Only what has a time to live may be evicted, and nothing has one."""
    with server(*FULL, "volatile-lru") as one:
        with one.client() as client, contextlib.suppress(RedisError):
            for number in range(10_000):
                client.set(f"session:{number}", "x" * 10_000)
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.set("session:new", "x" * 10_000)):
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


async def wrong_type(_none: None) -> Examination:
    """A release stores as a hash what the old one reads as text."""
    with server() as one, one.client() as client:
        client.hset("user:1", "name", "x")
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.get("user:1")):
                return await look()


async def refused_password(_none: None) -> Examination:
    """The application signs in with its old password, again and again."""
    with server() as one:
        one.grant("app", "+@all ~*")

        def sign_in(client: Redis) -> None:
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


async def slow_subscriber(_none: None) -> Examination:
    """A subscriber reads nothing any more; what it is owed takes the memory."""
    with (
        server(
            "--maxmemory",
            "40mb",
            "--maxmemory-policy",
            "allkeys-lru",
            "--client-output-buffer-limit",
            "pubsub 0 0 0",
        ) as one,
        one.client() as client,
    ):
        with sending(one, "SUBSCRIBE", "prices") as reader:
            while not client.pubsub_numsub("prices")[0][1]:
                client.ping()
            os.kill(reader.pid, signal.SIGSTOP)
            try:
                for _ in range(60):
                    client.publish("prices", "x" * 1_000_000)
                return await looked_at(of(one.url))
            finally:
                os.kill(reader.pid, signal.SIGCONT)
                reader.kill()


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
    with tempfile.TemporaryDirectory(prefix="tocsin-redis-") as folder:
        with running(Path(folder)) as one:
            with one.client() as client:
                client.execute_command("DEBUG", "POPULATE", 20_000)
            async with looking(of(one.url), apart=60) as look:
                await look()
                with one.client() as client, contextlib.suppress(RedisError):
                    client.shutdown(nosave=True)
                with running(Path(folder), port=one.port):
                    await look()  # the kept connection was ended; it is made anew
                    return await look()


async def expiring(_none: None) -> Examination:
    """300,000 keys were given the same moment to end."""
    with server(*SLOWLOG, "--latency-monitor-threshold", "10", "--hz", "1") as one, one.client() as client:
        moment = int(time.time() * 1000) + 6000
        for part in range(0, 300_000, 1000):
            with client.pipeline(transaction=False) as pipe:
                for n in range(part, part + 1000):
                    pipe.set(f"session:{n}", "x", pxat=moment)
                pipe.execute()
        async with looking(of(one.url)) as look:
            while client.info("stats")["expired_keys"] < 1000:
                client.ping()
            return await look()


async def evicting_fast(_none: None) -> Examination:
    """A cache far too small: what is stored is evicted before it is read."""
    with server(*FULL, "allkeys-lru") as one:

        def turn(client: Redis) -> None:
            import random

            n = random.randrange(10**6)
            if client.get(f"page:{n}") is None:
                client.set(f"page:{n}", "x" * 10_000)

        async with looking(of(one.url)) as look:
            with again(one, turn, clients=2):
                await look()
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
        Case("KEYS among 400,000", "REDIS_BLOCKED", all_keys),
        Case("a cluster without slots", "words: cluster down", no_slots),
        Case("every read misses", "words: misses", always_missed),
        Case("full, nothing has a time to live", "REDIS_OOM", volatile),
        Case("FLUSHALL", "words: emptied", flushed),
        Case("writes to a replica", "words: written to a replica", written_to_a_replica),
        Case("commands against the wrong type", "words: WRONGTYPE", wrong_type),
        Case("an old password, again and again", "words: clients refused", refused_password),
        Case("too few replicas to write", "words: NOREPLICAS", no_replicas),
        Case("a subscriber that reads nothing", "words: output buffer", slow_subscriber),
        Case("loading its data", "words: loading", loading),
        Case("restarted, and empty", "words: restarted empty", restarted_empty),
        Case("300,000 keys end at once", "words: mass expiry", expiring),
        Case("a cache far too small", "words: evicts what is needed", evicting_fast),
    ),
)
