"""The record of standing checks: looks are begun once among replicas, turns and their messages are kept."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import psycopg
import pytest
import pytest_asyncio
from alembic import command
from sqlalchemy import create_engine, inspect

from incidents.check_record import Judged
from incidents.checking import begun
from incidents.checks import CheckId, Standing, State, Streak, Turn, TurnKind
from incidents.evidence import Health
from incidents.model import MessageId, PersonId, RoomId
from incidents.ports import Posted
from incidents.work import ShowTurn
from storage.checks import PostgresChecks
from storage.database import Database, open_database
from storage.schema import configuration, migrate
from tests.budgets import PATIENT

API, DB = CheckId("payments api"), CheckId("payments db")
BOTH = [API, DB]


@pytest_asyncio.fixture
async def record(database: Database, queued: list[object]) -> PostgresChecks:
    async def enqueue(_connection: object, _incident: object, works: object, _request: object) -> None:
        queued.append(works)

    return PostgresChecks(database, enqueue=enqueue)


@pytest_asyncio.fixture
async def other_replica(database_url: str, record: PostgresChecks) -> AsyncIterator[PostgresChecks]:
    _ = record  # the tables are there by now

    async def enqueue(*_: object) -> None:
        return

    async with open_database(database_url, budget=PATIENT) as another:
        yield PostgresChecks(another, enqueue=enqueue)


async def claimed(record: PostgresChecks, now: datetime, limit: int = 10) -> list[CheckId]:
    return [s.check for s in await record.claim(BOTH, now, limit, lambda found: begun(found, now))]


async def test_a_look_that_is_due_is_begun_by_one_replica(
    record: PostgresChecks, other_replica: PostgresChecks, noon: datetime
) -> None:
    await record.prepare({API: noon, DB: noon})
    begun_by = await asyncio.gather(*(claimed(each, noon) for each in (record, other_replica) * 5))
    assert sorted(name for names in begun_by for name in names) == BOTH
    assert await claimed(record, noon + timedelta(seconds=59)) == []
    assert sorted(await claimed(record, noon + timedelta(seconds=61))) == BOTH, "the look was lost"


async def test_the_longest_due_comes_first_and_only_what_is_configured(
    record: PostgresChecks, noon: datetime
) -> None:
    await record.prepare({API: noon, DB: noon - timedelta(seconds=1), CheckId("gone"): noon})
    assert await claimed(record, noon, limit=1) == [DB]
    assert await claimed(record, noon) == [API]


async def test_what_is_on_record_is_not_made_new_by_a_restart(record: PostgresChecks, noon: datetime) -> None:
    await record.prepare({API: noon})
    bad = Standing(API, noon + timedelta(hours=1), State.BAD, noon, bad=Streak(3, 4, noon))
    await record.change(API, noon, lambda _: Judged(bad))
    await record.prepare({API: noon})
    assert await record.standings(BOTH) == [bad]


async def test_a_turn_is_kept_with_its_message_however_it_changes(
    record: PostgresChecks, noon: datetime, queued: list[object]
) -> None:
    await record.prepare({API: noon})
    turn = Turn(1, TurnKind.BAD, noon, noon, 3, 3, Health.CRITICAL, "It fails\0.")
    show = (ShowTurn(API, 1),)
    await record.change(API, noon, lambda found: Judged(replace(found, turn=turn), show, (turn,)))
    assert queued == [show]
    await record.attempt(API, 1)
    posted = Posted(RoomId("C1"), MessageId("1.1"))
    await record.keep(API, 1, posted)
    known = replace(turn, known_by=PersonId("ada"), known_at=noon)
    await record.change(API, noon, lambda found: Judged(replace(found, turn=known), show, (known,)))

    told = await record.told(API, 1)
    assert told is not None
    assert (told.turn.known_by, told.posted, told.attempted) == ("ada", posted, True)
    assert told.turn.sentence == "It fails\ufffd."
    assert await record.told(API, 2) is None


async def test_a_check_that_is_not_on_record_cannot_be_changed(
    record: PostgresChecks, noon: datetime
) -> None:
    assert await record.change(API, noon, Judged) is None


async def test_a_decision_that_refuses_changes_nothing(record: PostgresChecks, noon: datetime) -> None:
    await record.prepare({API: noon})
    before = await record.standings([API])

    def refuse(_: Standing) -> Judged:
        raise LookupError

    with pytest.raises(LookupError):
        await record.change(API, noon, refuse)
    assert await record.standings([API]) == before


def test_a_record_from_before_there_were_checks_gets_their_tables(empty_database_url: str) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(empty_database_url))
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        assert not inspect(connection).has_table("checks")
    migrate(empty_database_url)
    assert {"checks", "turns"} <= set(inspect(engine).get_table_names())
    engine.dispose()
