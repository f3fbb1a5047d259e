"""A PostgreSQL whose dead rows, sequences or log wear it out; and busy ones that are well."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import psycopg

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnosis.postgres import HURRIED, app, of, opened, shop
from tests.diagnostics.faults import at_rest, connected, holds
from tests.diagnostics.wearing import BURN, SORT, archiving, done, failed_to_archive, spilled
from tests.slots import ROLES

SMALL = {"dead_size": 1.0}
CHANGE = "UPDATE users SET email = email || '.'"
OLDEST = "SELECT max(age(datfrozenxid)) FROM pg_database"
GRANT = "GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO diag"
IDENTITY = "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY)"


async def bloat(small: str) -> Examination:
    with shop(small) as dsn:
        async with (
            looking(of(dsn, **HURRIED, **SMALL)) as look,
            connected(app(dsn), "reports-export") as report,
        ):
            await report.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM users")
            await done(dsn, CHANGE)
            await holds(dsn, older("pg_stat_activity", "xact_start", "application_name = 'reports-export'"))
            return await look()


async def prepared(small: str) -> Examination:
    with shop(small) as dsn:
        await done(dsn, "BEGIN; DELETE FROM payments; PREPARE TRANSACTION 'forgotten'")
        try:
            await done(dsn, CHANGE)
            await holds(dsn, older("pg_prepared_xacts", "prepared", "gid = 'forgotten'"))
            return await looked_at(of(dsn, **HURRIED, **SMALL))
        finally:
            await done(dsn, "ROLLBACK PREPARED 'forgotten'")


def older(view: str, column: str, which: str) -> str:
    return f"EXISTS (SELECT FROM {view} WHERE {which} AND clock_timestamp() - {column} > interval '1 s')"


async def no_autovacuum(small: str) -> Examination:
    with shop(small) as dsn:
        await done(dsn, "ALTER TABLE users SET (autovacuum_enabled = off)", CHANGE)
        return await looked_at(of(dsn, **SMALL))


async def small_and_dead(small: str) -> Examination:
    with shop(small) as dsn:
        await done(dsn, CHANGE)
        return await looked_at(of(dsn))


async def sorting(small: str) -> Examination:
    async def sort(dsn: str) -> None:
        while True:
            await spilled(dsn)

    with shop(small) as dsn:
        async with looking(of(dsn, spill_judged=1024**2, spill_warn=1024**2)) as look:
            task = asyncio.create_task(sort(dsn))
            try:
                return await look()
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def one_sort(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look:
            await done(dsn, "SET work_mem = '64kB'", SORT)
            return await look()


async def sequence(small: str) -> Examination:
    with shop(small) as dsn:
        await done(dsn, IDENTITY, "SELECT setval('orders_id_seq', 2061584302)", GRANT)
        return await looked_at(of(dsn))


async def half_used(small: str) -> Examination:
    with shop(small) as dsn:
        await done(dsn, IDENTITY, "SELECT setval('orders_id_seq', 1073741824)", GRANT)
        return await looked_at(of(dsn))


async def unfinished(small: str) -> Examination:
    with shop(small) as dsn:
        await done(dsn, "UPDATE payments SET amount = 1")
        with contextlib.suppress(asyncpg.UniqueViolationError):
            await done(dsn, "CREATE UNIQUE INDEX CONCURRENTLY once ON payments (amount)")
        return await looked_at(of(dsn))


async def ageing(small: str) -> Examination:
    with shop(small) as dsn:
        with psycopg.connect(dsn, autocommit=True) as connection:
            row = connection.execute(OLDEST).fetchone()
        await done(dsn, BURN)
        return await looked_at(of(dsn, xid_warn=(row[0] if row else 0) + 200))


async def narrow(small: str) -> Examination:
    with shop(small) as dsn:
        await done(dsn, "ALTER ROLE app CONNECTION LIMIT 5")
        try:
            async with looking(of(dsn)) as look, at_rest(app(dsn), 5, "api"):
                return await look()
        finally:
            await done(dsn, "ALTER ROLE app CONNECTION LIMIT -1")


async def unarchived(_small: str) -> Examination:
    with archiving() as dsn:
        await done(dsn, ROLES)
        await failed_to_archive(dsn)
        return await looked_at(of(dsn))


@asynccontextmanager
async def paying(dsn: str, clients: int) -> AsyncIterator[None]:
    """Clients that read and change payments for as long as the block lasts, each its own."""

    async def pay(number: int) -> None:
        async with connected(dsn, "api") as client:
            while True:
                await client.fetch("SELECT * FROM users WHERE id = $1", number)
                await client.execute(f"UPDATE payments SET amount = amount + 1 WHERE id = {number}")  # noqa: S608 -- a number of ours
                await asyncio.sleep(0)

    tasks = [asyncio.create_task(pay(number + 1)) for number in range(clients)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def traffic(small: str) -> Examination:
    with shop(small) as dsn:
        async with looking(of(dsn)) as look, AsyncExitStack() as stack:
            await stack.enter_async_context(at_rest(app(dsn), 10, "shop"))
            await stack.enter_async_context(paying(app(dsn), 2))
            return await look()


GROUP = Group(
    "PostgreSQL wear",
    opened,
    (
        Case("two clients that pay, ten at rest", NOTHING, traffic),
        Case("one small sort on the disk", NOTHING, one_sort),
        Case("a small table, half of it dead", NOTHING, small_and_dead),
        Case("a sequence half used", NOTHING, half_used),
        Case("dead rows under an open transaction", "LONG_XACT_BLOAT", bloat),
        Case("dead rows under a prepared one", "LONG_XACT_BLOAT", prepared),
        Case("dead rows without autovacuum", "VACUUM_BEHIND", no_autovacuum),
        Case("sorts on the disk, again and again", "WORKMEM_SPILL", sorting),
        Case("a sequence at 96 %", "SEQUENCE_OVERFLOW", sequence),
        Case("an index that was never finished", "INVALID_INDEX", unfinished),
        Case("a database past its age (set low)", "XID_WRAPAROUND", ageing),
        Case("a role at its own limit", "DB_CONN_LIMIT", narrow),
        Case("a log that is not archived", "ARCHIVING_FAILS", unarchived),
    ),
)
