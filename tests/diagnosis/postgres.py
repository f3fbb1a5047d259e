"""A PostgreSQL of 47 usable slots: leaks, load, locks, old transactions, missing indexes; and it at rest."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import asyncpg
import psycopg

from incidents.evidence import Examination
from storage.embedded import DatabaseError, Loopback, Options
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at, looking
from tests.diagnostics.faults import WAITING, at_rest, connected, filled, leaked, locked, running, seen
from tests.diagnostics.redis.server import free_port
from tests.frozen import frozen
from tests.servers import temporary
from tests.slots import few_slots, quiet

UPDATE = "UPDATE payments SET amount = amount + 1 WHERE id = 1"
SLEEP = "SELECT pg_sleep(60)"
BUSY = "wait_event = 'PgSleep'"
WAITERS = 6
SHOP = """
CREATE TABLE payments (id int PRIMARY KEY, amount int);
INSERT INTO payments SELECT n, n FROM generate_series(1, 2) AS n;
CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users SELECT n, n || '@example.com' FROM generate_series(1, 20000) AS n;
ANALYZE users;
ALTER TABLE payments OWNER TO app;
ALTER TABLE users OWNER TO app;
"""
HURRIED: dict[str, float] = {
    "idle_in_transaction_warn": 1,
    "transaction_warn": 1,
    "slow_warn": 1,
    "slow_note": 0.5,
}


def of(dsn: str, **limits: float) -> dict[str, object]:
    """The section; `limits` only make seconds shorter for which nobody wants to wait here."""
    return {
        "kind": "postgres",
        "name": "db",
        "dsn": dsn.replace("//tocsin@", "//diag@"),
        "limits": limits,
    }


def app(dsn: str) -> str:
    return dsn.replace("//tocsin@", "//app@")


@contextmanager
def shop(small: str) -> Iterator[str]:
    """A new database with a shop in it; the superuser's address."""
    with quiet(small) as dsn:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(SHOP)
        yield dsn


@asynccontextmanager
async def several(
    dsn: str, count: int, statement: str, *, application: str, until: str
) -> AsyncIterator[None]:
    """So many sessions with that statement."""
    async with AsyncExitStack() as stack:
        for _ in range(count):
            await stack.enter_async_context(running(dsn, statement, application=application, until=until))
        yield


async def at_ease(small: str) -> Examination:
    with shop(small) as dsn:
        return await looked_at(of(dsn))


