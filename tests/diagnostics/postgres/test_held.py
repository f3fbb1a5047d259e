"""What was near a limit must fall well below it; what is young is not held against anyone."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import psycopg
import pytest

from incidents.evidence import Examination, Health
from tests.diagnostics.conftest import Looks, as_role, examined, of
from tests.diagnostics.faults import at_rest, gone, leaked

Limit = Callable[[str], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def of_the_server(_database: str) -> AsyncIterator[str]:
    """47 slots that clients may take; the role that takes them."""
    yield "app"


@asynccontextmanager
async def of_a_role(database: str) -> AsyncIterator[str]:
    """A role with a limit of its own."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE ROLE narrow LOGIN CONNECTION LIMIT 10")
    try:
        yield "narrow"
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("DROP ROLE narrow")


@asynccontextmanager
async def of_the_database(database: str) -> AsyncIterator[str]:
    """A database with a limit of its own; Tocsin's connection counts."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" CONNECTION LIMIT 20')
    yield "app"


def health(examination: Examination, code: str) -> Health:
    """Of that code; what is not said is well."""
    found = [finding.health for finding in examination.findings if finding.code == code]
    return found[0] if found else Health.OK


@pytest.mark.parametrize(
    ("limit", "code", "courses"),
    [
        (of_the_server, "PG103", (39, 36, 30, 36)),
        (of_a_role, "PG106", (8, 7, 6, 7)),
        (of_the_database, "PG109", (15, 13, 8, 13)),
    ],
)
async def test_connections_must_fall_well_below_a_limit_before_they_are_well(
    database: str, looks: Looks, limit: Limit, code: str, courses: tuple[int, ...]
) -> None:
    now, healths = [0.0], []
    async with limit(database) as role, looks(as_role(database, "diag"), monotonic=lambda: now[0]) as looker:
        for count in courses:
            async with at_rest(as_role(database, role), count, "shop"):
                healths.append(health(await examined(looker), code))
            await gone(database, "application_name = 'shop'")
            now[0] += 60
    assert healths == [Health.WARN, Health.WARN, Health.OK, Health.OK]


async def test_transactions_that_were_left_open_only_now_are_not_yet_a_leak(
    database: str, looks: Looks
) -> None:
    async with looks(as_role(database, "diag")) as examiner, leaked(as_role(database, "app"), 5):
        finding = of(await examined(examiner), "pg.idle_in_txn")
    figures = {figure.name: figure.value for figure in finding.figures}
    assert (figures["idle in transaction"], figures["settled"]) == (5, 0)
    assert finding.health is Health.OK
