"""Faults of a PostgreSQL that were thought of after its patterns, and odd but healthy ones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from incidents.evidence import Examination
from storage.embedded import Options
from tests.diagnosis.case import NOTHING, Case, Group, looking
from tests.diagnosis.postgres import HURRIED, UPDATE, app, of, opened, several, shop
from tests.diagnostics.faults import WAITING, at_rest, connected, holds, running, seen
from tests.diagnostics.wearing import done
from tests.servers import temporary

ADVISORY = "SELECT pg_advisory_lock(42)"
WAITERS = 6
ROLES = ("CREATE ROLE diag LOGIN", "GRANT pg_monitor TO diag")


async def advisory(small: str) -> Examination:
    """A lock of the application's own, taken outside any transaction and never given back."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, connected(app(dsn), "cron") as holder:
            await holder.execute(ADVISORY)
            async with several(app(dsn), WAITERS, ADVISORY, application="api", until=WAITING):
                return await look()


async def behind_vacuum(small: str) -> Examination:
    """A schema change behind a slow VACUUM, with the application behind both."""
    slow = "VACUUM (INDEX_CLEANUP ON) users"
    change, reads = "ALTER TABLE users ADD COLUMN note text", "SELECT count(*) FROM users"
    with shop(small) as dsn:
        await done(dsn, "DELETE FROM users WHERE id % 2 = 0")
        await done(
            dsn, "ALTER ROLE app SET vacuum_cost_delay = 100", "ALTER ROLE app SET vacuum_cost_limit = 1"
        )
        try:
            async with (
                looking(of(dsn)) as look,
                running(
                    app(dsn), slow, application="nightly", until="query LIKE 'VACUUM%' AND state = 'active'"
                ),
                running(app(dsn), change, application="migration", until=WAITING),
                several(app(dsn), WAITERS, reads, application="api", until=WAITING),
            ):
                return await look()
        finally:
            await done(dsn, "ALTER ROLE app RESET ALL")


async def idle_pools(small: str) -> Examination:
    """Too many instances, each with a pool at rest: no slot is left and nothing is at work."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, AsyncExitStack() as stack:
            with contextlib.suppress(asyncpg.TooManyConnectionsError):
                for number in range(50):
                    await stack.enter_async_context(at_rest(app(dsn), 1, f"worker-{number % 5}"))
            return await look()


async def behind_prepared(small: str) -> Examination:
    """Row locks of a prepared transaction, which no session holds."""
    with shop(small) as dsn:
        await done(app(dsn), "BEGIN; UPDATE payments SET amount = 5 WHERE id = 1; PREPARE TRANSACTION 'lost'")
        try:
            async with (
                looking(of(dsn)) as look,
                several(app(dsn), WAITERS, UPDATE, application="api", until=WAITING),
            ):
                return await look()
        finally:
            await done(app(dsn), "ROLLBACK PREPARED 'lost'")


async def ghost_standby(_small: str) -> Examination:
    """Commits wait for a synchronous standby that is gone."""
    with temporary(Options()) as server:
        await done(server.dsn, *ROLES)
        await done(server.dsn, "CREATE TABLE payments (id int PRIMARY KEY, amount int)")
        await done(server.dsn, "INSERT INTO payments VALUES (1, 1), (2, 2)")
        await done(server.dsn, "ALTER SYSTEM SET synchronous_standby_names = 'standby1'")
        await done(server.dsn, "SELECT pg_reload_conf()")
        await holds(server.dsn, "current_setting('synchronous_standby_names') = 'standby1'")
        insert = "INSERT INTO payments SELECT 10 + pg_backend_pid(), 1"
        async with (
            looking(of(server.dsn, **HURRIED)) as look,
            several(server.dsn, WAITERS, insert, application="api", until="wait_event = 'SyncRep'"),
        ):
            await seen(
                server.dsn, "wait_event = 'SyncRep' AND clock_timestamp() - query_start > interval '1.5 s'"
            )
            return await look()


async def read_only(small: str) -> Examination:
    """A database that takes no writes any more, as one does after a failover or at a provider's limit."""
    with shop(small) as dsn:
        await done(dsn, "ALTER ROLE app SET default_transaction_read_only = on")
        try:
            async with looking(of(dsn)) as look, failing_writes(app(dsn), UPDATE):
                return await look()
        finally:
            await done(dsn, "ALTER ROLE app RESET ALL")


