"""Statements that run, cost and scan, on a real server; and the guards that nobody set."""

import asyncio

import psycopg
import pytest

from diagnostics.probe import Pause
from incidents.evidence import Health
from tests.diagnostics.conftest import Looks, as_role, examined, of
from tests.diagnostics.faults import WAITING, connected, locked, running, seen

SLEEP = "SELECT pg_sleep(60) WHERE 'sk_live_abcdefghijklmnop' <> ''"
BUSY = "wait_event = 'PgSleep'"


@pytest.fixture
def shop(database: str) -> str:
    """A database with 20,000 users and no index on their e-mail."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE users (id int PRIMARY KEY, email text)")
        connection.execute(
            "INSERT INTO users SELECT n, n || '@example.com' FROM generate_series(1, 20000) AS n"
        )
        connection.execute("ANALYZE users; ALTER TABLE users OWNER TO app")
    return as_role(database, "app")


def diag(shop: str) -> str:
    return shop.replace("//app@", "//diag@")


async def test_a_slow_statement_is_shown_without_its_literals(shop: str, looks: Looks) -> None:
    async with (
        looks(diag(shop), limits={"slow_note": 0, "slow_warn": 0}) as examiner,
        running(shop, SLEEP, application="reports", until=BUSY),
    ):
        examination = await examined(examiner)
    finding = of(examination, "pg.slow_now")
    assert finding.health is Health.WARN
    assert "from reports" in finding.sentence
    assert finding.table[1][3] == "SELECT pg_sleep(?) WHERE ? <> ?"
    assert "sk_live" not in repr(examination)
    assert examination.causes[0].code == "LONG_QUERY"


async def test_a_statement_that_waits_for_a_lock_is_not_called_slow(shop: str, looks: Looks) -> None:
    async with (
        looks(diag(shop), limits={"slow_note": 0, "slow_warn": 0}) as examiner,
        locked(shop, "users"),
        running(shop, "SELECT count(*) FROM users", application="api", until=WAITING),
    ):
        examination = await examined(examiner)
    assert of(examination, "pg.slow_now").health is Health.OK
    assert of(examination, "pg.lock_roots").code == "PG201"


async def test_a_table_read_from_end_to_end_while_we_look_is_named(shop: str, looks: Looks) -> None:
    async with looks(diag(shop), pause=scanning(shop, "email = '7@example.com'")) as examiner:
        examination = await examined(examiner)
    finding = of(examination, "pg.seq_scan_delta")
    assert finding.health is Health.WARN
    assert finding.sentence.startswith("public.users was read from end to end ")
    assert finding.sentence.endswith(" times within 2 s, 20,000 rows each time.")
    assert "`CREATE INDEX CONCURRENTLY` on public.users" in finding.next_step
    assert examination.causes[0].code == "SLOW_QUERY_MISSING_INDEX"


async def test_reading_by_an_index_is_not_accused(shop: str, looks: Looks) -> None:
    async with looks(diag(shop), pause=scanning(shop, "id = 7")) as examiner:
        examination = await examined(examiner)
    assert of(examination, "pg.seq_scan_delta").health is Health.OK


def scanning(shop: str, condition: str) -> Pause:
    """A pause in which the application reads its users ten times, seen in the statistics at once."""

    async def pause(_seconds: float) -> None:
        async with connected(shop, "api") as client:
            for _ in range(10):
                await client.fetch(f"SELECT * FROM users WHERE {condition}")  # noqa: S608 -- the test's own words
            if await client.fetchval("SELECT to_regproc('pg_stat_force_next_flush') IS NOT NULL"):
                await client.fetch("SELECT pg_stat_force_next_flush()")
            else:
                await client.close()  # a session hands in its counts when it ends

    return pause


async def test_missing_guards_are_said_without_an_alarm(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "diag")) as examiner:
        finding = of(await examined(examiner), "pg.settings_guard")
    assert finding.health is Health.OK
    assert finding.sentence == "Not set: idle_in_transaction_session_timeout and statement_timeout."
    assert "ALTER ROLE" in finding.next_step


async def test_a_guard_set_for_one_role_is_seen(database: str, looks: Looks) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER ROLE app SET idle_in_transaction_session_timeout = '60s'")
        try:
            async with looks(as_role(database, "diag")) as examiner:
                finding = of(await examined(examiner), "pg.settings_guard")
        finally:
            connection.execute("ALTER ROLE app RESET ALL")
    assert finding.sentence == "Not set: statement_timeout."
    assert ("idle_in_transaction_session_timeout", "60s", "app in all databases") in finding.table


async def test_a_transaction_at_work_for_long_with_short_statements_is_found(shop: str, looks: Looks) -> None:
    async with (
        connected(shop, "import") as client,
        looks(diag(shop), limits={"transaction_warn": 1}) as examiner,
    ):
        await client.execute("BEGIN")
        await client.execute("SELECT pg_sleep(1.1)")
        at_work = asyncio.create_task(client.execute("SELECT pg_sleep(60)"))
        await seen(
            shop, f"application_name = 'import' AND {BUSY} AND query_start - xact_start > interval '1 s'"
        )
        finding = of(await examined(examiner), "pg.long_xact")
        at_work.cancel()
        await asyncio.gather(at_work, return_exceptions=True)
    assert finding.health is Health.WARN
    assert finding.sentence.startswith("1 transaction open for over 1 s")
    assert finding.sentence.endswith("from import.")


async def test_a_slot_without_a_reader_is_a_warning(database: str, looks: Looks) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SELECT pg_create_physical_replication_slot('forgotten', true)")
        try:
            async with looks(as_role(database, "diag")) as examiner:
                examination = await examined(examiner)
        finally:
            connection.execute("SELECT pg_drop_replication_slot('forgotten')")
    (finding,) = (finding for finding in examination.findings if finding.code == "PG602")
    assert finding.health is Health.WARN
    assert "forgotten keeps" in finding.sentence
    assert "Dropping the slot" in finding.next_step
