"""What a look costs a database that is at ease, full, or locked: one connection, few statements, in time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import psycopg
import pytest

from diagnostics.probes.postgres.session import ANSWER, CONNECT
from diagnostics.run import FAMILY
from incidents.evidence import Health
from storage.embedded.databases import named
from tests.diagnostics.conftest import Looks, as_role, examined
from tests.diagnostics.described import coded, codes
from tests.diagnostics.faults import connected, filled, gone, leaked
from tests.diagnostics.wearing import ROWS

MOST = 76  # statements of one look, BEGIN and COMMIT not counted; at ease they are about 70
CALLS = """
SELECT sum(calls)::int FROM pg_stat_statements JOIN pg_roles ON userid = pg_roles.oid
 WHERE rolname = 'diag' AND query !~ '^(BEGIN|COMMIT)'
"""
SESSIONS = "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"
Trouble = Callable[[str], AbstractAsyncContextManager[object]]


@asynccontextmanager
async def at_ease(_database: str) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def full(database: str) -> AsyncIterator[None]:
    async with filled(as_role(database, "app")):
        yield


@asynccontextmanager
async def locked(database: str) -> AsyncIterator[None]:
    """A migration that holds every table, and a client that waits for it."""
    async with connected(database, "migration") as migration, leaked(as_role(database, "app"), 3):
        await migration.execute("BEGIN; LOCK TABLE payments IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.parametrize("trouble", [at_ease, full, locked])
async def test_a_look_is_one_connection_and_a_counted_number_of_statements(
    with_costs: str, looks: Looks, trouble: Trouble
) -> None:
    inside: list[int] = []

    async def counting(_seconds: float) -> None:
        row = watcher.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'diag'").fetchone()
        inside.append(row[0] if row else 0)

    with psycopg.connect(with_costs, autocommit=True) as watcher:
        watcher.execute(ROWS)
        async with looks(as_role(with_costs, "diag"), pause=counting) as examiner, trouble(with_costs):
            watcher.execute("SELECT pg_stat_statements_reset()")
            async with asyncio.timeout(2 * FAMILY):
                await examined(examiner)
            row = watcher.execute(CALLS).fetchone()
    assert set(inside) == {1}
    assert row
    assert 0 < row[0] <= MOST


async def test_looks_make_no_connections_but_the_one_that_they_try(database: str, looks: Looks) -> None:
    elsewhere = named(database, "postgres")
    with psycopg.connect(database, autocommit=True) as watcher:
        async with looks(as_role(database, "diag")) as examiner:
            await examined(examiner)
        await gone(elsewhere, "usename = 'diag'")
        row = watcher.execute(SESSIONS).fetchone()
    assert row is not None
    assert row[0] <= 3


async def test_a_locked_catalogue_ends_each_look_at_its_lock_timeout(database: str, looks: Looks) -> None:
    async with (
        looks(as_role(database, "diag"), pause=asyncio.sleep) as examiner,
        connected(database, "migration") as migration,
    ):
        await migration.execute("BEGIN; LOCK TABLE pg_class IN ACCESS EXCLUSIVE MODE")
        async with asyncio.timeout(20):
            examination = await examined(examiner)
    assert coded(examination, "PG013").health is Health.CRITICAL
    assert "PG091" in codes(examination)
    assert examination.causes[0].code == "LOCK_CONTENTION_CATALOGUE"


def test_a_frozen_server_leaves_time_for_a_verdict() -> None:
    assert CONNECT + ANSWER < FAMILY
