"""A Redis, ill or only odd, of the third round of unknown faults."""

import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from incidents.evidence import Examination
from tests.diagnosis.cache import FULL, of, opened, server
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnosis.second_cache import SLOWLOG, Client, again
from tests.diagnostics.redis.server import fill, free_port, running, sending

MOST = 5
WORKERS = 20


async def nothing_to_evict(_none: None) -> Examination:
    with server(*FULL, "volatile-lru") as one, one.client() as client:
        fill(client, 10_000)
        with again(one, lambda c: c.set("cart:1", "x" * 10_000)):
            return await looked_at(of(one.url))


async def big_hash(_none: None) -> Examination:
    with server(*SLOWLOG) as one, one.client() as client:
        client.execute_command("EVAL", "for i=1,300000 do redis.call('hset','catalog:all',i,'x') end", 0)
        client.slowlog_reset()
        async with looking(of(one.url)) as look:
            with again(one, lambda c: c.hgetall("catalog:all"), clients=2):
                while client.slowlog_len() < MOST:
                    pass  # each try waits for the server's answer
                return await look()


async def expired_tls(_none: None) -> Examination:
    ca = trustme.CA()
    leaf = ca.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1))
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        for name, blob in (
            ("ca.pem", ca.cert_pem),
            ("key.pem", leaf.private_key_pem),
            ("cert.pem", leaf.cert_chain_pems[0]),
        ):
            blob.write_to_path(f"{folder}/{name}")
        port = free_port()
        tls = ["--tls-port", str(port), "--port", "0", "--tls-auth-clients", "no"]
        tls += [w for n in ("cert", "key") for w in (f"--tls-{n}-file", f"{folder}/{n}.pem")]
        tls += ["--tls-ca-cert-file", f"{folder}/ca.pem"]
        stack.enter_context(running(Path(folder), *tls, port=port))
        return await looked_at(of(f"rediss://127.0.0.1:{port}?ssl_ca_certs={folder}/ca.pem"))


def write(client: Client) -> None:
    client.set(f"page:{time.monotonic_ns() % 2000}", "x" * 20_000)


async def resyncing(_none: None) -> Examination:
    """More is written while a copy is made than the master keeps for a replica."""
    small = ("--client-output-buffer-limit", "replica 1mb 1mb 0", "--repl-backlog-size", "16kb")
    with server(*small, "--repl-diskless-sync-delay", "0") as one, one.client() as client:
        for number in range(2000):
            client.set(f"page:{number}", "x" * 20_000)
        with again(one, write, clients=3), server("--replicaof", "127.0.0.1", str(one.port)) as second:
            while client.info("stats")["sync_full"] < MOST:
                pass  # each try waits for the server's answer
            return await looked_at(of(one.url), {**of(second.url), "name": "replica"})


async def no_slots(_none: None) -> Examination:
    bus = str(free_port())
    with server("--cluster-enabled", "yes", "--cluster-port", bus) as one, one.client() as client:
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 8000)
        with again(one, lambda c: c.set("cart:1", "x")):
            return await looked_at(of(one.url))


async def emptied(_none: None) -> Examination:
    with server() as one, one.client() as client:
        for number in range(5000):
            client.set(f"session:{number}", "x")
        async with looking(of(one.url), apart=60) as look:
            await look()
            client.flushall()
            with again(one, lambda c: c.get(f"session:{time.monotonic_ns() % 5000}")):
                return await look()


async def working(_none: None) -> Examination:
    """Twenty workers wait for jobs, and the data are being saved."""
    with server() as one, one.client() as client, ExitStack() as stack:
        for number in range(50_000):
            client.set(f"job:{number}", "x" * 100)
        for _ in range(WORKERS):
            stack.enter_context(sending(one, "BLPOP", "jobs", "60"))
        while client.info("clients")["blocked_clients"] < WORKERS:
            pass  # each try waits for the server's answer
        client.config_set("rdb-key-save-delay", 1000)
        client.bgsave()
        try:
            return await looked_at(of(one.url))
        finally:
            client.rpush("jobs", *range(WORKERS))


async def mostly_absent(_none: None) -> Examination:
    with server("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru") as one, one.client() as client:
        for number in range(1000):
            client.set(f"blocked:{number}", "1", ex=3600)
        with again(one, lambda c: c.get(f"blocked:{time.monotonic_ns() % 20_000}"), clients=3):
            return await looked_at(of(one.url))


GROUP = Group(
    "Redis third",
    opened,
    (
        Case("full, and nothing that may be evicted", "REDIS_OOM", nothing_to_evict),
        Case("a large hash read whole, over and over", "REDIS_BLOCKED", big_hash),
        Case("a certificate that has ended", "TLS_FAILURE", expired_tls),
        Case("a replica that begins anew again and again", "REDIS_RESYNC_LOOP", resyncing),
        Case("a cluster without all its slots", "REDIS_COMMANDS_REFUSED", no_slots),
        Case("emptied by hand", "REDIS_EMPTIED", emptied),
        Case("workers that wait for jobs while it saves", NOTHING, working),
        Case("asked for what is mostly not there", NOTHING, mostly_absent),
    ),
)
