"""Dead rows and who keeps them, ids that run out, indexes never finished: each provoked on a real server."""

import psycopg
import pytest

from incidents.evidence import Health
from tests.diagnostics.conftest import Looks, as_role, examined, of
from tests.diagnostics.described import coded, codes
from tests.diagnostics.faults import connected
from tests.diagnostics.wearing import BURN, ROWS, UPDATE, done, reporting

SMALL = {"dead_size": 1, "transaction_warn": 0}
AGES = "SELECT age(datfrozenxid), mxid_age(datminmxid) FROM pg_database ORDER BY 1 DESC, 2 DESC"


@pytest.fixture
def shop(database: str) -> str:
    """A database with 20,000 payments."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(ROWS)
        connection.execute("ALTER TABLE payments OWNER TO app")
    return database


def diag(dsn: str) -> str:
    return as_role(dsn, "diag")


def ages(dsn: str) -> tuple[int, int]:
    """Of the oldest database: in transactions and in shared row locks."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        rows = connection.execute(AGES).fetchall()
        return max(xids for xids, _ in rows), max(multixacts for _, multixacts in rows)


async def test_dead_rows_kept_by_a_transaction_left_open_are_told_with_who_keeps_them(
    shop: str, looks: Looks
) -> None:
    async with reporting(as_role(shop, "app")) as pid, looks(diag(shop), limits=SMALL) as examiner:
        await done(shop, UPDATE)
        examination = await examined(examiner)
    dead, held = coded(examination, "PG403"), coded(examination, "PG404")
    assert dead.health is Health.CRITICAL
    assert dead.sentence.startswith("20,000 dead rows in public.payments, 50 % of its rows, at ")
    assert (
        f"may not remove them because of reports-export (process {pid}, idle in transaction)" in dead.sentence
    )
    assert dead.next_step.endswith(f"pg_terminate_backend({pid})`. Then `VACUUM public.payments`.")
    assert {figure.name: figure.value for figure in dead.figures}["kept back"] == "yes"
    assert held.sentence.startswith("VACUUM keeps what ")
    assert examination.causes[0].code == "LONG_XACT_BLOAT"
    assert examination.causes[0].actions == ("pg.end_idle",)


async def test_a_vacuum_that_came_and_removed_nothing_does_not_clear_the_holder(
    shop: str, looks: Looks
) -> None:
    limits = SMALL | {"dead_critical": 90}
    async with reporting(as_role(shop, "app")), looks(diag(shop), limits=limits) as examiner:
        await done(shop, UPDATE, "VACUUM payments")
        dead = coded(await examined(examiner), "PG403")
    assert dead.health is Health.WARN
    assert "because of reports-export" in dead.sentence


async def test_a_prepared_transaction_that_keeps_dead_rows_is_named(shop: str, looks: Looks) -> None:
    await done(shop, "BEGIN; INSERT INTO payments VALUES (0, 0); PREPARE TRANSACTION 'forgotten'")
    try:
        async with looks(diag(shop), limits=SMALL) as examiner:
            await done(shop, f"{UPDATE} WHERE id > 0")
            examination = await examined(examiner)
    finally:
        await done(shop, "ROLLBACK PREPARED 'forgotten'")
    assert "because of the prepared transaction forgotten" in coded(examination, "PG403").sentence
    assert "ROLLBACK PREPARED" in coded(examination, "PG403").next_step
    assert examination.causes[0].code == "LONG_XACT_BLOAT"


async def test_a_reader_at_rest_in_its_transaction_is_not_blamed(shop: str, looks: Looks) -> None:
    async with connected(as_role(shop, "app"), "api") as reader:
        await reader.execute("BEGIN; SELECT count(*) FROM payments")  # READ COMMITTED holds nothing at rest
        async with looks(diag(shop), limits=SMALL) as examiner:
            examination = await examined(examiner)
    assert coded(examination, "PG403").health is Health.OK
    assert "PG404" not in codes(examination)


async def test_dead_rows_below_the_gates_are_quiet(shop: str, looks: Looks) -> None:
    async with (
        reporting(as_role(shop, "app")),
        looks(diag(shop), limits={"transaction_warn": 0}) as examiner,
    ):
        await done(shop, UPDATE)
        dead = coded(await examined(examiner), "PG403")
    assert (dead.health, dead.sentence) == (Health.OK, "No large table is full of dead rows.")


