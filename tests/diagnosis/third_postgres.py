"""One PostgreSQL, ill or only odd, of the third round of unknown faults."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from incidents.evidence import Examination
from storage.embedded.databases import named
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnosis.postgres import HURRIED, app, of, opened, shop
from tests.diagnosis.second_postgres import busy, done
from tests.diagnostics.faults import at_rest, connected, running, seen
from tests.diagnostics.pooler import pooled

HOT = "BEGIN; UPDATE payments SET amount = amount + 1 WHERE id = 1; SELECT pg_sleep(0.2); COMMIT"
SLOW = """
CREATE FUNCTION slow(text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
  $$ BEGIN PERFORM pg_sleep(0.02); RETURN 1; END $$
"""


async def database_limit(small: str) -> Examination:
    with shop(small) as dsn:
        name = dsn.partition("?")[0].rpartition("/")[2]
        done(dsn, f'ALTER DATABASE "{name}" CONNECTION LIMIT 8')
        async with at_rest(app(dsn), 8, "worker"):
            return await looked_at(of(dsn))


async def no_autovacuum_here(small: str) -> Examination:
    with shop(small) as dsn:
        done(dsn, "ALTER TABLE users SET (autovacuum_enabled = off)")
        done(dsn, *["UPDATE users SET email = email || '.'"] * 6)
        return await looked_at(of(dsn, dead_size=1.0))


async def hot_row(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn, **HURRIED)) as look, busy(app(dsn), HOT, clients=25):
            await seen(dsn, "wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '1.5 s'")
            return await look()


def pause(admin: str) -> None:
    """By psql, since the console of a pooler knows the simplest statements only."""
    subprocess.run(["psql", admin, "-c", "PAUSE"], capture_output=True, check=True)


async def paused_pooler(small: str) -> Examination:
    with shop(small) as dsn, pooled(dsn, admin_users="tocsin") as through:
        admin = named(through, "pgbouncer")
        async with connected(app(through), "api") as client:
            await client.fetch("SELECT 1")
        pause(admin)
        return await looked_at(of(through), {**of(dsn), "name": "direct"})


@contextmanager
def unread_dump(dsn: str) -> Iterator[None]:
    """A pg_dump that waits for somebody to take what it has read."""
    with subprocess.Popen(["pg_dump", dsn], stdout=subprocess.PIPE) as process:
        try:
            yield
        finally:
            process.kill()


async def dumping(small: str) -> Examination:
    """A pg_dump that takes its time."""
    with shop(small) as dsn:
        done(dsn, "CREATE TABLE big AS SELECT n, repeat('x', 200) AS t FROM generate_series(1, 50000) n")
        with unread_dump(dsn):
            await seen(dsn, "application_name = 'pg_dump' AND wait_event = 'ClientWrite'")
            async with looking(of(dsn)) as look, busy(app(dsn), "SELECT amount FROM payments"):
                return await look()


async def concurrently(small: str) -> Examination:
    with shop(small) as dsn:
        done(dsn, SLOW)
        index = "CREATE INDEX CONCURRENTLY ON users (slow(email))"
        work = "UPDATE payments SET amount = $n WHERE id = 1"
        async with (
            looking(of(dsn)) as look,
            running(dsn, index, application="migration", until="wait_event = 'PgSleep'"),
            busy(app(dsn), work, clients=3),
        ):
            return await look()


async def pooled_and_well(small: str) -> Examination:
    with shop(small) as dsn, pooled(dsn, default_pool_size=5) as through:
        work = "BEGIN; UPDATE payments SET amount = $n WHERE id = 2; COMMIT"
        async with (
            looking(of(through), {**of(dsn), "name": "direct"}) as look,
            busy(app(through), work, clients=40),
        ):
            return await look()


GROUP = Group(
    "PostgreSQL third",
    opened,
    (
        Case("the limit of the database reached, also for us", "DB_CONN_LIMIT", database_limit),
        Case("autovacuum switched off for a table", "VACUUM_BEHIND", no_autovacuum_here),
        Case("a row that everybody changes", "LOCK_CONTENTION_RUNNING", hot_row),
        Case("a pooler paused and forgotten", "POOLER_EXHAUSTED", paused_pooler),
        Case("a pg_dump at work", NOTHING, dumping),
        Case("an index built concurrently", NOTHING, concurrently),
        Case("40 clients over 5 sessions of a pooler", NOTHING, pooled_and_well),
    ),
)
