"""A database behind a real PgBouncer in transaction mode: looked at like any other, told from its pooler."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import NoReturn

import asyncpg
import psycopg
import pytest
from psycopg import ClientCursor

from diagnostics.probes.postgres import session as session_module
from diagnostics.probes.postgres.connect import condition, refused
from incidents.evidence import Health
from storage.embedded.databases import named
from tests.diagnostics.conftest import Looks, as_role, examined
from tests.diagnostics.described import coded, codes
from tests.diagnostics.faults import connected, filled
from tests.diagnostics.pooler import found, pooled


@pytest.fixture(autouse=True)
def _here(missing: Callable[[str, str], NoReturn]) -> None:
    if not found():
        missing("PgBouncer", "pgbouncer")


async def test_a_database_behind_a_pooler_is_looked_at_whole(with_costs: str, looks: Looks) -> None:
    direct = as_role(with_costs, "diag")
    async with looks(direct) as examiner:
        plain = await examined(examiner)
    with pooled(direct, default_pool_size=3) as address:
        async with looks(address) as examiner, connected(as_role(address, "app"), "shop") as other:
            await other.execute("SELECT 1")
            first = await examined(examiner)
    assert first.health is Health.OK
    assert (codes(first), first.unseen) == (codes(plain), plain.unseen)


async def test_a_pooler_that_takes_no_more_clients_is_named_as_the_pooler(
    database: str, looks: Looks
) -> None:
    with pooled(as_role(database, "diag"), max_client_conn=1) as address:
        async with connected(address, "shop"), looks(address) as examiner:
            examination = await examined(examiner)
    assert coded(examination, "PG021").health is Health.CRITICAL
    assert examination.causes[0].code == "POOLER_EXHAUSTED"
    assert "not the server's" in examination.sentence


async def waiting(address: str, looks: Looks) -> str:
    """The verdict's sentence once the only connection of the pool is in a transaction."""
    async with looks(address) as examiner, connected(address, "shop") as client:
        await client.execute("BEGIN")
        examination = await examined(examiner)
    finding = coded(examination, "PG022")
    assert finding.health is Health.CRITICAL
    assert "SHOW POOLS" in finding.next_step
    assert examination.causes[0].code == "POOLER_EXHAUSTED"
    return examination.sentence


async def test_a_pooler_that_lets_its_clients_wait_is_not_taken_for_a_frozen_server(
    database: str, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "ANSWER", 0.5)
    with pooled(as_role(database, "diag"), default_pool_size=1) as address:
        said = await waiting(address, looks)
    assert said.startswith("The pooler in front of the database takes clients and lets them wait")


async def test_a_pooler_that_was_paused_before_anybody_looked_is_told_from_a_frozen_server(
    database: str, looks: Looks
) -> None:
    with pooled(database, admin_users="tocsin") as address:
        with psycopg.connect(
            named(address, "pgbouncer"), autocommit=True, cursor_factory=ClientCursor
        ) as console:
            console.execute("PAUSE")
        async with looks(as_role(address, "diag")) as examiner:
            examination = await examined(examiner)
    finding = coded(examination, "PG022")
    assert "RESUME" in finding.next_step
    assert examination.causes[0].code == "POOLER_EXHAUSTED"


async def test_a_pooler_that_gives_up_on_a_waiting_client_says_the_same(database: str, looks: Looks) -> None:
    with pooled(as_role(database, "diag"), default_pool_size=1, query_wait_timeout=1) as address:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(asyncio.timeout(20))
            said = await waiting(address, looks)
    assert said.startswith("The pooler in front of the database takes clients and lets them wait")


async def test_a_full_server_behind_a_pooler_is_told_as_a_full_server(database: str, looks: Looks) -> None:
    app = as_role(database, "app")
    with pooled(app) as address:
        async with filled(app), looks(address) as examiner:
            examination = await examined(examiner)
    assert coded(examination, "PG010").health is Health.CRITICAL


def test_what_a_pooler_passes_on_keeps_its_meaning() -> None:
    said = {
        'FATAL: too many connections for database "shop"': "PG020",
        "the database system is starting up": "PG016",
        "server login has been failing, try again later (server_login_retry)": "PG023",
        'password authentication failed for user "app"': "PG023",
    }
    assert {text: condition(asyncpg.ProtocolViolationError(text)).value for text in said} == said
    assert condition(asyncpg.ConnectionDoesNotExistError("connection was closed")).value == "PG012"


def test_a_full_disk_is_told_where_a_new_connection_meets_it() -> None:
    finding = refused("payments db", asyncpg.DiskFullError("could not write: No space left on device"))
    assert (finding.code, finding.health) == ("PG094", Health.CRITICAL)
