"""A server whose table of locks is full, one that gets no memory, and one whose data are damaged."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import NoReturn

import asyncpg
import psycopg
import pytest

from diagnostics.probe import Probe
from diagnostics.probes.postgres.connect import condition
from diagnostics.probes.postgres.failure import explain
from diagnostics.probes.postgres.lock_table import held
from incidents.evidence import Health
from storage.embedded import DatabaseError, Options, Server, temporary
from tests.diagnostics.conftest import Looks, as_role, examined
from tests.diagnostics.described import coded, codes
from tests.diagnostics.faults import connected
from tests.slots import ROLES

MANY = 700
SETTINGS = {"max_locks_per_transaction": "10", "max_connections": "20"}
SHARED = "out of shared memory"


async def nothing() -> tuple[()]:
    return ()


@pytest.fixture
def narrow(missing: Callable[[str, str], NoReturn]) -> Iterator[Server]:
    """A server with few places for locks, and a table of many parts."""
    try:
        with temporary(Options(settings=SETTINGS, durable=False)) as server:
            with psycopg.connect(server.dsn, autocommit=True) as connection:
                connection.execute(ROLES)
                connection.execute("CREATE TABLE events (n int) PARTITION BY RANGE (n)")
                for n in range(MANY):
                    connection.execute(
                        f"CREATE TABLE events_{n} PARTITION OF events FOR VALUES FROM ({n}) TO ({n + 1})"
                    )
            yield server
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@asynccontextmanager
async def filled(dsn: str) -> AsyncIterator[None]:
    """A dump that holds every place."""
    async with connected(dsn, "pg_dump") as dump:
        await dump.execute("BEGIN")
        with contextlib.suppress(asyncpg.OutOfMemoryError):
            for number in range(MANY):
                await dump.execute("SAVEPOINT before")
                await dump.execute(f"LOCK TABLE events_{number} IN ACCESS SHARE MODE")
        await dump.execute("ROLLBACK TO before")
        yield


async def test_who_fills_the_table_of_locks_is_named_on_the_open_connection(
    narrow: Server, looks: Looks
) -> None:
    dsn = as_role(narrow.dsn, "diag")
    passed: list[float] = []
    async with looks(dsn, monotonic=lambda: time.monotonic() + sum(passed)) as examiner:
        before = await examined(examiner)
        passed.append(60)  # the next look is a new one
        async with filled(narrow.dsn):
            examination = await examined(examiner)
    assert not {"PG027", "PG205"} & codes(before)
    assert coded(examination, "PG027").health is Health.CRITICAL
    finding = coded(examination, "PG205")
    assert finding.health is Health.CRITICAL
    assert "pg_dump (process " in finding.sentence
    assert "idle in transaction" in finding.sentence
    assert [cause.code for cause in examination.causes] == ["LOCK_TABLE_FULL"]


def test_a_prepared_transaction_and_a_session_without_a_name_are_called_so() -> None:
    prepared = held("db", "pg.lock_roots", {"pid": None, "locks": 600, "taken": 640}, None)
    assert "a prepared transaction holds 600 locks of 640." in prepared.sentence
    unnamed = held("db", "pg.lock_roots", {"pid": 7, "locks": 1, "taken": 2}, None)
    assert "the process 7 holds 1 lock of 2." in unnamed.sentence


@pytest.mark.parametrize(("said", "code"), [(SHARED, "PG027"), ("out of memory", "PG028")])
def test_a_full_table_of_locks_is_told_from_a_machine_without_memory(said: str, code: str) -> None:
    assert condition(asyncpg.OutOfMemoryError(said)).value == code


@pytest.mark.parametrize(
    ("error", "code", "health"),
    [
        (asyncpg.OutOfMemoryError("out of memory"), "PG028", Health.CRITICAL),
        (asyncpg.OutOfMemoryError(SHARED), "PG093", Health.UNKNOWN),  # the look at locks says it once for all
        (asyncpg.DataCorruptedError("invalid page in block 0"), "PG095", Health.CRITICAL),
        (asyncpg.IndexCorruptedError("index contains unexpected zero page"), "PG095", Health.CRITICAL),
    ],
)
def test_a_look_that_failed_says_what_is_as_bad_for_all(error: Exception, code: str, health: Health) -> None:
    finding = explain("payments db", Probe("pg.sizes", "table sizes", nothing), error)
    assert finding
    assert (finding.code, finding.health) == (code, health)
