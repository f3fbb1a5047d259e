"""The lanes: order, coalescing, what is void, what is looked for, what is given up."""

from datetime import timedelta

import pytest

from incidents.ending_facts import Reopened, Resolved
from incidents.errors import Unavailable
from incidents.facts import EVERYONE, Acknowledged, Fact, NoteAdded, NotInvited, RoleAssigned, UpdateAsked
from incidents.model import IncidentId, PersonId, RoomId
from incidents.notices import BoardNotice, FactNotice
from incidents.ports import PlaceUnwritableError
from incidents.roles import Role
from incidents.work import Board
from tests.workflows.conftest import World
from workflows.deliveries import ATTEMPTS, Deliveries, LaneHeldError
from workflows.turns import TurnLostError


def told(world: World) -> list[Fact]:
    """The facts said in the room, without the first words."""
    notices = [m.notice for m in world.chat.messages.values() if not m.place.room.startswith(("D", "CANN"))]
    return [n.fact for n in notices if isinstance(n, FactNotice)][1:]


async def test_what_was_decided_is_said_in_order(world: World) -> None:
    incident = await world.housed()
    await world.desk.acknowledge(world.ask("a"), incident.id)
    await world.desk.assign(world.ask("b"), incident.id, Role.SCRIBE, PersonId("bob"))
    await world.desk.resolve(world.ask("c"), incident.id, "It works.", reason="trivial")
    await world.drain(incident)
    assert [type(fact) for fact in told(world)] == [Acknowledged, RoleAssigned, Resolved]
    assert await world.ports.outbox.pending(incident.id) == []
    assert await world.ports.outbox.waiting() == []
    [(place, name, text)] = world.chat.files
    assert incident.room
    assert place == incident.room.place
    assert name == f"post-mortem-{incident.reference}.md"
    assert "It works." in text


async def test_what_another_says_by_now_is_neither_said_nor_counted_as_a_failure(world: World) -> None:
    incident = await world.housed()
    await world.desk.acknowledge(world.ask("a"), incident.id)

    async def lost() -> None:
        raise TurnLostError

    before = list(world.chat.calls)
    with pytest.raises(TurnLostError):
        await Deliveries(world.ports).drain(incident.id, lost)
    assert world.chat.calls == before
    assert {delivery.attempts for delivery in await world.ports.outbox.pending(incident.id)} == {0}
    await world.drain(incident)
    assert [type(fact) for fact in told(world)] == [Acknowledged]


async def test_many_redraws_of_a_board_are_one_and_it_shows_the_end(world: World) -> None:
    incident = await world.housed()
    for number in range(5):
        await world.desk.assign(world.ask(f"r{number}"), incident.id, Role.SCRIBE, PersonId(f"p{number}"))
    before = len(world.chat.calls)
    await world.drain(incident)
    calls = world.chat.calls[before:]
    assert calls.count("revise") == 2
    assert "topic" not in calls
    assert calls.count("say RoleAssigned") == 5
    posted = await world.journal.board(incident.id, Board.CARD)
    assert posted
    card = world.chat.messages[posted].notice
    assert isinstance(card, BoardNotice)
    assert card.incident.roles[Role.SCRIBE] == "p4"


async def test_a_reminder_that_was_answered_meanwhile_is_not_said(world: World) -> None:
    incident = await world.housed()
    world.clock.move(10)
    assert await world.desk.ring(world.clock()) == 1
    await world.desk.nothing_new(world.ask("answer"), incident.id)
    await world.drain(incident)
    assert UpdateAsked not in [type(fact) for fact in told(world)]


@pytest.mark.parametrize(
    "moment", ["before say Acknowledged", "after say Acknowledged", "before revise", "after revise"]
)
async def test_a_lane_that_fails_anywhere_goes_on_without_loss_or_doubling(world: World, moment: str) -> None:
    incident = await world.housed()
    await world.desk.acknowledge(world.ask("a"), incident.id)
    await world.desk.take(world.ask("b"), incident.id, Role.SCRIBE)

    async def trouble(now: str) -> None:
        if now == moment:
            raise Unavailable("no answer")

    world.chat.trouble = trouble
    with pytest.raises(LaneHeldError):
        await world.drain(incident)
    [held, *_] = await world.ports.outbox.pending(incident.id)
    assert held.attempts == 1
    del world.chat.trouble
    world.chat.trouble = calm
    await world.drain(incident)
    assert [type(fact) for fact in told(world)] == [Acknowledged, RoleAssigned]


async def calm(_moment: str) -> None:
    return


async def test_what_cannot_be_said_for_long_is_given_up_and_the_room_hears_of_it(world: World) -> None:
    incident = await world.housed()
    await world.desk.acknowledge(world.ask("a"), incident.id)
    await world.desk.take(world.ask("b"), incident.id, Role.SCRIBE)

    async def trouble(moment: str) -> None:
        if moment == "before say Acknowledged":
            raise Unavailable("Slack does not answer.")

    world.chat.trouble = trouble
    for _ in range(ATTEMPTS + 1):
        with pytest.raises(LaneHeldError):
            await world.drain(incident)
    world.clock.move(6)
    await world.drain(incident)
    facts = told(world)
    assert [type(fact) for fact in facts] == [RoleAssigned, NoteAdded]
    assert "(acknowledged) could not be posted and was given up: Slack does not answer." in str(facts[1])
    assert await world.ports.outbox.waiting() == []


