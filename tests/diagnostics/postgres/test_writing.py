"""A server that cannot archive its log and hardly caches: what that looks like, and what it costs."""

from collections.abc import Callable, Iterator
from typing import NoReturn

import psycopg
import pytest

from incidents.evidence import Health
from storage.embedded import DatabaseError
from tests.diagnostics.conftest import Looks, as_role, examined
from tests.diagnostics.described import coded, codes
from tests.diagnostics.wearing import archiving, done, failed_to_archive, meanwhile
from tests.slots import ROLES

WIDE = "CREATE TABLE wide AS SELECT repeat('x', 500) AS words FROM generate_series(1, 20000)"
LITTLE = {"pages_judged": 1000}


@pytest.fixture(scope="module")
def server(missing: Callable[[str, str], NoReturn]) -> Iterator[str]:
    try:
        with archiving(shared_buffers="1MB") as dsn:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute(ROLES)
                connection.execute(WIDE)
            yield dsn
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


async def test_an_archive_that_fails_is_told_with_what_waits_for_it(server: str, looks: Looks) -> None:
    await failed_to_archive(server)
    async with looks(as_role(server, "diag")) as examiner:
        examination = await examined(examiner)
    finding = coded(examination, "PG604")
    assert finding.health is Health.WARN
    assert finding.sentence.startswith("Archiving the log fails: ")
    assert " of log wait, the oldest for " in finding.sentence
    assert "archive_command" in finding.next_step
    assert "Delete nothing in pg_wal" in finding.next_step
    assert examination.causes[0].code == "ARCHIVING_FAILS"


async def test_what_has_waited_for_long_is_critical(server: str, looks: Looks) -> None:
    await failed_to_archive(server)
    async with looks(as_role(server, "diag"), limits={"archive_wait_critical": 0}) as examiner:
        assert coded(await examined(examiner), "PG604").health is Health.CRITICAL


async def test_a_role_that_may_not_see_what_waits_still_hears_of_failures(server: str, looks: Looks) -> None:
    await failed_to_archive(server)
    async with looks(as_role(server, "blind")) as examiner:
        finding = coded(await examined(examiner), "PG604")
    assert finding.health is Health.WARN
    assert {figure.name: figure.value for figure in finding.figures}["waiting"] is None


async def test_a_server_without_an_archive_says_so_without_an_alarm(database: str, looks: Looks) -> None:
    async with looks(as_role(database, "diag")) as examiner:
        finding = coded(await examined(examiner), "PG604")
    assert (finding.health, finding.sentence) == (Health.OK, "The log is not archived (archive_mode).")


async def test_reads_that_the_cache_cannot_serve_are_told_by_their_share(server: str, looks: Looks) -> None:
    async def reading() -> None:
        await done(server, *["SELECT count(*) FROM wide"] * 5)

    async with looks(as_role(server, "diag"), limits=LITTLE, pause=meanwhile(reading)) as examiner:
        finding = coded(await examined(examiner), "PG705")
    assert finding.health is Health.WARN
    assert "came from the database's cache" in finding.sentence


async def test_reads_that_the_cache_serves_are_quiet(database: str, looks: Looks) -> None:
    async def reading() -> None:
        await done(database, *["SELECT count(*) FROM wide"] * 5)

    await done(database, WIDE)
    async with looks(as_role(database, "diag"), limits=LITTLE, pause=meanwhile(reading)) as examiner:
        examination = await examined(examiner)
    assert "PG705" not in codes(examination)
    assert "% of their pages from the cache" in coded(examination, "PG701").sentence


async def test_checkpoints_that_are_forced_are_counted(server: str, looks: Looks) -> None:
    async def writing() -> None:
        await done(server, *["CHECKPOINT"] * 4)  # the third is counted before the fourth begins

    async with looks(as_role(server, "diag"), pause=meanwhile(writing)) as examiner:
        examination = await examined(examiner)
    assert coded(examination, "PG706").health is Health.WARN
    assert "max_wal_size" in coded(examination, "PG706").meaning
    assert "CHECKPOINTS_FORCED" in {cause.code for cause in examination.causes}
