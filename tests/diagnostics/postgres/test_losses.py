"""Tables that services.toml names: rows that go from them, and rows that only change."""

import pytest

from diagnostics.probes.postgres.losses import losses
from diagnostics.probes.postgres.rowcounts import Rows
from diagnostics.probes.postgres.section import Limits
from incidents.evidence import Finding, Health
from tests.diagnostics.conftest import as_role
from tests.diagnostics.watching import watched
from tests.diagnostics.wearing import done

PROBE = "pg.users_sanity"
USERS = "CREATE TABLE users (id int); INSERT INTO users SELECT generate_series(1, 20000)"
PARTED = """
CREATE TABLE users (id int) PARTITION BY RANGE (id);
CREATE TABLE few PARTITION OF users FOR VALUES FROM (0) TO (1000);
CREATE TABLE many PARTITION OF users FOR VALUES FROM (1000) TO (99999);
INSERT INTO users SELECT generate_series(1, 20000)
"""


async def lost(dsn: str, *statements: str, made: str = USERS) -> list[Finding]:
    """What is found 12 minutes after these statements."""
    await done(dsn, made)
    async with watched(as_role(dsn, "diag"), tables=["public.users"]) as db:
        first = await db.findings(PROBE, at=0)
        assert [(found.code, found.health) for found in first] == [("PG409", Health.OK)]
        assert first[0].sentence == "public.users has about 20,000 rows."
        await done(dsn, *statements)
        return list(await db.findings(PROBE, at=720))[1:]


@pytest.mark.parametrize("made", [USERS, PARTED])
async def test_rows_deleted_in_mass_are_told_with_how_many_there_were(database: str, made: str) -> None:
    (finding,) = await lost(database, "DELETE FROM users WHERE id <= 15000", made=made)
    assert (finding.code, finding.health) == ("PG410", Health.CRITICAL)
    assert finding.sentence == "15,000 of the 20,000 rows that public.users had 12 min ago are gone."
    assert "stop writes first" in finding.next_step


async def test_a_table_that_was_emptied_or_dropped_is_told(database: str) -> None:
    (finding,) = await lost(database, "TRUNCATE users")
    assert finding.sentence == "public.users was emptied: it had 20,000 rows 12 min ago."
    await done(database, "DROP TABLE users")
    (finding,) = await lost(database, "DROP TABLE users")
    assert finding.sentence == "The table public.users is gone: it had 20,000 rows 12 min ago."


@pytest.mark.parametrize("away", ["DROP TABLE many", "ALTER TABLE users DETACH PARTITION many"])
async def test_rows_that_went_with_a_partition_are_told_with_its_name(database: str, away: str) -> None:
    (finding,) = await lost(database, away, made=PARTED)
    assert (finding.code, finding.health) == ("PG410", Health.CRITICAL)
    assert finding.sentence == (
        "The partition many is gone from public.users, with 19,001 of the 20,000 rows that it had 12 min ago."
    )
    assert finding.meaning.startswith("Old partitions are often dropped or detached on purpose.")


@pytest.mark.parametrize(
    "usual",
    ["DROP TABLE few", "CREATE TABLE more PARTITION OF users FOR VALUES FROM (99999) TO (199999)"],
)
async def test_partitions_that_come_and_small_ones_that_go_are_quiet(database: str, usual: str) -> None:
    assert await lost(database, usual, made=PARTED) == []


def test_many_partitions_that_went_are_named_in_part() -> None:
    parts = frozenset(f"{number} p{number}" for number in range(5))
    before = Rows(0, "public.users", "", 1, 1, 20_000, 20_000, 0, parts)
    now = Rows(60, "public.users", "", 1, 1, 0, 0, 0)
    finding = losses("db", now, (before,), Limits())
    assert finding
    assert finding.sentence.startswith(
        "The partitions p0, p1, p2 and 2 more are gone from public.users, with "
    )


async def test_rows_that_were_deleted_and_written_anew_are_a_warning(database: str) -> None:
    anew = "DELETE FROM users; INSERT INTO users SELECT 7 FROM generate_series(1, 20000)"
    (finding,) = await lost(database, anew)
    assert finding.health is Health.WARN
    assert finding.sentence == "20,000 rows of public.users were deleted within 12 min, and others written."


@pytest.mark.parametrize(
    "usual",
    [
        "DELETE FROM users WHERE id <= 1000",
        "UPDATE users SET id = -id",
        "BEGIN; DELETE FROM users; ROLLBACK",
        "VACUUM FULL users",
        "ANALYZE users",
        "INSERT INTO users SELECT generate_series(1, 20000)",
    ],
)
async def test_what_happens_to_a_table_every_day_is_quiet(database: str, usual: str) -> None:
    assert await lost(database, usual) == []


@pytest.mark.parametrize(
    ("since", "rows"),
    [
        ("INSERT INTO users VALUES (1)", "20,001"),
        ("UPDATE users SET id = -id WHERE id <= 5000", "20,000"),
        ("DELETE FROM users WHERE id = 7", "19,999"),
        ("BEGIN; DELETE FROM users; ROLLBACK", "20,000"),
        ("BEGIN; INSERT INTO users SELECT generate_series(1, 15000); ROLLBACK", "20,000"),
        ("INSERT INTO users SELECT generate_series(1, 9000); ANALYZE users", "29,000"),
        ("INSERT INTO users VALUES (-1); DELETE FROM users WHERE id < 0", "20,000"),
    ],
)
async def test_after_counters_began_anew_the_first_write_is_no_loss(
    database: str, since: str, rows: str
) -> None:
    anew = f"{USERS}; ANALYZE users"
    await done(database, anew)
    await done(database, "SELECT pg_stat_reset()")
    async with watched(as_role(database, "diag"), tables=["public.users"]) as db:
        (first,) = await db.findings(PROBE, at=0)
        assert first.sentence == "public.users has about 20,000 rows."
        await done(database, since)
        (second,) = await db.findings(PROBE, at=720)
    assert second.sentence == f"public.users has about {rows} rows."


async def test_a_loss_after_counters_began_anew_is_told(database: str) -> None:
    await done(database, f"{USERS}; ANALYZE users")
    await done(database, "SELECT pg_stat_reset()")
    async with watched(as_role(database, "diag"), tables=["public.users"]) as db:
        await db.findings(PROBE, at=0)
        await done(database, "DELETE FROM users WHERE id <= 15000")
        _, finding = await db.findings(PROBE, at=720)
    assert finding.sentence == "15,000 of the 20,000 rows that public.users had 12 min ago are gone."


async def test_a_name_that_no_table_bears_is_unknown(database: str) -> None:
    async with watched(as_role(database, "diag"), tables=["public.user"]) as db:
        (finding,) = await db.findings(PROBE, at=0)
    assert finding.health is Health.UNKNOWN
    assert finding.sentence == "There is no table public.user in this database."


async def test_without_names_nothing_is_asked(database: str) -> None:
    async with watched(as_role(database, "diag")) as db:
        assert await db.findings(PROBE, at=0) == ()


def test_counters_that_began_anew_after_a_crash_are_no_loss() -> None:
    before = Rows(0, "public.users", "before the crash", 1, 1, 20_000, 0, 0)
    after = Rows(60, "public.users", "after it", 1, 1, 0, 0, 0)
    assert not after.follows(before)


def test_a_small_table_is_not_judged() -> None:
    before = Rows(0, "public.users", "", 1, 1, 900, 900, 0)
    assert losses("db", Rows(60, "public.users", "", 1, 1, 0, 900, 900), (before,), Limits()) is None
