"""What a real server counts while we look and in the minutes before: each fault, and its healthy control."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import psycopg
import pytest

from diagnostics.probes.postgres.counters import checkpoints, deadlocks
from diagnostics.probes.postgres.counts import Change, Counts, Tally, change
from diagnostics.probes.postgres.section import Limits
from incidents.evidence import Health
from tests.diagnostics.conftest import Looks, as_role, examined
from tests.diagnostics.described import coded, codes
from tests.diagnostics.faults import connected
from tests.diagnostics.wearing import ROWS, SORT, deadlocked, done, meanwhile, spilled

END_LEAKED = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'reports-export'"
)
SPILLING = {"spill_warn": 1, "spill_judged": 1}


@pytest.fixture
def shop(database: str) -> str:
    """A database with 20,000 payments."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(ROWS)
    return database


def diag(dsn: str) -> str:
    return as_role(dsn, "diag")


async def test_a_deadlock_is_counted_with_how_the_server_looks_for_them(shop: str, looks: Looks) -> None:
    async with looks(diag(shop), pause=meanwhile(lambda: deadlocked(shop, 1))) as examiner:
        examination = await examined(examiner)
    finding = coded(examination, "PG702")
    assert finding.health is Health.WARN
    assert finding.sentence.startswith("1 deadlock within ")
    assert finding.next_step.endswith("For the waits before them: log_lock_waits = on.")
    figures = {figure.name: figure.value for figure in finding.figures}
    assert (figures["deadlocks"], figures["deadlock_timeout"], figures["log_lock_waits"]) == (1, 1000, "off")
    assert examination.causes[0].code == "DEADLOCKS"


async def test_what_happened_since_the_look_before_is_counted_too(shop: str, looks: Looks) -> None:
    now = [0.0]
    async with looks(diag(shop), monotonic=lambda: now[0]) as examiner:
        quiet = await examined(examiner)
        await deadlocked(shop, 1)
        now[0] = 30.0
        examination = await examined(examiner)
    assert "PG702" not in codes(quiet)
    assert coded(examination, "PG702").health is Health.WARN


def changed(seconds: float, **counts: int) -> Change:
    zero = dict.fromkeys(Change.__slots__[1:], 0)
    return Change(seconds=seconds, **zero | counts)


def test_more_than_five_deadlocks_a_minute_are_critical() -> None:
    healths = [
        deadlocks("db", changed(seconds, deadlocks=count), Limits(), None).health
        for seconds, count in ((2, 5), (2, 6), (120, 10), (120, 11))
    ]
    assert healths == [Health.WARN, Health.CRITICAL, Health.WARN, Health.CRITICAL]


async def test_a_spill_names_its_statement_without_its_literals(with_costs: str, looks: Looks) -> None:
    dsn, pause = diag(with_costs), meanwhile(lambda: spilled(with_costs))
    async with looks(dsn, limits=SPILLING, pause=pause) as examiner:
        examination = await examined(examiner)
    finding = coded(examination, "PG704")
    assert finding.health is Health.WARN
    assert " of temporary files were written within " in finding.sentence
    assert ", most by SELECT count(*) FROM (SELECT n FROM generate_series(" in finding.sentence
    assert "200000" not in finding.sentence
    assert examination.causes[0].code == "WORKMEM_SPILL"


async def test_temporary_files_of_a_statement_that_has_not_ended_are_seen(shop: str, looks: Looks) -> None:
    select = SORT.removeprefix("SELECT count(*) FROM (").removesuffix(") AS sorted")
    async with connected(as_role(shop, "app"), "reports-export") as report:
        await report.execute(f"SET work_mem = '64kB'; BEGIN; DECLARE rows CURSOR FOR {select}; FETCH rows")
        async with looks(diag(shop), limits={"spill_open_warn": 1}) as examiner:
            finding = coded(await examined(examiner), "PG704")
    assert finding.sentence.startswith("Statements at work hold ")
    assert finding.table[1][1] == "reports-export"


async def test_one_small_sort_on_the_disk_is_quiet(shop: str, looks: Looks) -> None:
    async with looks(diag(shop), pause=meanwhile(lambda: spilled(shop))) as examiner:
        examination = await examined(examiner)
    assert "PG704" not in codes(examination)
    assert examination.health is Health.OK