async def test_a_message_that_cannot_be_drawn_does_not_block_its_lane_for_ever(world: World) -> None:
    incident = await world.housed()
    await world.desk.acknowledge(world.ask("a"), incident.id)

    async def trouble(moment: str) -> None:
        if moment == "before say Acknowledged":
            raise ZeroDivisionError

    world.chat.trouble = trouble
    for _ in range(ATTEMPTS):
        with pytest.raises(LaneHeldError):
            await world.drain(incident)
    world.clock.move(6)
    await world.drain(incident)
    assert [type(fact) for fact in told(world)] == [NoteAdded]


async def test_an_archived_room_is_recorded_and_nothing_more_is_tried(world: World) -> None:
    incident = await world.housed()
    assert incident.room
    world.chat.unwritable.add(incident.room.id)
    await world.desk.acknowledge(world.ask("a"), incident.id)
    await world.drain(incident)
    assert await world.ports.outbox.waiting() == []
    notes = [e.fact for e in await world.ports.ledger.timeline(incident.id) if isinstance(e.fact, NoteAdded)]
    assert ["The channel is archived" in note.text for note in notes] == [True]


async def test_a_room_that_cannot_be_invited_to_does_not_stop_what_follows(world: World) -> None:
    incident = await world.housed()
    await world.desk.acknowledge(world.ask("a"), incident.id)

    async def trouble(moment: str) -> None:
        if moment == "before invite":
            raise PlaceUnwritableError("not in channel")

    world.chat.trouble = trouble
    await world.drain(incident)
    assert [type(fact) for fact in told(world)] == [Acknowledged]
    assert await _not_invited(world, incident.id) == [NotInvited((PersonId("ada"),), "not in channel")]


async def test_one_who_is_given_a_role_is_in_the_room_before_it_is_said(world: World) -> None:
    incident = await world.housed()
    await world.desk.assign(world.ask("b"), incident.id, Role.SCRIBE, PersonId("bob"))
    world.chat.moments.clear()
    await world.drain(incident)
    assert world.chat.calls[:2] == ["invite", "say RoleAssigned"]


async def test_one_who_cannot_be_brought_in_is_told_once_and_keeps_the_role(world: World) -> None:
    incident = await world.housed()
    bob = PersonId("bob")
    world.chat.absent = {bob: "they are a guest"}
    await world.desk.assign(world.ask("b"), incident.id, Role.SCRIBE, bob)
    await world.drain(incident)
    missed = NotInvited((bob,), "they are a guest")
    assert told(world) == [RoleAssigned(Role.SCRIBE, bob), missed]
    assert await _not_invited(world, incident.id) == [missed]
    assert (await world.ports.ledger.get(incident.id)).roles == {Role.SCRIBE: bob}


async def _not_invited(world: World, incident: IncidentId) -> list[NotInvited]:
    facts = [entry.fact for entry in await world.ports.ledger.timeline(incident)]
    return [fact for fact in facts if isinstance(fact, NotInvited)]


async def test_clocks_ring_through_the_lane_and_a_restart_doubles_nothing(world: World) -> None:
    incident = await world.housed()
    for minutes in (10, 5, 0, 5, 5):
        await world.desk.ring(world.clock.move(minutes))
        await world.desk.ring(world.clock())
        await world.drain(incident)
    asked = [fact for fact in told(world) if isinstance(fact, UpdateAsked)]
    assert len(asked) == 4
    assert [fact.called for fact in asked] == [(), (), ("carol",), (EVERYONE,)]


async def test_who_is_called_is_brought_in_and_spoken_to_and_at_last_everybody_hears(world: World) -> None:
    incident = await world.housed()
    for minutes in (15, 5, 5):
        await world.desk.ring(world.clock.move(minutes))
        await world.drain(incident)
    assert incident.room
    assert "carol" in world.chat.invited[incident.room.id]
    places = [
        (message.place.room, message.notice.fact.called)
        for message in world.chat.messages.values()
        if isinstance(message.notice, FactNotice) and isinstance(message.notice.fact, UpdateAsked)
    ]
    assert ("Dcarol", ("carol",)) in places
    assert ("CANN", (EVERYONE,)) in places


async def test_a_call_that_was_answered_meanwhile_reaches_nobody(world: World) -> None:
    incident = await world.housed()
    await world.desk.ring(world.clock.move(20))
    await world.desk.nothing_new(world.ask("n"), incident.id)
    await world.drain(incident)
    assert not [m for m in world.chat.messages.values() if m.place.room == "Dcarol"]


async def test_a_resolved_incident_is_silent(world: World) -> None:
    incident = await world.housed()
    await world.desk.resolve(world.ask("r"), incident.id, "done", reason="trivial")
    assert await world.desk.ring(world.clock() + timedelta(days=1)) == 0
    await world.desk.reopen(world.ask("again"), incident.id, "it is back")
    await world.drain(incident)
    assert [type(fact) for fact in told(world)] == [Resolved, Reopened]
    assert incident.room
    assert incident.room.id != RoomId("CANN")