async def test_autovacuum_that_is_off_for_a_table_is_said(shop: str, looks: Looks) -> None:
    await done(shop, "ALTER TABLE payments SET (autovacuum_enabled = off)", UPDATE)
    async with looks(diag(shop), limits={"dead_size": 1}) as examiner:
        examination = await examined(examiner)
    dead = coded(examination, "PG403")
    assert dead.health is Health.WARN
    assert dead.sentence.endswith("; autovacuum is off for it.")
    assert examination.causes[0].code == "VACUUM_BEHIND"


async def test_what_autovacuum_leaves_by_design_is_well(shop: str, looks: Looks) -> None:
    await done(shop, "ALTER TABLE payments SET (autovacuum_vacuum_scale_factor = 2)", UPDATE)
    async with looks(diag(shop), limits={"dead_size": 1}) as examiner:
        dead = coded(await examined(examiner), "PG403")
    assert dead.health is Health.OK
    assert "autovacuum leaves that many by design" in dead.sentence


async def test_a_table_under_a_schema_change_is_judged_without_waiting_for_it(
    shop: str, looks: Looks
) -> None:
    await done(shop, "ALTER TABLE payments SET (autovacuum_enabled = off)", UPDATE, "ANALYZE payments")
    async with connected(shop, "migration") as migration:
        await migration.execute("BEGIN; LOCK TABLE payments IN ACCESS EXCLUSIVE MODE")
        async with looks(diag(shop), limits={"dead_size": 1}) as examiner:
            examination = await examined(examiner)
    assert "PG091" not in codes(examination)
    assert coded(examination, "PG403").health is Health.WARN


async def test_a_database_that_ages_is_told_with_its_oldest_table(database: str, looks: Looks) -> None:
    limit = ages(database)[0] + 200
    async with looks(diag(database), limits={"xid_warn": limit}) as examiner:
        young = coded(await examined(examiner), "PG405")
    await done(database, BURN)
    async with looks(diag(database), limits={"xid_warn": limit}) as examiner:
        examination = await examined(examiner)
    old = coded(examination, "PG405")
    assert (young.health, old.health) == (Health.OK, Health.WARN)
    table = {figure.name: figure.value for figure in old.figures}["table"]
    assert old.sentence.endswith(f"its oldest table is {table}.")
    assert f"VACUUM (FREEZE) {table}`" in old.next_step
    assert examination.causes[0].code == "XID_WRAPAROUND"
    assert "PG406" not in codes(examination)


async def test_the_oldest_database_is_named_although_it_is_another(database: str, looks: Looks) -> None:
    await done(database, BURN, "VACUUM (FREEZE)")
    limit = ages(database)[0] - 10
    async with looks(diag(database), limits={"xid_warn": 1, "xid_critical": limit}) as examiner:
        old = coded(await examined(examiner), "PG405")
    assert old.health is Health.CRITICAL
    assert "fresh_" not in old.sentence
    assert "oldest table" not in old.sentence


async def test_shared_row_locks_age_too(shop: str, looks: Looks) -> None:
    limit = ages(shop)[1] + 1
    for _ in range(3):
        async with connected(shop, "api") as one, connected(shop, "api") as other:
            for each in (one, other):
                await each.execute("BEGIN; SELECT FROM payments WHERE id = 1 FOR SHARE")
    async with looks(diag(shop), limits={"multixact_warn": limit}) as examiner:
        examination = await examined(examiner)
    assert coded(examination, "PG406").health is Health.WARN
    assert "shared row locks" in coded(examination, "PG406").sentence
    assert examination.causes[0].code == "XID_WRAPAROUND"


async def test_an_index_that_could_not_be_finished_is_named(shop: str, looks: Looks) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("UPDATE payments SET amount = 1 WHERE id < 3")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("CREATE UNIQUE INDEX CONCURRENTLY once ON payments (amount)")
    async with looks(diag(shop)) as examiner:
        examination = await examined(examiner)
    finding = coded(examination, "PG408")
    assert finding.health is Health.WARN
    assert finding.sentence == "The index public.once on public.payments is invalid: no query uses it."
    assert examination.causes[0].code == "INVALID_INDEX"


async def test_a_database_at_ease_shows_no_wear(shop: str, looks: Looks) -> None:
    async with looks(diag(shop)) as examiner:
        examination = await examined(examiner)
    assert examination.health is Health.OK
    assert not {"PG404", "PG406", "PG408"} & codes(examination)
    assert of(examination, "pg.xid").health is Health.OK
