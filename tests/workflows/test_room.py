"""The set-up of a room, run and killed at every moment."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from incidents.catalogue import Catalogue, Link, Service
from incidents.errors import Unavailable
from incidents.facts import AnnouncementFailed, RoomOpened, Via
from incidents.model import Incident, RoomId
from incidents.notices import BoardNotice, FactNotice
from incidents.roles import Role
from incidents.work import Board
from tests.workflows.conftest import World
from tests.workflows.workspace import Workspace
from workflows.opening import NowhereError

MOMENTS = 40


def boards(chat: Workspace, board: Board) -> list[BoardNotice]:
    notices = [message.notice for message in chat.messages.values()]
    return [notice for notice in notices if isinstance(notice, BoardNotice) and notice.board is board]


def welcomes(chat: Workspace) -> list[FactNotice]:
    notices = [message.notice for message in chat.messages.values()]
    return [n for n in notices if isinstance(n, FactNotice) and isinstance(n.fact, RoomOpened)]


async def test_a_declared_incident_gets_a_furnished_room(world: World) -> None:
    incident = await world.housed("SEV1 payments down")
    assert incident.room
    assert incident.room.name == "incident-2026-03-02-sev1-payments-down"
    assert world.chat.calls[0] == "open_room"
    assert world.chat.invited == {incident.room.id: {"ada"}}
    assert world.chat.topics.keys() == {incident.room.id}
    [card], [announcement], [_] = (
        boards(world.chat, Board.CARD),
        boards(world.chat, Board.ANNOUNCEMENT),
        welcomes(world.chat),
    )
    assert card.incident.room == announcement.incident.room == incident.room
    assert world.chat.pinned == {await world.journal.board(incident.id, Board.CARD)}
    assert list(world.chat.bookmarks[incident.room.id].values()) == ["Announcement"]
    assert await world.journal.unfinished() == []
    assert await world.ports.ledger.in_room(incident.room.id) == incident


async def test_whoever_declared_in_slack_is_told_that_the_room_is_there(world: World) -> None:
    incident = await world.housed()
    assert world.chat.answers == [f"The room of {incident.reference} is there, and you are in it."]
    form = replace(world.ask("form"), answer_to="", via=Via.FORM)
    await world.set_up((await world.desk.declare(form, title="by a form")).incident)
    assert len(world.chat.answers) == 2
    shell = replace(world.ask("shell"), answer_to="", via=Via.SHELL)
    await world.set_up((await world.desk.declare(shell, title="by the shell")).incident)
    assert len(world.chat.answers) == 2


async def test_the_services_pages_are_bookmarked(world: World) -> None:
    pages = (Link("Grafana", "https://grafana"), Link("Sentry", "https://sentry"))
    shop = Service("shop", "Shop", "shop", ("checkout",), pages)
    world.ports = replace(world.ports, catalogue=Catalogue({"shop": shop}))
    incident = await world.housed("checkout is slow")
    assert incident.room
    assert incident.room.name.endswith("-shop")
    assert world.chat.bookmarks[incident.room.id] == {
        "https://grafana": "Grafana",
        "https://sentry": "Sentry",
    }


async def killed(world: World, incident: Incident, number: int, how: str) -> bool:
    """Whether that moment was reached; then the run was ended there."""
    seen = 0
    reached = asyncio.Event()

    async def trouble(_moment: str) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            reached.set()
            if how == "fails":
                raise Unavailable("no answer")
            await asyncio.Event().wait()

    world.chat.trouble = trouble
    run = asyncio.create_task(world.set_up(incident))
    waiting = asyncio.create_task(reached.wait())
    await asyncio.wait({run, waiting}, return_when=asyncio.FIRST_COMPLETED)
    run.cancel() if how == "is killed" and reached.is_set() else None
    waiting.cancel()
    await asyncio.gather(run, waiting, return_exceptions=True)
    world.chat.trouble = calm
    return reached.is_set()


async def calm(_moment: str) -> None:
    return


async def at_every_moment(
    world: World, how: str, fresh: Callable[[], Workspace], check: Callable[[Incident], Awaitable[None]]
) -> int:
    """Kill a set-up at its first moment, another at its second and so on, and resume each; how many."""
    for number in range(1, MOMENTS):
        world.chat = fresh()
        world.chat.now = world.clock
        world.ports = replace(world.ports, chat=world.chat)
        incident = await world.declare(f"outage {number} {how}")
        reached = await killed(world, incident, number, how)
        await check(await world.set_up(incident))
        if not reached:
            return number - 1
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("how", ["fails", "is killed"])
async def test_a_set_up_that_ends_at_any_moment_is_resumed_without_doubling(world: World, how: str) -> None:
    async def check(incident: Incident) -> None:
        chat = world.chat
        assert incident.room
        assert [room for room, _ in chat.rooms] == [incident.room]
        assert chat.invited == {incident.room.id: {"ada"}}
        assert (
            len(boards(chat, Board.CARD)) == len(boards(chat, Board.ANNOUNCEMENT)) == len(welcomes(chat)) == 1
        )
        assert chat.pinned == {await world.journal.board(incident.id, Board.CARD)}
        assert chat.topics.keys() == chat.bookmarks.keys() == {incident.room.id}
        assert await world.journal.unfinished() == []
        facts = [entry.fact for entry in await world.ports.ledger.timeline(incident.id)]
        assert len([fact for fact in facts if isinstance(fact, RoomOpened)]) == 1

        assert len(chat.answers) - len(chat.told) in {1, 2}  # an answer cannot be looked for

    assert await at_every_moment(world, how, Workspace, check) == 18


@pytest.mark.parametrize("how", ["fails", "is killed"])
async def test_where_channels_are_refused_the_thread_is_resumed_likewise(world: World, how: str) -> None:
    async def check(incident: Incident) -> None:
        chat = world.chat
        assert incident.room
        assert incident.room.thread
        assert (
            len(boards(chat, Board.ANNOUNCEMENT)) == len(boards(chat, Board.CARD)) == len(welcomes(chat)) == 1
        )
        [announcement] = boards(chat, Board.ANNOUNCEMENT)
        assert announcement.incident.room == incident.room
        assert all(
            m.place in {incident.room.place, replace(incident.room.place, thread=None)}
            for m in chat.messages.values()
        )
        assert not chat.topics
        assert not chat.pinned
        assert "goes on in a thread of #incidents" in chat.answers[0]

    assert await at_every_moment(world, how, lambda: Workspace(refusal="restricted"), check) == 13


async def test_two_incidents_of_one_name_do_not_take_each_others_rooms(world: World) -> None:
    first, second = [await world.declare("same title", key=key) for key in "ab"]
    for incident in (first, second):
        assert await killed(world, incident, 2, "is killed")
    rooms = [(await world.set_up(incident)).room for incident in (first, second)]
    assert {room.name for room in rooms if room} == {
        "incident-2026-03-02-same-title",
        "incident-2026-03-02-same-title-2",
    }
    assert len(world.chat.rooms) == 2


async def test_a_set_up_that_is_done_does_nothing_more(world: World) -> None:
    incident = await world.housed()
    before = list(world.chat.moments)
    await world.set_up(incident)
    assert world.chat.moments == before


async def test_a_missing_announcement_channel_is_told_with_the_fix(world: World) -> None:
    world.chat.announce_in = None
    incident = await world.housed()
    [answer] = world.chat.told
    assert "there is no public channel #incidents" in answer
    assert "create #incidents" in answer
    facts = [entry.fact for entry in await world.ports.ledger.timeline(incident.id)]
    assert any(isinstance(fact, AnnouncementFailed) for fact in facts)
    assert incident.room
    assert incident.room.id not in world.chat.bookmarks
    assert await world.journal.unfinished() == []


async def test_an_announcement_channel_that_cannot_be_written_to_is_told(world: World) -> None:
    world.chat.unwritable.add(RoomId("CANN"))
    await world.housed()
    assert "The channel is archived" in world.chat.told[0]


async def test_a_private_incident_is_not_announced(world: World) -> None:
    incident = await world.set_up(await world.declare(private=True))
    assert incident.room
    assert not boards(world.chat, Board.ANNOUNCEMENT)
    assert world.chat.told == []


async def test_with_neither_channel_nor_thread_the_declarer_is_told_and_it_stays_to_be_done(
    world: World,
) -> None:
    world.chat.announce_in, world.chat.refusal = None, "restricted_action"
    incident = await world.declare()
    for _ in range(2):
        with pytest.raises(NowhereError):
            await world.set_up(incident)
    assert len([a for a in world.chat.answers if "I try again by myself" in a]) == 1
    assert await world.journal.unfinished() == [incident.id]
    world.chat.refusal = ""
    assert (await world.set_up(incident)).room


async def test_a_long_wait_is_told_once_before_it_begins(world: World) -> None:
    world.chat.wait = 150
    incident = await world.declare()
    await killed(world, incident, 3, "is killed")
    await world.set_up(incident)
    [answer] = world.chat.told
    assert "ready at about 13:02:30 CET" in answer
    assert world.chat.calls[0] == "answer"


async def test_a_limit_that_is_met_while_waiting_is_told_too(world: World) -> None:
    incident = await world.declare()
    free = asyncio.Event()

    async def limited(moment: str) -> None:
        if moment == "before open_room":
            world.chat.wait = 60
            await free.wait()

    world.chat.trouble = limited
    run = asyncio.create_task(world.set_up(incident))
    await world.chat.until(lambda: bool(world.chat.answers))
    free.set()
    assert (await run).room
    assert len(world.chat.told) == 1


async def test_what_changed_while_a_board_was_posted_is_drawn_after_all(world: World) -> None:
    incident = await world.declare()

    async def meanwhile(moment: str) -> None:
        if moment == "before say card":
            await world.desk.take(world.ask("take"), incident.id, Role.COMMANDER)
            await world.drain(incident)

    world.chat.trouble = meanwhile
    await world.set_up(incident)
    [card] = boards(world.chat, Board.CARD)
    assert card.incident.commander == "ada"


async def test_what_waited_for_the_room_is_said_when_it_exists(world: World) -> None:
    incident = await world.declare()
    await world.desk.acknowledge(world.ask("ack"), incident.id)
    await world.drain(incident)
    assert world.chat.messages == {}
    await world.set_up(incident)
    assert world.delivered == [incident.id]


async def test_the_way_back_is_forgotten_at_the_end(world: World) -> None:
    incident = await world.housed()
    request = await world.ports.ledger.request_of(incident.id)
    assert request
    assert not request.answer_to