async def resting_pool(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, at_rest(app(dsn), 20, "shop"):
            return await look()


async def busy_with_room(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, several(app(dsn), 10, SLEEP, application="api", until=BUSY):
            return await look()


async def leak(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, filled(app(dsn)):
            return await look()


async def full_before(small: str) -> Examination:
    with shop(small) as dsn:
        async with filled(app(dsn)):
            return await looked_at(of(dsn))


async def leak_on_the_way(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, at_rest(app(dsn), 4, "api"), leaked(app(dsn), 36):
            return await look()


async def load(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, several(app(dsn), 42, SLEEP, application="api", until=BUSY):
            return await look()


async def idle_root(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, connected(app(dsn), "reports-export") as root:
            await root.execute(f"BEGIN; {UPDATE}")
            async with several(app(dsn), WAITERS, UPDATE, application="api", until=WAITING):
                return await look()


async def running_root(small: str) -> Examination:
    at_work = f"BEGIN; {UPDATE}; {SLEEP}"
    with shop(small) as dsn:
        async with (
            looking(of(dsn)) as look,
            running(app(dsn), at_work, application="batch", until=BUSY),
            several(app(dsn), WAITERS, UPDATE, application="api", until=WAITING),
        ):
            return await look()


async def lock_and_full(small: str) -> Examination:
    """A lock that everybody waits for until no slot is left."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, connected(app(dsn), "reports-export") as root:
            await root.execute(f"BEGIN; {UPDATE}")
            async with several(app(dsn), 40, UPDATE, application="api", until=WAITING):
                return await look()


async def schema_change(small: str) -> Examination:
    change, reads = "ALTER TABLE payments ADD COLUMN note text", "SELECT * FROM payments"
    with shop(small) as dsn:
        async with (
            looking(of(dsn)) as look,
            locked(app(dsn), "payments", mode="ACCESS SHARE", application="report"),
            running(app(dsn), change, application="migration", until=WAITING),
            several(app(dsn), WAITERS, reads, application="api", until=WAITING),
        ):
            return await look()


async def open_transaction(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn, **HURRIED)) as look, leaked(app(dsn), 1):
            await seen(dsn, "usename = 'app' AND clock_timestamp() - state_change > interval '1.5 s'")
            return await look()


async def long_statement(small: str) -> Examination:
    with shop(small) as dsn:
        async with (
            looking(of(dsn, **HURRIED, transaction_critical=600)) as look,
            running(app(dsn), SLEEP, application="reports", until=BUSY),
        ):
            await seen(dsn, "usename = 'app' AND clock_timestamp() - query_start > interval '1.5 s'")
            return await look()


async def no_index(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, reading(app(dsn), "email = '7@example.com'"):
            return await look()


async def with_index(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, reading(app(dsn), "id = 7"):
            return await look()


@asynccontextmanager
async def reading(dsn: str, condition: str) -> AsyncIterator[None]:
    """The application reads its users for as long as the block lasts."""

    async def read() -> None:
        while True:
            async with connected(dsn, "api") as client:
                for _ in range(20):
                    await client.fetch(f"SELECT * FROM users WHERE {condition}")  # noqa: S608 -- the case's own words
                await client.close()  # a session hands in its counts when it ends

    task = asyncio.create_task(read())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def deadlocks(small: str) -> Examination:
    with shop(small) as dsn, psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER ROLE app SET deadlock_timeout = '50ms'")
        try:
            async with looking(of(dsn)) as look, crossing(app(dsn)):
                return await look()
        finally:
            connection.execute("ALTER ROLE app RESET deadlock_timeout")


@asynccontextmanager
async def crossing(dsn: str) -> AsyncIterator[None]:
    """Two payments that are changed in two orders, again and again."""

    async def change(first: int, second: int, met: asyncio.Barrier) -> None:
        while True:
            async with connected(dsn, "api") as client:
                with contextlib.suppress(asyncpg.DeadlockDetectedError):
                    await client.execute(f"BEGIN; UPDATE payments SET amount = 0 WHERE id = {first}")  # noqa: S608 -- a number of ours
                    await met.wait()
                    await client.execute(f"UPDATE payments SET amount = 0 WHERE id = {second}")  # noqa: S608 -- as above
                    await client.execute("COMMIT")
                await client.close()

    met = asyncio.Barrier(2)
    tasks = [asyncio.create_task(change(*order, met)) for order in ((1, 2), (2, 1))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def forgotten_slot(small: str) -> Examination:
    with shop(small) as dsn, psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_create_physical_replication_slot('forgotten', true)")
        try:
            return await looked_at(of(dsn))
        finally:
            connection.execute("SELECT pg_drop_replication_slot('forgotten')")


async def wrong_password(_small: str) -> Examination:
    with temporary(Options(loopback=Loopback("right-password"))) as server:
        assert server.loopback_dsn
        return await looked_at(of(server.loopback_dsn.replace("right-password", "wrong-password")))


async def no_database(small: str) -> Examination:
    with shop(small) as dsn:
        return await looked_at(of(dsn.replace("/fresh_", "/gone_")))


async def stopped(_small: str) -> Examination:
    return await looked_at(of(f"postgresql://diag@127.0.0.1:{free_port()}/shop"))


async def frozen_whole(_small: str) -> Examination:
    with temporary(Options()) as server:
        async with looking(of(server.dsn)) as look:
            with frozen(server.pid):
                return await look()


@asynccontextmanager
async def opened() -> AsyncIterator[str]:
    try:
        with few_slots() as dsn:
            yield dsn
    except DatabaseError as error:
        raise AbsentError(f"PostgreSQL ({error}); apt package postgresql") from None


GROUP = Group(
    "PostgreSQL",
    opened,
    (
        Case("at rest", NOTHING, at_ease),
        Case("a pool of 20 at rest", NOTHING, resting_pool),
        Case("10 at work, 36 slots free", NOTHING, busy_with_room),
        Case("a table read by its index", NOTHING, with_index),
        Case("a leak, every slot taken", "DB_CONN_EXHAUSTION_LEAK", leak),
        Case("every slot taken before anybody looked", "DB_CONN_EXHAUSTION", full_before),
        Case("a leak, 41 of 47 slots taken", "DB_CONN_EXHAUSTION_LEAK", leak_on_the_way),
        Case("42 statements at work", "DB_SATURATION_LOAD", load),
        Case("a lock queue, its root idle", "LOCK_CONTENTION_IDLE", idle_root),
        Case("a lock queue, its root at work", "LOCK_CONTENTION_RUNNING", running_root),
        Case("a lock queue that takes 41 slots", "LOCK_CONTENTION_IDLE", lock_and_full),
        Case("a schema change in a queue", "LOCK_CONTENTION_DDL_QUEUE", schema_change),
        Case("a transaction left open", "LONG_TRANSACTION", open_transaction),
        Case("a statement that runs long", "LONG_QUERY", long_statement),
        Case("a missing index", "SLOW_QUERY_MISSING_INDEX", no_index),
        Case("deadlocks", "DEADLOCKS", deadlocks),
        Case("a slot that nobody reads", "SLOT_RETAINS_WAL", forgotten_slot),
        Case("a wrong password", "CONFIG_ERROR", wrong_password),
        Case("a database that is not there", "CONFIG_ERROR", no_database),
        Case("stopped", "DB_DOWN", stopped),
        Case("frozen", "DB_DOWN", frozen_whole),
    ),
)
