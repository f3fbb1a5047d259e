"""A primary and the standby that streams from it, looked at from both ends."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from incidents.evidence import Finding, Health
from storage.embedded import DatabaseError, Server
from tests.diagnostics.conftest import Looks, examined, of
from tests.diagnostics.described import coded
from tests.diagnostics.faults import connected, gone, holds, seen
from tests.diagnostics.pair import Pair, paired
from tests.diagnostics.watching import watched
from tests.diagnostics.wearing import ROWS, UPDATE, done, meanwhile


@pytest.fixture
def pair(missing: Callable[[str, str], NoReturn]) -> Iterator[Pair]:
    try:
        with paired() as found:
            yield found
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


async def told(looks: Looks, server: Server) -> Finding:
    async with looks(server.dsn) as examiner:
        return of(await examined(examiner), "pg.replication")


async def test_a_pair_that_keeps_up_is_well_at_both_ends(pair: Pair, looks: Looks) -> None:
    pair.write()
    pair.level()
    primary, standby = await told(looks, pair.primary), await told(looks, pair.standby)
    assert (primary.code, primary.health) == ("PG601", Health.OK)
    assert primary.sentence.startswith("1 standby; the lag of second is ")
    assert (standby.code, standby.health) == ("PG603", Health.OK)


async def test_a_paused_replay_is_told_by_the_standby_and_measured_by_the_primary(
    pair: Pair, looks: Looks
) -> None:
    pair.on_standby("SELECT pg_wal_replay_pause()")
    pair.write()
    primary, standby = await told(looks, pair.primary), await told(looks, pair.standby)
    assert standby.health is Health.CRITICAL
    assert "its replay is paused" in standby.sentence
    waiting = {figure.name: figure.value for figure in standby.figures}
    behind = {figure.name: figure.value for figure in primary.figures}
    assert isinstance(waiting["not replayed"], float)
    assert isinstance(behind["lag in bytes"], float)
    assert min(waiting["not replayed"], behind["lag in bytes"]) > 16 * 1024**2


async def test_a_standby_that_stays_a_little_behind_is_ill_and_one_that_was_so_once_is_not(
    pair: Pair,
) -> None:
    pair.on_primary("CREATE TABLE before ()")
    pair.level()
    pair.on_standby("ALTER SYSTEM SET recovery_min_apply_delay = '10min'")
    pair.on_standby("SELECT pg_reload_conf()")
    pair.write()
    limits = {"replica_lag_note": 0, "replica_lag_warn": 900}
    async with watched(pair.standby.dsn, limits=limits) as standby:
        once = await standby.tell("pg.replication", at=0)
        stays = await standby.tell("pg.replication", at=20)
    assert (once.code, once.health) == ("PG603", Health.OK)
    assert stays.health is Health.WARN
    assert stays.sentence.endswith(" behind, for 20 s now.")


async def test_a_burst_after_a_quiet_night_is_no_lag(pair: Pair) -> None:
    pair.on_primary("CREATE TABLE before ()")
    pair.level()
    async with watched(pair.standby.dsn, limits={"replica_lag_warn": 0.001}) as standby:
        await standby.tell("pg.replication", at=0)
        pair.on_standby("ALTER SYSTEM SET recovery_min_apply_delay = '10min'")
        pair.on_standby("SELECT pg_reload_conf()")
        pair.write()
        burst = await standby.tell("pg.replication", at=0.0005)
        lag = await standby.tell("pg.replication", at=1)
    assert (burst.health, lag.health) == (Health.OK, Health.WARN)


async def test_reads_that_the_replay_cancels_are_told_by_the_standby(pair: Pair, looks: Looks) -> None:
    pair.on_primary(ROWS)
    for setting in ("hot_standby_feedback = off", "max_standby_streaming_delay = 0"):
        pair.on_standby(f"ALTER SYSTEM SET {setting}")
    pair.on_standby("SELECT pg_reload_conf()")
    pair.level()

    async def cancelled() -> None:
        async with connected(pair.standby.dsn, "report") as report:
            await report.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM payments")
            await done(pair.primary.dsn, UPDATE, "VACUUM payments")
            pair.level()
        await gone(pair.standby.dsn, "application_name = 'report'")

    async with looks(pair.standby.dsn, pause=meanwhile(cancelled)) as examiner:
        examination = await examined(examiner)
    finding = coded(examination, "PG707")
    assert finding.health is Health.WARN
    assert finding.sentence.endswith("mostly over row versions that VACUUM removed on the primary.")
    assert examination.causes[0].code == "STANDBY_CONFLICTS"


async def test_a_query_on_the_standby_that_keeps_the_primary_from_vacuuming_is_named(
    pair: Pair, looks: Looks
) -> None:
    pair.on_primary(ROWS)
    pair.level()
    async with connected(pair.standby.dsn, "report") as report:
        await report.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM payments")
        await seen(pair.primary.dsn, "backend_type = 'walsender' AND backend_xmin IS NOT NULL")
        await done(pair.primary.dsn, UPDATE)
        async with looks(pair.primary.dsn, limits={"dead_size": 1, "held_transactions": 1}) as examiner:
            examination = await examined(examiner)
    dead = coded(examination, "PG403")
    assert dead.health is Health.CRITICAL
    assert "VACUUM may not remove them because of a query on the standby second" in dead.sentence
    assert "hot_standby_feedback" in dead.next_step
    assert examination.causes[0].code == "LONG_XACT_BLOAT"


async def test_a_slot_that_keeps_dead_rows_for_its_standby_is_named(pair: Pair, looks: Looks) -> None:
    pair.on_primary(f"{ROWS} SELECT pg_create_physical_replication_slot('second')")
    pair.on_standby("ALTER SYSTEM SET primary_slot_name = 'second'")
    pair.on_standby("SELECT pg_reload_conf()")
    await holds(
        pair.primary.dsn, "EXISTS (SELECT FROM pg_replication_slots WHERE active AND xmin IS NOT NULL)"
    )
    pair.level()
    async with connected(pair.standby.dsn, "report") as report:
        await report.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM payments")
        await done(pair.primary.dsn, UPDATE)
        pair.level()
        await holds(pair.primary.dsn, "(SELECT age(xmin) FROM pg_replication_slots) > 0")
        async with looks(pair.primary.dsn, limits={"dead_size": 1, "held_transactions": 1}) as examiner:
            examination = await examined(examiner)
    dead = coded(examination, "PG403")
    assert "because of the replication slot second (read), " in dead.sentence
    assert "dropping the slot" in dead.next_step
    assert examination.causes[0].code == "LONG_XACT_BLOAT"
