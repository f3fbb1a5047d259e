"""Faults of a Redis that were thought of after its patterns, and odd but healthy ones."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import trustme
from redis import Redis
from redis.exceptions import RedisError

from incidents.evidence import Examination
from tests.diagnosis.cache import of, opened, server
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnostics.redis.forgotten import monitor
from tests.diagnostics.redis.server import Server, free_port, running, sending

USUAL = ("--slowlog-log-slower-than", "10000")


def folder_of(client: Redis) -> Path:
    return Path(str(client.config_get("dir")["dir"]))


@contextmanager
def again(one: Server, act: Callable[[Redis], object], *, user: str = "") -> Iterator[None]:
    """A client that does that again and again, whatever comes back."""
    over, begun = threading.Event(), threading.Event()

    def work() -> None:
        with one.client() as client:
            if user:
                client.execute_command("AUTH", user, "app-password")
            while not over.is_set():
                with suppress(RedisError):
                    act(client)
                begun.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        thread.join()


async def aof_rewrite_fails(_none: None) -> Examination:
    with server("--appendonly", "yes") as one, one.client() as client:
        shutil.rmtree(folder_of(client) / "appendonlydir")
        (folder_of(client) / "appendonlydir").touch()
        with suppress(RedisError):
            client.bgrewriteaof()
        while client.info("persistence")["aof_last_bgrewrite_status"] == "ok":
            client.ping()
        return await looked_at(of(one.url))


@contextmanager
def small_disk() -> Iterator[Path]:
    """A folder with room for a megabyte."""
    with tempfile.TemporaryDirectory(prefix="tocsin-full-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


async def disk_full(_none: None) -> Examination:
    """Its disk is full, so that it takes no writes any more (MISCONF)."""
    with (
        small_disk() as folder,
        running(folder, "--save", "3600 1", "--rdbcompression", "no") as one,
        one.client() as client,
    ):
        client.set("big", "x" * 3_000_000)
        client.bgsave()
        while client.info("persistence")["rdb_last_bgsave_status"] == "ok":
            client.echo("still?")
        return await looked_at(of(one.url))


async def keys_star(_none: None) -> Examination:
    """Somebody asks for all keys, once a moment."""
    with server(*USUAL) as one, one.client() as client:
        client.execute_command("DEBUG", "POPULATE", "300000")
        with again(one, lambda api: api.keys("*session*")):
            return await looked_at(of(one.url))


async def big_key(_none: None) -> Examination:
    """A list of half a million that is read whole for each page."""
    with server(*USUAL) as one, one.client() as client:
        for _ in range(50):
            client.rpush("feed:everyone", *["x" * 20] * 10_000)
        with again(one, lambda api: api.lrange("feed:everyone", 0, -1)):
            return await looked_at(of(one.url))


async def no_replicas(_none: None) -> Examination:
    """It takes writes only with a replica, and has none."""
    with server("--min-replicas-to-write", "1") as one, again(one, lambda api: api.set("order:1", "paid")):
        return await looked_at(of(one.url))


async def not_permitted(_none: None) -> Examination:
    """The application's role lost the right to write."""
    with server() as one, one.client() as client:
        client.execute_command("ACL", "SETUSER", "app", "reset", "on", ">app-password", "~*", "+get", "+ping")
        with again(one, lambda api: api.set("order:1", "paid"), user="app"):
            return await looked_at(of(one.url))


async def read_only(_none: None) -> Examination:
    """After a failover the application writes to what is a replica now."""
    with server() as master, server("--replicaof", "127.0.0.1", str(master.port)) as replica:
        with replica.client() as copy:
            while copy.info("replication")["master_link_status"] != "up":
                copy.ping()
        with again(replica, lambda api: api.set("order:1", "paid")):
            return await looked_at(of(replica.url))


async def wrong_types(_none: None) -> Examination:
    """A release reads what the one before wrote in another type."""
    with server() as one, one.client() as client:
        client.set("cart:1", "x")
        with again(one, lambda api: api.lpush("cart:1", "y")):
            return await looked_at(of(one.url))


async def workers_wait(_none: None) -> Examination:
    """Ten workers that wait for work, as queues on Redis do."""
    with server() as one, ExitStack() as stack:
        for _ in range(10):
            waiting = stack.enter_context(sending(one, "BLPOP", "jobs", "0"))
            stack.callback(waiting.kill)
        with one.client() as client:
            while client.info("clients")["blocked_clients"] < 10:
                client.ping()
        return await looked_at(of(one.url))


async def nightly_save(_none: None) -> Examination:
    """It is saving, right now."""
    with server("--rdb-key-save-delay", "2000") as one, one.client() as client:
        client.execute_command("DEBUG", "POPULATE", "20000")
        client.bgsave()
        return await looked_at(of(one.url))


async def busy_cache(_none: None) -> Examination:
    """A cache at its limit by policy, with clients that read and write all the time."""
    options = ("--maxmemory", "20mb", "--maxmemory-policy", "allkeys-lfu", *USUAL)
    with server(*options) as one, one.client() as client:
        for number in range(3000):
            client.set(f"page:{number}", "x" * 10_000, ex=600)
        with again(one, lambda api: api.get("page:7")), again(one, lambda api: api.set("page:1", "y")):
            return await looked_at(of(one.url))


async def tls_to_a_plain_port(_none: None) -> Examination:
    with server() as one:
        return await looked_at(of(one.url.replace("redis://", "rediss://")))


async def plain_to_a_tls_port(_none: None) -> Examination:
    with tempfile.TemporaryDirectory(prefix="tocsin-tls-") as folder:
        pem, port = Path(folder) / "server.pem", free_port()
        trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(pem)
        files = [word for name in ("cert", "key", "ca-cert") for word in (f"--tls-{name}-file", str(pem))]
        with server("--tls-port", str(port), *files):
            return await looked_at(of(f"redis://127.0.0.1:{port}"))


async def forgotten_monitor(_none: None) -> Examination:
    """Somebody's MONITOR, in a shell that was put into the background."""
    full = ("--maxmemory", "40mb", "--maxmemory-policy", "noeviction")
    with server(*full) as one, monitor(one, unread=30_000_000):
        return await looked_at(of(one.url))


GROUP = Group(
    "Redis unseen",
    opened,
    (
        Case("ten workers wait for work", NOTHING, workers_wait),
        Case("saving right now", NOTHING, nightly_save),
        Case("a busy cache at its limit", NOTHING, busy_cache),
        Case("the append-only file cannot be rewritten", "REDIS_CANNOT_SAVE", aof_rewrite_fails),
        Case("its disk is full (MISCONF)", "REDIS_CANNOT_SAVE", disk_full),
        Case("KEYS again and again", "REDIS_BLOCKED", keys_star),
        Case("a big key read whole", "REDIS_BLOCKED", big_key),
        Case("writes want a replica, there is none", "REDIS_COMMANDS_REFUSED", no_replicas),
        Case("the application's role may not write", "REDIS_COMMANDS_REFUSED", not_permitted),
        Case("writes go to a replica (READONLY)", "REDIS_COMMANDS_REFUSED", read_only),
        Case("rediss:// to a port without TLS", "TLS_FAILURE", tls_to_a_plain_port),
        Case("redis:// to a port with TLS", "TLS_FAILURE", plain_to_a_tls_port),
        Case("a forgotten MONITOR fills it", "REDIS_CLIENT_BUFFERS", forgotten_monitor),
        Case("keys of another type (WRONGTYPE)", "REDIS_COMMANDS_REFUSED", wrong_types),
    ),
)
