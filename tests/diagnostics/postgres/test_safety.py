"""Looking harms nothing: read-only, bounded on the server, one named connection, never chat's words."""

import asyncio
import re
from pathlib import Path

import asyncpg
import psycopg
import pytest

from diagnostics.probe import Care, GoneError, Probe, watch
from diagnostics.probes.postgres import session as session_module
from diagnostics.probes.postgres.patient import WAYS, PostgresPatient
from diagnostics.probes.postgres.session import ANSWER, STATEMENT, Session
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Finding, Health
from tests.diagnostics.conftest import Looks, as_role, at_once, examined
from tests.diagnostics.faults import gone, locked, seen

SOURCES = Path(session_module.__file__).parent


@pytest.fixture
async def session(database: str) -> Session:
    return Session(as_role(database, "diag"), keepalive=3600)


def patient_of(dsn: str) -> PostgresPatient:
    (target,) = read_targets("payments", [{"kind": "postgres", "name": "db", "dsn": dsn}], environ={})
    patient = target.patient(Care(at_once, Redactor()))
    assert isinstance(patient, PostgresPatient)
    return patient


async def outcome(dsn: str, statement: str) -> tuple[Finding, ...]:
    """What a probe that runs this statement ends as."""
    patient = patient_of(dsn)
    await patient.open()

    async def look() -> tuple[Finding, ...]:
        async with patient.session.reading("pg.test") as read:
            await read(statement)
        return ()

    try:
        return (await watch(patient, Probe("pg.test", "a test", look, deadline=30))).findings
    finally:
        await patient.close()


async def test_every_look_is_read_only_short_and_named_after_its_probe(session: Session) -> None:
    await session.open()
    async with session.reading("pg.idle_in_txn") as read:
        (row,) = await read(
            "SELECT current_setting('transaction_read_only') AS read_only,"
            " current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,"
            " current_setting('idle_in_transaction_session_timeout') AS idle,"
            " current_setting('application_name') AS name, current_setting('search_path') AS path"
        )
    await session.close()
    assert dict(row) == {
        "read_only": "on",
        "statement": "2500ms",
        "lock": "200ms",
        "idle": "5s",
        "name": "tocsin:pg.idle_in_txn",
        "path": "pg_catalog",
    }


async def test_nothing_that_a_look_sets_outlives_it(session: Session) -> None:
    await session.open()
    async with session.reading("pg.test") as read:
        await read("SELECT 1")
    async with session.reading("pg.other") as read:
        (row,) = await read("SELECT reset_val AS before FROM pg_settings WHERE name = 'statement_timeout'")
    await session.close()
    assert row["before"] == "0"


async def test_the_server_gives_up_before_we_do() -> None:
    assert session_module.LOCK < STATEMENT < ANSWER


async def test_a_write_is_refused(database: str) -> None:
    (finding,) = await outcome(database, "CREATE TABLE harm (id int)")
    assert (finding.code, finding.figures[0].value) == ("PG093", "25006")


async def test_two_statements_in_one_are_refused_and_nothing_is_dropped(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE victim (id int)")
        (finding,) = await outcome(database, "SELECT 1; COMMIT; DROP TABLE victim; SELECT 2")
        assert finding.figures[0].value == "42601"
        assert connection.execute("SELECT count(*) FROM victim").fetchone() == (0,)


async def test_a_lock_in_our_own_way_is_evidence(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE payments (id int)")
    async with locked(database, "payments"):
        (finding,) = await outcome(database, "SELECT pg_total_relation_size('public.payments')")
    assert (finding.code, finding.health) == ("PG091", Health.WARN)
    assert "ACCESS EXCLUSIVE" in finding.meaning


async def test_a_missing_privilege_is_unknown_and_names_the_grant(database: str) -> None:
    (finding,) = await outcome(as_role(database, "blind"), "SELECT * FROM pg_ls_waldir()")
    assert (finding.code, finding.health) == ("PG090", Health.UNKNOWN)
    assert "GRANT pg_monitor" in finding.next_step


async def test_a_full_disk_that_a_look_runs_into_is_evidence(database: str) -> None:
    full = "DO $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    (finding,) = await outcome(database, full)
    assert (finding.code, finding.health) == ("PG094", Health.CRITICAL)
    assert "Delete nothing in pg_wal" in finding.next_step


async def test_what_an_older_server_does_not_know_is_left_out(database: str) -> None:
    assert await outcome(database, "SELECT no_such_column FROM pg_stat_activity") == ()


async def test_a_look_too_slow_is_ended_by_the_server_and_leaves_nothing_running(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "STATEMENT", 0.1)
    (finding,) = await outcome(database, "SELECT pg_sleep(60)")
    assert (finding.code, finding.health) == ("PG092", Health.UNKNOWN)
    await gone(database, "application_name LIKE 'tocsin:%'")


async def test_a_look_given_up_by_us_leaves_nothing_running_and_the_connection_usable(
    database: str, session: Session
) -> None:
    await session.open()
    first = session.pid

    async def look() -> None:
        async with session.reading("pg.test") as read:
            await read("SELECT pg_sleep(60)")

    task = asyncio.create_task(look())
    await seen(
        database, "application_name = 'tocsin:pg.test' AND state = 'active' AND wait_event = 'PgSleep'"
    )
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await gone(database, "application_name = 'tocsin:pg.test' AND state = 'active'")
    async with session.reading("pg.other") as read:
        await read("SELECT 1")
    assert session.pid == first
    await session.close()


async def test_a_connection_that_was_ended_is_made_anew(database: str, session: Session) -> None:
    await session.open()
    first = session.pid
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    with pytest.raises((GoneError, asyncpg.PostgresError)):
        async with session.reading("pg.test") as read:
            await read("SELECT 1")
    await session.tend()
    assert session.pid not in {0, first}
    await session.close()


async def test_ten_looks_use_one_connection(session: Session) -> None:
    await session.open()

    async def look(number: int) -> int:
        async with session.reading(f"pg.test{number}") as read:
            (row,) = await read("SELECT pg_backend_pid() AS pid")
            return int(row["pid"])

    pids = await asyncio.gather(*(look(number) for number in range(10)))
    await session.close()
    assert set(pids) == {pids[0]}


async def test_a_whole_examination_is_a_bounded_number_of_statements(with_costs: str, looks: Looks) -> None:
    with psycopg.connect(with_costs, autocommit=True) as connection:
        async with looks(as_role(with_costs, "diag")) as examiner:
            connection.execute("SELECT pg_stat_statements_reset()")
            await examined(examiner)
            row = connection.execute(
                "SELECT sum(calls)::int FROM pg_stat_statements JOIN pg_roles ON userid = oid"
                " WHERE rolname = 'diag'"
            ).fetchone()
    assert row
    assert row[0] < 6 * len(WAYS) + 10


def test_statements_are_constants_and_values_are_bound() -> None:
    for source in SOURCES.glob("*.py"):
        text = source.read_text()
        for statement in re.findall(r"await read\(([^,()]+)", text):
            # what is formatted in is the schema of an extension, as the server quotes it
            assert statement.removesuffix(".format").isupper(), f"{source.name}: {statement}"
        # these two are constants of one statement each, which a pooler takes only so
        simple = re.sub(r"\.execute\((BEGIN|END)\)", "", text)
        assert ".execute(" not in simple, (
            f"{source.name}: the simple protocol takes several statements at once"
        )
