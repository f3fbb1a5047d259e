"""Looks on record: the last one before a time, for a day."""

from datetime import datetime, timedelta

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine, inspect

from incidents.evidence import Figure, Finding, Health
from incidents.looked import Looked
from storage.database import Database
from storage.looked import PostgresLookBook
from storage.schema import configuration, migrate

MINUTE = timedelta(minutes=1)
FIGURES = (Figure("taken", 98, "%"), Figure("share", 1.5), Figure("who", "a\0b"), Figure("lag", None, "s"))
FULL = Finding("PG103", "pg.pool", "payments db", Health.CRITICAL, "46 of 47 slots are taken.", FIGURES)


@pytest.fixture
def book(database: Database) -> PostgresLookBook:
    return PostgresLookBook(database)


async def test_the_last_look_before_a_time_comes_back_with_its_figures(
    book: PostgresLookBook, noon: datetime
) -> None:
    for minutes in (0, 3, 5):
        await book.keep({"payments db": Looked(noon + minutes * MINUTE, (FULL,))})
    found = await book.last({"payments db": noon + 5 * MINUTE, "payments api": noon})
    assert list(found) == ["payments db"]
    look = found["payments db"]
    assert look.at == noon + 3 * MINUTE
    (finding,) = look.findings
    assert (finding.code, finding.health, finding.sentence) == ("PG103", Health.CRITICAL, FULL.sentence)
    assert [figure.value for figure in finding.figures] == [98, 1.5, "a\ufffdb", None]


async def test_each_target_has_its_own_and_the_same_look_is_kept_once(
    book: PostgresLookBook, noon: datetime
) -> None:
    both = {"payments db": Looked(noon, (FULL,)), "users db": Looked(noon, ())}
    await book.keep(both)
    await book.keep(both)
    found = await book.last(dict.fromkeys(both, noon + MINUTE))
    assert {name: len(look.findings) for name, look in found.items()} == {"payments db": 1, "users db": 0}


async def test_what_is_older_than_a_day_is_forgotten(book: PostgresLookBook, noon: datetime) -> None:
    await book.keep({"payments db": Looked(noon, (FULL,))})
    assert await book.last({"payments db": noon + timedelta(hours=25)}) == {}
    await book.keep({"users db": Looked(noon + timedelta(hours=25), ())})
    assert await book.last({"payments db": noon + MINUTE}) == {}


async def test_nothing_asked_and_nothing_kept_is_no_trouble(book: PostgresLookBook) -> None:
    await book.keep({})
    assert await book.last({}) == {}


def test_a_record_from_before_there_were_looks_gets_their_table(empty_database_url: str) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(empty_database_url))
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
        assert not inspect(connection).has_table("looks")
    migrate(empty_database_url)
    assert inspect(engine).has_table("looks")
    engine.dispose()
