"""A service, and a database behind it that is full, damaged or leaked away; of the third round."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import psycopg
from redis.exceptions import RedisError

from incidents.evidence import Examination
from storage.embedded import Options
from storage.embedded.running import running_blocking
from tests.diagnosis import cache
from tests.diagnosis.case import Case, Group, looked_at, looking
from tests.diagnosis.postgres import HURRIED, SHOP, app, of, shop
from tests.diagnosis.second_cache import again
from tests.diagnosis.second_postgres import busy, done
from tests.diagnosis.second_servers import server
from tests.diagnosis.second_together import API, Both, logging, opened
from tests.diagnosis.third_logs import CASES
from tests.diagnostics.faults import Connection, connected, holds, leaked
from tests.diagnostics.redis.server import running
from tests.diagnostics.serving import says, serving
from tests.slots import ROLES

MANY = 700  # partitions; more than the table of locks has places for
PARTS = (
    "CREATE TABLE events (n int) PARTITION BY RANGE (n)",
    "ALTER TABLE events OWNER TO app",
    *(f"CREATE TABLE events_{n} PARTITION OF events FOR VALUES FROM ({n}) TO ({n + 1})" for n in range(MANY)),
)
ROWS = "INSERT INTO logged SELECT repeat(md5(n::text), 30) FROM generate_series(1, 1000) n"
IDLE = (
    "EXISTS (SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' "
    "AND clock_timestamp() - state_change > interval '1.5 s')"
)


@contextmanager
def disk(size: str) -> Iterator[Path]:
    """A disk of its own, of that size; only root can have one."""
    with tempfile.TemporaryDirectory(prefix="tocsin-disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


async def full_tablespace(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        'psycopg2.errors.DiskFull: could not extend file "pg_tblspc/16471/PG_15_202209061/16470/16472": '
        "No space left on device",
        "HINT:  Check free disk space.",
    )
    with shop(small) as dsn, disk("12m") as folder, filled(dsn, folder):
        async with looking(of(dsn), docker) as look, busy(app(dsn), ROWS, clients=2):
            return await look()


@contextmanager
def filled(dsn: str, folder: Path) -> Iterator[None]:
    """A tablespace there without any room left."""
    place = folder / "space"
    place.mkdir()
    folder.chmod(0o755)
    shutil.chown(place, "postgres")
    done(dsn, f"CREATE TABLESPACE archive LOCATION '{place}'")
    done(dsn, "CREATE TABLE logged (t text) TABLESPACE archive", "ALTER TABLE logged OWNER TO app")
    try:
        with contextlib.suppress(psycopg.errors.DiskFull):
            done(dsn, *[ROWS] * 100)
        yield
    finally:
        done(dsn, "DROP TABLE logged", "DROP TABLESPACE archive")


async def lock_table(at: Both) -> Examination:
    _small, engine = at
    docker = logging(
        engine,
        "psycopg2.errors.OutOfMemory: out of shared memory",
        "HINT:  You might need to increase max_locks_per_transaction.",
    )
    with server(max_locks_per_transaction="10", max_connections="20") as one:
        done(one.dsn, *PARTS)
        async with looking(of(one.dsn), docker, apart=60) as look:
            await look()
            async with dumping(one.dsn), busy(app(one.dsn), "SELECT count(*) FROM events", clients=3):
                return await look()


@asynccontextmanager
async def dumping(dsn: str) -> AsyncIterator[None]:
    """A dump that locks every table that it can get."""
    async with connected(dsn, "pg_dump") as dump:
        await dump.execute("BEGIN")
        with contextlib.suppress(asyncpg.OutOfMemoryError):
            for number in range(MANY):
                await lock(dump, f"events_{number}")
        yield


async def lock(dump: Connection, table: str) -> None:
    await dump.execute("SAVEPOINT before")
    try:
        await dump.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
    except asyncpg.OutOfMemoryError:
        await dump.execute("ROLLBACK TO before")
        raise


async def leaking(at: Both) -> Examination:
    small, _engine = at
    error = "HikariPool-1 - Connection is not available, request timed out after 30000ms."
    down = {"status": "DOWN", "components": {"db": {"status": "DOWN", "details": {"error": error}}}}
    with shop(small) as dsn:
        async with (
            serving({"/health": says(down, 503), "/ready": says(down, 503)}) as url,
            looking(of(dsn, **HURRIED, idle_in_transaction_settled=1), API | {"url": url}) as look,
            leaked(app(dsn), 10, "api"),
        ):
            await holds(dsn, IDLE)
            return await look()


@contextmanager
def torn() -> Iterator[str]:
    """A server whose disk has lost the first page of a table."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # a folder that the server's user can enter
        with running_blocking(home / "one", Options(durable=False)) as one:
            done(one.dsn, ROLES, SHOP, "CHECKPOINT")
            with psycopg.connect(one.dsn) as asked:
                (path,) = asked.execute("SELECT pg_relation_filepath('users')").fetchone() or ("",)
            file = one.folder / "data" / path
        with file.open("r+b") as page:
            page.write(b"\xde" * 8192)
        with running_blocking(home / "one", Options(durable=False)) as one:
            yield one.dsn


async def torn_page(at: Both) -> Examination:
    _small, engine = at
    docker = logging(
        engine, "psycopg2.errors.DataCorrupted: invalid page in block 0 of relation base/16384/16402"
    )
    with torn() as dsn:
        async with looking(of(dsn), docker) as look, busy(app(dsn), "SELECT * FROM users"):
            return await look()


async def full_disk(_at: Both) -> Examination:
    """Redis cannot write down what it is told."""
    with disk("6m") as folder, running(folder, "--appendonly", "yes") as one, one.client() as client:
        with contextlib.suppress(RedisError):
            for number in range(10_000):
                client.set(f"order:{number}", "x" * 10_000)
        with again(one, lambda other: other.set("order:1", "x")):
            return await looked_at(cache.of(one.url))


GROUP = Group(
    "Service and database third",
    opened,
    (
        *CASES,
        Case("a tablespace on a full disk", "DISK_FULL", full_tablespace),
        Case("a dump that takes every place for a lock", "LOCK_TABLE_FULL", lock_table),
        Case("health says no connection, a leak behind", "DB_CONN_EXHAUSTION_LEAK", leaking),
        Case("a page that was torn", "DATA_DAMAGED", torn_page),
        Case("a Redis that cannot write its log", "REDIS_CANNOT_SAVE", full_disk),
    ),
)
