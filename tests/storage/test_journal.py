"""The journal of a set-up, and the outbox."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest_asyncio

from incidents.desk import Desk
from incidents.model import Incident, MessageId, Room, RoomId
from incidents.ports import Posted
from incidents.roles import Role
from incidents.work import Board, Invite, Redraw, Request, Tell
from storage.database import Database
from storage.journal import PostgresJournal
from storage.outbox import PostgresOutbox

Ask = Callable[..., Request]


@pytest_asyncio.fixture
async def incident(desk: Desk, ask: Ask) -> Incident:
    return (await desk.declare(ask("declare"), title="down")).incident


async def test_an_intent_is_fresh_once(database: Database, incident: Incident, noon: datetime) -> None:
    journal = PostgresJournal(database)
    begun = await asyncio.gather(*(journal.begin(incident.id, ["card", "pin"], noon) for _ in range(3)))
    assert all(step.begun_at == noon and not step.done for steps in begun for step in steps.values())
    again = (await journal.begin(incident.id, ["card"], noon.replace(hour=13)))["card"]
    assert (again.fresh, again.begun_at) == (False, noon)
    await journal.finish(incident.id, "card", "C1 1.5")
    done = (await journal.begin(incident.id, ["card"], noon))["card"]
    assert (done.done, done.result) == (True, "C1 1.5")


async def test_steps_of_many_incidents_at_once_are_kept_apart(
    desk: Desk, database: Database, ask: Ask, noon: datetime
) -> None:
    journal = PostgresJournal(database)
    ids = [(await desk.declare(ask(f"d{n}"), title="x")).incident.id for n in range(5)]
    begun = await asyncio.gather(*(journal.begin(i, "abc", noon) for i in ids))
    assert [list(steps) for steps in begun] == [list("abc")] * 5
    assert all(step.fresh for steps in begun for step in steps.values())
    await asyncio.gather(*(journal.finish(i, "a", f"of {i}") for i in ids))
    results = [(await journal.begin(i, "a", noon))["a"].result for i in ids]
    assert results == [f"of {i}" for i in ids]


async def test_boards_are_kept_where_they_stand(database: Database, incident: Incident) -> None:
    journal = PostgresJournal(database)
    assert await journal.board(incident.id, Board.CARD) is None
    for message in ("1.1", "1.2"):
        await journal.keep_board(incident.id, Board.CARD, Posted(RoomId("C1"), MessageId(message)))
    assert await journal.board(incident.id, Board.CARD) == Posted(RoomId("C1"), MessageId("1.2"))


async def test_rooms_are_owned_once_they_are_on_record(
    desk: Desk, database: Database, incident: Incident, ask: Ask
) -> None:
    journal = PostgresJournal(database)
    rooms = [RoomId("C1"), RoomId("C2")]
    assert await journal.owned_rooms(rooms) == set()
    await desk.room_opened(ask("room"), incident.id, Room(rooms[0], "incident-x"), "")
    assert await journal.owned_rooms(rooms) == {rooms[0]}


async def test_a_failed_write_reaches_everyone_who_waited_for_it(database: Database, noon: datetime) -> None:
    journal = PostgresJournal(database)
    nobody = [journal.begin(number, ["card"], noon) for number in (98, 99)]  # type: ignore[arg-type]  # no incident's
    results = await asyncio.gather(*nobody, return_exceptions=True)
    assert all(isinstance(result, Exception) for result in results)


async def test_a_lane_keeps_its_order_and_forgets_what_was_said(
    desk: Desk, database: Database, incident: Incident, ask: Ask
) -> None:
    outbox = PostgresOutbox(database)
    await desk.acknowledge(ask("a"), incident.id)
    await desk.take(ask("b"), incident.id, Role.SCRIBE)
    pending = await outbox.pending(incident.id)
    kinds = [type(delivery.work) for delivery in pending]
    assert kinds == [Invite, Tell, Redraw, Redraw, Invite, Tell, Redraw, Redraw]
    assert await outbox.waiting() == [incident.id]
    await outbox.attempt([pending[0].id])
    await outbox.failed(pending[0].id, "no answer", give_up=False)
    first = (await outbox.pending(incident.id))[0]
    assert (first.attempted, first.attempts) == (True, 1)
    await outbox.failed(first.id, "no answer", give_up=True)
    await outbox.done([delivery.id for delivery in pending[1:]])
    assert await outbox.pending(incident.id) == []
    assert await outbox.waiting() == []
    await outbox.done([uuid4()])