@asynccontextmanager
async def failing_writes(dsn: str, *statements: str) -> AsyncIterator[None]:
    """A client whose every statement fails, again and again."""
    failed = asyncio.Event()

    async def work() -> None:
        async with connected(dsn, "api") as client:
            while True:
                try:
                    await client.execute("BEGIN")
                    for statement in statements:
                        await client.execute(statement)
                    await client.execute("COMMIT")
                except asyncpg.PostgresError:
                    await client.execute("ROLLBACK")
                    failed.set()
                await asyncio.sleep(0.002)

    task = asyncio.create_task(work())
    try:
        await failed.wait()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def cancelled(small: str) -> Examination:
    """A statement_timeout so short that every statement of the application is cancelled."""
    with shop(small) as dsn:
        await done(dsn, "ALTER ROLE app SET statement_timeout = '20ms'")
        try:
            async with looking(of(dsn)) as look, failing_writes(app(dsn), "SELECT pg_sleep(0.1)"):
                return await look()
        finally:
            await done(dsn, "ALTER ROLE app RESET ALL")


async def missing_table(small: str) -> Examination:
    """A search_path that leads nowhere, so that every statement fails."""
    with shop(small) as dsn:
        await done(dsn, "ALTER ROLE app SET search_path = 'shop_v2'")
        try:
            async with looking(of(dsn)) as look, failing_writes(app(dsn), UPDATE):
                return await look()
        finally:
            await done(dsn, "ALTER ROLE app RESET ALL")


async def hot_row(small: str) -> Examination:
    """Everybody counts in one row, each for a moment: a queue without an end, and its head changes."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, AsyncExitStack() as stack:
            for _ in range(20):
                await stack.enter_async_context(counting(app(dsn)))
            return await look()


@asynccontextmanager
async def counting(dsn: str) -> AsyncIterator[None]:
    async def work() -> None:
        async with connected(dsn, "api") as client:
            while True:
                await client.execute(f"BEGIN; {UPDATE}; SELECT pg_sleep(0.2); COMMIT")

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def nightly_copy(small: str) -> Examination:
    """A batch that loads for a while, under its usual name."""
    with shop(small) as dsn:
        copying = "query LIKE 'COPY%' AND wait_event = 'PgSleep'"
        async with looking(of(dsn)) as look, connected(app(dsn), "nightly") as batch:
            task = asyncio.create_task(batch.copy_from_query("SELECT pg_sleep(60)", output=_drop))
            await seen(dsn, copying)
            try:
                return await look()
            finally:
                await done(
                    dsn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
                )
                await asyncio.gather(task, return_exceptions=True)


async def _drop(_data: bytes) -> None:
    return


async def short_migration(small: str) -> Examination:
    """A migration that held its lock for a moment, and is done."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look:
            await done(dsn, "BEGIN; ALTER TABLE payments ADD COLUMN note text; SELECT pg_sleep(0.2); COMMIT")
            return await look()


async def idle_pool_of_34(small: str) -> Examination:
    """Seven in ten slots are taken by pools at rest."""
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, at_rest(app(dsn), 33, "shop"):
            return await look()


async def listener(small: str) -> Examination:
    """A worker that waits for notices, and one that holds the lock by which workers agree on a leader."""
    with shop(small) as dsn:
        async with (
            looking(of(dsn)) as look,
            connected(app(dsn), "worker") as worker,
            connected(app(dsn), "leader") as leader,
        ):
            await worker.execute("LISTEN jobs")
            await leader.execute(ADVISORY)
            return await look()


GROUP = Group(
    "PostgreSQL unseen",
    opened,
    (
        Case("a nightly COPY", NOTHING, nightly_copy),
        Case("a migration of 200 ms, done", NOTHING, short_migration),
        Case("a pool of 33 at rest", NOTHING, idle_pool_of_34),
        Case("a listener and an elected leader", NOTHING, listener),
        Case("an advisory lock never given back", "LOCK_CONTENTION_IDLE", advisory),
        Case("a schema change behind a VACUUM", "LOCK_CONTENTION_DDL_QUEUE", behind_vacuum),
        Case("every slot taken by idle pools", "DB_POOLS_TOO_LARGE", idle_pools),
        Case("locks of a prepared transaction", "LOCK_CONTENTION_IDLE", behind_prepared),
        Case("commits wait for a standby that is gone", "SYNC_STANDBY_GONE", ghost_standby),
        Case("a database that became read-only", "FAILING_TRANSACTIONS", read_only),
        Case("a timeout that cancels every statement", "FAILING_TRANSACTIONS", cancelled),
        Case("a search_path that leads nowhere", "SCHEMA_MISMATCH", missing_table),
        Case("everybody counts in one row", "LOCK_CONTENTION_RUNNING", hot_row),
    ),
)
