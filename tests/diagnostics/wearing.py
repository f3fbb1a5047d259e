"""Provokes what piles up in a PostgreSQL: dead rows, deadlocks, temporary files, failed archiving."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg

from diagnostics.probe import Pause
from diagnostics.probes.postgres.patient import WAYS
from storage.embedded import Options
from tests.diagnostics.faults import connected, gone, holds
from tests.servers import temporary

ROWS = """
CREATE TABLE payments (id int PRIMARY KEY, amount int);
INSERT INTO payments SELECT n, n FROM generate_series(1, 20000) AS n;
"""
UPDATE = "UPDATE payments SET amount = amount + 1"
SORT = "SELECT count(*) FROM (SELECT n FROM generate_series(1, 200000) AS n ORDER BY n DESC) AS sorted"
BURN = """
DO $$ BEGIN
  FOR attempt IN 1..300 LOOP
    PERFORM txid_current();
    COMMIT;
  END LOOP;
END $$
"""
FAILING = {"archive_mode": "on", "archive_command": "false"}


async def done(dsn: str, *statements: str) -> None:
    """Run these; what they counted has been handed in afterwards, since a session does so when it ends."""
    async with connected(dsn, "worker") as worker:
        for statement in statements:
            await worker.execute(statement)
        await worker.close()
    await gone(dsn, "application_name = 'worker'")


@asynccontextmanager
async def reporting(dsn: str) -> AsyncIterator[int]:
    """A report that has read its payments once and then sits idle in its transaction; its process."""
    async with connected(dsn, "reports-export") as report:
        await report.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM payments")
        yield report.get_server_pid()


async def deadlocked(dsn: str, times: int) -> None:
    """Payments that are changed in two orders at once, as the superuser so that it shows soon."""
    for _ in range(times):
        met = asyncio.Barrier(2)
        await asyncio.gather(_change(dsn, 1, 2, met), _change(dsn, 2, 1, met))
    await gone(dsn, "application_name = 'api'")


async def _change(dsn: str, first: int, second: int, met: asyncio.Barrier) -> None:
    async with connected(dsn, "api") as client:
        await client.execute("SET deadlock_timeout = '20ms'")
        with contextlib.suppress(asyncpg.DeadlockDetectedError):
            await client.execute(f"BEGIN; {UPDATE} WHERE id = {first}")
            await met.wait()
            await client.execute(f"{UPDATE} WHERE id = {second}")
            await client.execute("COMMIT")
        await client.close()


async def spilled(dsn: str) -> None:
    """A sort that does not fit into its memory: some megabytes of temporary files."""
    await done(dsn, "SET work_mem = '64kB'", SORT)


@contextmanager
def archiving(**settings: str) -> Iterator[str]:
    """A server that cannot archive its log; its address.

    Raises:
        DatabaseError: no such server can be started here.
    """
    with temporary(Options(durable=False, settings=FAILING | settings)) as server:
        yield server.dsn


async def failed_to_archive(dsn: str) -> None:
    """Return when a piece of its log could not be archived."""
    await done(dsn, "SELECT txid_current()", "SELECT pg_switch_wal()")
    await holds(dsn, "EXISTS (SELECT FROM pg_stat_archiver WHERE failed_count > 0)")


def meanwhile(act: Callable[[], Awaitable[None]]) -> Pause:
    """A pause in which that happens, once all that look twice have looked for the first time."""
    sampled = asyncio.Barrier(sum(way.sampled for way in WAYS))

    async def pause(_seconds: float) -> None:
        if await sampled.wait() == 0:
            await act()
        await sampled.wait()

    return pause
