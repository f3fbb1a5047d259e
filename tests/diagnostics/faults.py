"""Provokes what goes wrong on a PostgreSQL: leaks, held locks, slow statements. Each ends with its block."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

Connection: TypeAlias = Any  # asyncpg ships no types

WAITING = "wait_event_type = 'Lock'"
AT_WORK = "state = 'active'"


@asynccontextmanager
async def connected(dsn: str, application: str) -> AsyncIterator[Connection]:
    """A client of that application."""
    connection = await asyncpg.connect(dsn, server_settings={"application_name": application})
    try:
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def at_rest(dsn: str, count: int, application: str) -> AsyncIterator[list[Connection]]:
    """A pool whose members wait for work, as a healthy one does."""
    async with AsyncExitStack() as stack:
        pool = [await stack.enter_async_context(connected(dsn, application)) for _ in range(count)]
        for member in pool:
            await member.fetch("SELECT 1")
        yield pool


@asynccontextmanager
async def leaked(
    dsn: str, count: int, application: str = "reports-export"
) -> AsyncIterator[list[Connection]]:
    """Transactions begun and never ended."""
    async with at_rest(dsn, count, application) as pool:
        for member in pool:
            await member.execute("BEGIN")
            await member.fetch("SELECT 1 WHERE 'jane@example.com' <> ''")
        yield pool


@asynccontextmanager
async def filled(dsn: str, application: str = "reports-export") -> AsyncIterator[int]:
    """Transactions leaked until the server refuses more; how many there are."""
    async with AsyncExitStack() as stack:
        count = 0
        while True:
            try:
                await stack.enter_async_context(leaked(dsn, 1, application))
            except asyncpg.TooManyConnectionsError:
                break
            count += 1
        yield count


@asynccontextmanager
async def locked(
    dsn: str, table: str, *, mode: str = "ACCESS EXCLUSIVE", application: str = "migration"
) -> AsyncIterator[Connection]:
    """A lock on a table, held by a session that then sits idle in its transaction."""
    async with connected(dsn, application) as connection:
        await connection.execute(f"BEGIN; LOCK TABLE {table} IN {mode} MODE")
        yield connection


@asynccontextmanager
async def running(dsn: str, statement: str, *, application: str, until: str) -> AsyncIterator[int]:
    """A statement at work, or waiting; ready when `until`, a condition on pg_stat_activity, holds of it.

    Yields:
        Its process on the server.
    """
    async with connected(dsn, application) as connection:
        pid = connection.get_server_pid()
        task = asyncio.create_task(connection.execute(statement))
        try:
            await seen(dsn, f"pid = {pid} AND {until}")
            yield pid
        finally:
            # the server does not notice by itself that the client of a running statement has gone
            async with connected(dsn, "watcher") as watcher:
                await watcher.fetch("SELECT pg_terminate_backend($1, 5000)", pid)
            await asyncio.gather(task, return_exceptions=True)


async def seen(dsn: str, condition: str) -> None:
    """Return when a session is as the condition says."""
    await holds(dsn, f"EXISTS (SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND {condition})")


async def gone(dsn: str, condition: str) -> None:
    """Return when no session is as the condition says any more."""
    await holds(
        dsn, f"NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND {condition})"
    )


async def holds(dsn: str, condition: str) -> None:
    """Let the server itself wait until this holds."""
    watch = f"""
        DO $$ BEGIN
          FOR attempt IN 1..1000 LOOP
            PERFORM pg_stat_clear_snapshot();
            IF {condition} THEN RETURN; END IF;
            PERFORM pg_sleep(0.01);
          END LOOP;
          RAISE 'this never came to be: %', $condition${condition}$condition$;
        END $$
    """
    async with connected(dsn, "watcher") as connection:
        await connection.execute(watch)


async def crash(dsn: str) -> None:
    """Kill a process of the server hard; return once it threw everybody out and lets people in again."""
    async with connected(dsn, "witness") as witness:
        asleep = asyncio.ensure_future(witness.execute("SELECT pg_sleep(60)"))
        async with connected(dsn, "victim") as victim:
            os.kill(victim.get_server_pid(), signal.SIGKILL)
            await asyncio.gather(asleep, return_exceptions=True)
    async with asyncio.timeout(20):
        while not await _lets_in(dsn):
            pass  # each try waits for the server's answer


async def _lets_in(dsn: str) -> bool:
    try:
        async with connected(dsn, "watcher"):
            return True
    except (asyncpg.PostgresError, OSError):
        return False