async def test_a_role_without_privileges_still_has_its_counters(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "blind")) as examiner:
        examination = await examined(examiner)
    assert coded(examination, "PG701").health is Health.OK


def failing(dsn: str, *, failed: int, well: int) -> Callable[[], Awaitable[None]]:
    async def act() -> None:
        await done(dsn, *["BEGIN; ROLLBACK"] * failed, *["SELECT 1"] * well)

    return act


async def test_transactions_that_fail_are_told_by_their_share(shop: str, looks: Looks) -> None:
    async with looks(diag(shop), pause=meanwhile(failing(shop, failed=100, well=100))) as examiner:
        examination = await examined(examiner)
    finding = coded(examination, "PG703")
    assert finding.health is Health.WARN
    assert "were rolled back" in finding.sentence
    assert examination.causes[0].code == "FAILING_TRANSACTIONS"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("default_transaction_read_only = on", "transactions are read-only for the role app unless they ask"),
        ("statement_timeout = '200ms'", "statement_timeout is 200 ms for the role app"),
        ("statement_timeout = '30s'", "not known"),
    ],
)
async def test_why_transactions_fail_is_told_where_a_setting_makes_them(
    shop: str, looks: Looks, setting: str, said: str
) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute(
            f"ALTER ROLE app SET {setting}; ALTER ROLE diag SET default_transaction_read_only = on"
        )
        try:
            async with looks(diag(shop), pause=meanwhile(failing(shop, failed=100, well=9))) as examiner:
                examination = await examined(examiner)
        finally:
            connection.execute("ALTER ROLE app RESET ALL; ALTER ROLE diag RESET ALL")
    reason = next(f.value for f in coded(examination, "PG703").figures if f.name == "reason")
    assert reason == said
    assert (said in examination.causes[0].held[-1]) is (said != "not known")


async def test_sessions_that_somebody_ended_are_no_failing_transactions(shop: str, looks: Looks) -> None:
    async def ended() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(15):
                leaked = await stack.enter_async_context(connected(as_role(shop, "app"), "reports-export"))
                await leaked.execute("BEGIN; SELECT 1")
            await done(shop, END_LEAKED, *["SELECT 1"] * 100)

    async with looks(diag(shop), pause=meanwhile(ended)) as examiner:
        examination = await examined(examiner)
    assert "PG703" not in codes(examination)
    assert next(f.value for f in coded(examination, "PG701").figures if f.name == "rollbacks") == 0


@pytest.mark.parametrize(("failed", "well"), [(20, 0), (5, 200)])
async def test_few_failures_or_little_traffic_are_quiet(
    shop: str, looks: Looks, failed: int, well: int
) -> None:
    async with looks(diag(shop), pause=meanwhile(failing(shop, failed=failed, well=well))) as examiner:
        assert "PG703" not in codes(await examined(examiner))


def counts(at: float, commits: int, reset: str = "then") -> Counts:
    return Counts(at, reset, commits, *(0 for _ in range(7)))


def test_the_tally_reaches_back_as_far_as_asked_and_not_beyond_a_reset() -> None:
    tally = Tally()
    for at in (0.0, 30.0, 60.0):
        tally.keep(counts(at, int(at)))
    assert tally.since(counts(70.0, 70), 120).at == 0.0
    assert tally.since(counts(70.0, 70), 45).at == 30.0
    assert tally.since(counts(70.0, 0, "reset"), 120).at == 70.0
    tally.keep(counts(2000.0, 1))
    assert tally.since(counts(2000.0, 1), 9000).at == 2000.0


def test_a_counter_that_fell_has_not_counted_backwards() -> None:
    assert change(counts(0, 100), counts(10, 3), 2).transactions == 0


def test_forced_checkpoints_are_ill_only_when_there_are_many_of_them() -> None:
    assert checkpoints("db", changed(600, forced=2), Limits()) is None
    assert checkpoints("db", changed(600, forced=3, timed=3), Limits()) is None
    found = checkpoints("db", changed(600, forced=3, timed=2), Limits())
    assert found
    assert found.sentence == "3 of 5 checkpoints within 10 min did not wait for their time."
