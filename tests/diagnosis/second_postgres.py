"""Sessions and tables of a PostgreSQL, ill or only odd, of the second round of unknown faults."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import psycopg

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnosis.postgres import UPDATE, WAITERS, app, of, opened, several, shop
from tests.diagnostics.faults import WAITING, at_rest, connected, running, seen

CUSTOMERS = """
CREATE TABLE customers (id int PRIMARY KEY);
INSERT INTO customers SELECT n FROM generate_series(1, 20000) AS n;
CREATE TABLE invoices (id int PRIMARY KEY, customer int REFERENCES customers, note text);
INSERT INTO invoices SELECT n, 1, repeat('x', 50) FROM generate_series(1, 200000) AS n;
ALTER TABLE customers OWNER TO app;
ALTER TABLE invoices OWNER TO app;
ANALYZE customers, invoices;
"""
RECENT = "usename = 'app' AND clock_timestamp() - state_change > interval '1.5 s'"


def done(dsn: str, *statements: str) -> None:
    """Said as the superuser."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@asynccontextmanager
async def busy(
    dsn: str, *statements: str, clients: int = 1, rounds: int = 50, application: str = "api"
) -> AsyncIterator[None]:
    """Clients that say these over and over, whether refused or not; `rounds` of them for each session."""

    async def work() -> None:
        number = 0
        while True:
            with contextlib.suppress(asyncpg.PostgresError, OSError):
                async with connected(dsn, application) as client:
                    for _ in range(rounds):
                        number += 1
                        for statement in statements:
                            with contextlib.suppress(asyncpg.PostgresError):
                                await client.execute(statement.replace("$n", str(number)))
                    await client.close()

    tasks = [asyncio.create_task(work()) for _ in range(clients)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def advisory_for_ever(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, connected(app(dsn), "nightly-billing") as root:
            await root.execute("SELECT pg_advisory_lock(4711)")
            waits = "SELECT pg_advisory_lock(4711)"
            async with several(app(dsn), WAITERS, waits, application="worker", until=WAITING):
                return await look()


async def slow_deletes(small: str) -> Examination:
    with shop(small) as dsn:
        done(dsn, CUSTOMERS)
        delete = "DELETE FROM customers WHERE id = 100 + $n"
        async with looking(of(dsn)) as look, busy(app(dsn), delete, rounds=20):
            return await look()


async def aborted(small: str) -> Examination:
    """Transactions that failed and were neither rolled back nor given back."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, AsyncExitStack() as stack:
            for client in await stack.enter_async_context(at_rest(app(dsn), 42, "checkout")):
                with contextlib.suppress(asyncpg.PostgresError):
                    await client.execute("BEGIN; SELECT 1 / 0")
            return await look()


async def vacuum_full(small: str) -> Examination:
    with shop(small) as dsn:
        done(
            dsn,
            "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_sleep(0.01); RETURN $1; END'",
            "CREATE INDEX users_slow ON users ((slow(id))) WHERE id < 2",
            "DROP INDEX users_slow",
            "DELETE FROM users WHERE id > 3000",
            "CREATE INDEX users_slow ON users ((slow(id))) WHERE id < 100",
        )
        async with (
            looking(of(dsn)) as look,
            running(dsn, "VACUUM FULL users", application="psql", until="query LIKE 'VACUUM%'"),
            several(app(dsn), WAITERS, "SELECT * FROM users", application="api", until=WAITING),
        ):
            return await look()


async def prepared_holds(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, connected(app(dsn), "xa") as root:
            await root.execute(f"BEGIN; {UPDATE}; PREPARE TRANSACTION 'xa-1'")
            try:
                async with several(app(dsn), WAITERS, UPDATE, application="api", until=WAITING):
                    return await look()
            finally:
                done(dsn, "ROLLBACK PREPARED 'xa-1'")


async def read_only(small: str) -> Examination:
    with shop(small) as dsn:
        name = dsn.partition("?")[0].rpartition("/")[2]
        done(dsn, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        async with looking(of(dsn)) as look, busy(app(dsn), UPDATE, clients=3):
            return await look()


async def int_ids(small: str) -> Examination:
    """The sequence is a bigint's, the column it feeds is not."""
    with shop(small) as dsn:
        done(
            dsn,
            "CREATE SEQUENCE events_seq AS bigint",
            "GRANT SELECT ON SEQUENCE events_seq TO diag",
            "CREATE TABLE events (id int PRIMARY KEY DEFAULT nextval('events_seq'), note text)",
            "ALTER SEQUENCE events_seq OWNED BY events.id",
            "SELECT setval('events_seq', 2147483640)",
        )
        return await looked_at(of(dsn))


async def invalid_index(small: str) -> Examination:
    """CREATE INDEX CONCURRENTLY failed last night; its readers scan the table."""
    with shop(small) as dsn:
        done(dsn, "UPDATE users SET email = 'same' WHERE id < 3")
        with contextlib.suppress(psycopg.errors.UniqueViolation):
            done(dsn, "CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)")
        async with (
            looking(of(dsn)) as look,
            busy(app(dsn), "SELECT * FROM users WHERE email = '$n@example.com'", rounds=20),
        ):
            return await look()


async def no_autovacuum(small: str) -> Examination:
    with shop(small) as dsn:
        done(
            dsn,
            "ALTER TABLE users SET (autovacuum_enabled = off)",
            "UPDATE users SET email = email || '.'",
            "ANALYZE users",
        )
        return await looked_at(of(dsn, dead_size=1000))


async def nowhere(small: str) -> Examination:
    """A search_path that names a schema which is not there; each statement of the application fails."""
    with shop(small) as dsn:
        done(dsn, "ALTER ROLE app SET search_path = tenant_7")
        try:
            async with (
                looking(of(dsn)) as look,
                busy(app(dsn), "INSERT INTO payments VALUES ($n, 1)", clients=4, rounds=100),
            ):
                return await look()
        finally:
            done(dsn, "ALTER ROLE app RESET search_path")


async def no_connect(small: str) -> Examination:
    with shop(small) as dsn:
        name = dsn.partition("?")[0].rpartition("/")[2]
        done(dsn, f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')
        return await looked_at(of(dsn))


async def leader(small: str) -> Examination:
    """Workers that elect their leader by a lock: it is idle, the next one waits."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, connected(app(dsn), "scheduler-1") as first:
            await first.execute("SELECT pg_advisory_lock(1)")
            waits = "SELECT pg_advisory_lock(1)"
            async with running(app(dsn), waits, application="scheduler-2", until=WAITING):
                return await look()


async def listeners(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, at_rest(app(dsn), 25, "events") as pool:
            for member in pool:
                await member.execute("LISTEN orders")
            return await look()


async def index_built(small: str) -> Examination:
    with shop(small) as dsn:
        done(
            dsn,
            "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_sleep(0.01); RETURN $1; END'",
            "GRANT ALL ON users TO app",
        )
        build = "CREATE INDEX CONCURRENTLY users_slow ON users (slow(id))"
        async with (
            looking(of(dsn)) as look,
            running(dsn, build, application="migration", until="state = 'active'"),
            busy(app(dsn), "SELECT * FROM users WHERE id = 7"),
        ):
            return await look()


async def batch(small: str) -> Examination:
    """A cursor that reads a table in portions, its transaction some seconds old."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, connected(app(dsn), "batch") as client:
            await client.execute("BEGIN; DECLARE c CURSOR FOR SELECT * FROM users; FETCH 100 FROM c")
            await seen(dsn, RECENT)
            return await look()


async def polled(small: str) -> Examination:
    """A queue in a table that 8 workers poll with SKIP LOCKED."""
    with shop(small) as dsn:
        done(
            dsn,
            "CREATE TABLE jobs (id serial PRIMARY KEY, state text)",
            "ALTER TABLE jobs OWNER TO app",
            "INSERT INTO jobs (state) SELECT 'new' FROM generate_series(1, 500)",
        )
        take = (
            "UPDATE jobs SET state = 'done' WHERE id = (SELECT id FROM jobs WHERE state = 'new' "
            "ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1)"
        )
        async with looking(of(dsn)) as look, busy(app(dsn), take, clients=8):
            return await look()


GROUP = Group(
    "PostgreSQL second",
    opened,
    (
        Case("workers that elect a leader by a lock", NOTHING, leader),
        Case("25 listeners", NOTHING, listeners),
        Case("an index built concurrently", NOTHING, index_built),
        Case("a batch with a cursor", NOTHING, batch),
        Case("a queue polled with SKIP LOCKED", NOTHING, polled),
        Case("an advisory lock held for ever", "LOCK_CONTENTION_IDLE", advisory_for_ever),
        Case("deletes that look for a foreign key", "SLOW_QUERY_MISSING_INDEX", slow_deletes),
        Case("42 transactions aborted and kept", "DB_CONN_EXHAUSTION_LEAK", aborted),
        Case("VACUUM FULL at noon", "LOCK_CONTENTION_RUNNING", vacuum_full),
        Case(
            "a prepared transaction that holds a row",
            "LOCK_CONTENTION_IDLE",
            prepared_holds,
        ),
        Case("the database set read-only", "CONFIG_ERROR", read_only),
        Case("an int column fed by a bigint sequence", "SEQUENCE_OVERFLOW", int_ids),
        Case("an index that is invalid", "SLOW_QUERY_MISSING_INDEX", invalid_index),
        Case("autovacuum switched off for a table", "VACUUM_BEHIND", no_autovacuum),
        Case("a search_path that leads nowhere", "SCHEMA_MISMATCH", nowhere),
        Case("no right to connect", "CONFIG_ERROR", no_connect),
    ),
)
