"""The Chat port against the practice workspace."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from handlers.chat import SlackChat
from incidents.errors import Misconfigured, Unavailable
from incidents.evidence import Examination, Figure, Finding, Health
from incidents.facts import Acknowledged, Via
from incidents.model import Incident, MessageId, PersonId, Place, Room, RoomId
from incidents.notices import BoardNotice, FactNotice, FindingsNotice
from incidents.ports import PlaceUnwritableError, Posted, RoomRefusedError
from incidents.work import Board, Request
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.model import ChannelKind
from tocsin_practice.trouble import FaultKind, InjectedFault

Make = Callable[..., Incident]


def _place(practice: PracticeDriver, name: str) -> Place:
    return Place(RoomId(practice.channel(name).id))


async def test_a_taken_name_gives_the_next_one(chat: SlackChat, practice: PracticeDriver) -> None:
    names = (f"random-{n}" if n else "random" for n in itertools.count())
    room = await chat.open_room(names, private=True)
    assert room.name == "random-1"
    assert practice.channel(room.id).kind is ChannelKind.PRIVATE


async def test_a_workspace_that_lets_nobody_create_channels_says_so(
    chat: SlackChat, practice: PracticeDriver
) -> None:
    practice.workspace.preferences.who_can_create_channels = "admins"
    with pytest.raises(RoomRefusedError, match="only administrators"):
        await chat.open_room(iter(["incident-1"]), private=False)


@pytest.mark.parametrize("kind", [FaultKind.LOST, FaultKind.RESET, FaultKind.STATUS])
async def test_a_call_without_an_answer_is_unavailable(
    kind: FaultKind, chat: SlackChat, practice: PracticeDriver
) -> None:
    practice.fault("conversations.create", kind)
    with pytest.raises(Unavailable):
        await chat.open_room(iter(["incident-1"]), private=False)


async def test_a_room_whose_answer_was_lost_is_found_again(chat: SlackChat, practice: PracticeDriver) -> None:
    before = datetime.fromtimestamp(practice.workspace.stamps.now()).astimezone()
    practice.fault("conversations.create", FaultKind.LOST)
    with pytest.raises(Unavailable):
        await chat.open_room(iter(["incident-1"]), private=False)
    assert [room.name for room in await chat.find_rooms(created_after=before)] == ["incident-1"]
    assert not await chat.find_rooms(created_after=before + timedelta(hours=1))


async def test_a_message_whose_answer_was_lost_is_found_again(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make, noon: datetime
) -> None:
    place, delivery = _place(practice, "incidents"), uuid4()
    notice = FactNotice(an_incident(), Acknowledged(), PersonId("U0BOB"), noon)
    practice.fault("chat.postMessage", FaultKind.LOST)
    with pytest.raises(Unavailable):
        await chat.say(place, notice, delivery=delivery)
    found = await chat.find_said(place, delivery, since=noon - timedelta(days=3650))
    assert found is not None
    assert practice.channel("incidents").messages[found.message]["text"].endswith("is on it.")
    assert await chat.find_said(place, uuid4(), since=noon - timedelta(days=3650)) is None


async def test_a_message_in_a_thread_is_found_again(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make, noon: datetime
) -> None:
    place, delivery = _place(practice, "incidents"), uuid4()
    notice = FactNotice(an_incident(), Acknowledged(), PersonId("U0BOB"), noon)
    root = await chat.say(place, notice, delivery=uuid4())
    thread = replace(place, thread=root.message)
    said = await chat.say(thread, notice, delivery=delivery)
    assert await chat.find_said(thread, delivery, since=noon - timedelta(days=3650)) == said


async def test_a_public_channel_is_joined_to_look_into_it(
    chat: SlackChat, practice: PracticeDriver, noon: datetime
) -> None:
    assert await chat.find_said(_place(practice, "random"), uuid4(), since=noon) is None
    assert practice.app.bot_user_id in practice.channel("random").members


@pytest.mark.parametrize("trouble", ["missing", "archived", "private"])
async def test_a_place_that_cannot_be_written_to_is_told_apart(
    trouble: str, chat: SlackChat, practice: PracticeDriver, an_incident: Make, noon: datetime
) -> None:
    channels, alice = practice.workspace.channels, practice.person("alice")
    channel = channels.create("closed", creator=alice.id, kind=ChannelKind.PRIVATE)
    if trouble == "archived":
        channel = practice.channel("incidents")
        channels.archive(channel, by=alice.id)
    place = Place(RoomId("C0GONE" if trouble == "missing" else channel.id))
    notice = FactNotice(an_incident(), Acknowledged(), PersonId("U0BOB"), noon)
    with pytest.raises(
        PlaceUnwritableError, match="archived" if trouble == "archived" else "no such channel"
    ):
        await chat.say(place, notice, delivery=uuid4())


async def test_the_announcement_channel_is_found_and_joined(
    chat: SlackChat, practice: PracticeDriver
) -> None:
    assert await chat.find_channel("incidents") == practice.channel("incidents").id
    assert await chat.find_channel("#random") == practice.channel("random").id
    assert practice.app.bot_user_id in practice.channel("random").members
    assert await chat.find_channel("nowhere") is None


async def test_one_who_cannot_come_does_not_stop_the_others(
    chat: SlackChat, practice: PracticeDriver, alice: PersonDriver, bob: PersonDriver
) -> None:
    room = await chat.open_room(iter(["incident-1"]), private=False)
    await chat.invite(room, [PersonId(alice.id)])
    await chat.invite(room, [PersonId(alice.id), PersonId("U0NOBODY"), PersonId(bob.id)])
    assert await chat.invite(room, [PersonId(alice.id)]) == {}
    assert bob.is_in(practice.channel(room.id))


async def test_who_could_not_be_brought_in_is_given_back_with_the_reason(
    chat: SlackChat, practice: PracticeDriver, bob: PersonDriver
) -> None:
    room = await chat.open_room(iter(["incident-1"]), private=False)
    nobody = PersonId("U0NOBODY")
    assert await chat.invite(room, [nobody]) == {
        nobody: "there is no such person, or their account is closed"
    }
    practice.site.trouble.inject(
        InjectedFault(method="conversations.invite", kind=FaultKind.ERROR, error="user_is_restricted")
    )
    missing = await chat.invite(room, [PersonId(bob.id), PersonId("shell:root")])
    assert missing == {bob.id: "they are a guest, and guests may not come here"}
    assert await chat.invite(room, [PersonId("shell:root")]) == {}


async def test_the_room_is_furnished_once(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make
) -> None:
    room = await chat.open_room(iter(["incident-1"]), private=False)
    incident = an_incident(room=room, title="x" * 3000)
    card = await chat.say(room.place, BoardNotice(incident, Board.CARD), delivery=uuid4())
    for _ in range(2):
        await chat.pin(card)
        await chat.bookmark(room, "Dashboard", "https://grafana.example/d/1", look_first=True)
        await chat.set_topic(room, incident)
    channel = practice.channel(room.id)
    assert (len(channel.pins), len(channel.bookmarks)) == (1, 1)
    assert channel.topic.value.startswith("SEV1 · Investigating · INC-2026-007")


async def test_a_thread_has_no_topic_bookmark_or_invitation(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make, alice: PersonDriver
) -> None:
    room = Room(RoomId(practice.channel("incidents").id), "incidents", MessageId("1.0"))
    before = practice.channel("incidents").topic.value
    await chat.set_topic(room, an_incident())
    await chat.bookmark(room, "Dashboard", "https://grafana.example/d/1", look_first=True)
    await chat.invite(room, [PersonId(alice.id)])
    assert practice.channel("incidents").topic.value == before


async def test_the_card_is_drawn_anew_in_its_place(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make
) -> None:
    place, incident = _place(practice, "incidents"), an_incident()
    card = await chat.say(place, BoardNotice(incident, Board.CARD), delivery=uuid4())
    await chat.revise(card, BoardNotice(replace(incident, title="search down"), Board.CARD))
    assert "search down" in str(practice.channel("incidents").messages[card.message])
    await chat.revise(Posted(card.room, MessageId("1.000001")), BoardNotice(incident, Board.CARD))


async def test_a_file_and_a_link(chat: SlackChat, practice: PracticeDriver, an_incident: Make) -> None:
    place = _place(practice, "incidents")
    card = await chat.say(place, BoardNotice(an_incident(), Board.CARD), delivery=uuid4())
    await chat.hand_over_file(place, name="draft.md", title="Draft", text="# Post-mortem")
    assert card.message.replace(".", "") in await chat.link_to(card)
    assert [file.content for file in practice.workspace.files] == [b"# Post-mortem"]


async def test_findings_bring_a_file_with_all_figures(
    chat: SlackChat, practice: PracticeDriver, noon: datetime
) -> None:
    place = Place(RoomId(practice.channel("general").id))
    slots = Finding(
        "PG103", "pg.slots", "payments db", Health.CRITICAL, "Full.", (Figure("usable slots", 47),)
    )
    notice = FindingsNotice(Examination("payments db", noon, Health.CRITICAL, "Full.", (slots,)))
    posted = await chat.say(place, notice, delivery=uuid4())
    await chat.say(Place(posted.room, posted.message), notice, delivery=uuid4())
    assert await practice.message(channel="general", contains="payments-db", thread_ts=posted.message)


async def test_findings_stand_although_their_file_is_refused(
    chat: SlackChat, practice: PracticeDriver, noon: datetime
) -> None:
    refused = InjectedFault(
        method="files.getUploadURLExternal", kind=FaultKind.ERROR, error="file_uploads_disabled"
    )
    practice.site.trouble.inject(refused)
    full = Finding("PG103", "pg.slots", "db", Health.CRITICAL, "Full.", (Figure("usable slots", 47),))
    notice = FindingsNotice(Examination("db", noon, Health.CRITICAL, "Full.", (full,)))
    posted = await chat.say(Place(RoomId(practice.channel("general").id)), notice, delivery=uuid4())
    assert practice.channel("general").messages[posted.message]
    assert not list(practice.workspace.files)


async def test_an_answer_without_a_way_back_goes_to_the_person(
    chat: SlackChat, an_incident: Make, noon: datetime, alice: PersonDriver
) -> None:
    request = Request("shell:1", noon, PersonId(alice.id), Via.SHELL)
    await chat.answer(request, "#incidents is missing <here>.", incident=an_incident())
    said = await alice.direct_message("#incidents is missing &lt;here&gt;.")
    assert "INC-2026-007" in str(said)


async def test_a_missing_scope_is_named(chat: SlackChat, practice: PracticeDriver) -> None:
    practice.site.trouble.inject(
        InjectedFault(method="conversations.create", kind=FaultKind.ERROR, error="missing_scope")
    )
    with pytest.raises(Misconfigured, match="lacks the scope"):
        await chat.open_room(iter(["incident-1"]), private=False)


async def test_people_are_known_by_mention_handle_and_address(chat: SlackChat, alice: PersonDriver) -> None:
    for word in ("<@U0ALICE|alice>", "U0ALICE", "@alice", "Alice Moreau", "alice@northwind.example"):
        assert await chat.people.person(word) == alice.id
    assert await chat.people.person("@nobody") is None
    assert await chat.people.person("nobody@northwind.example") is None


async def test_a_limit_is_waited_for_and_nothing_is_lost(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make
) -> None:
    practice.fault("chat.postMessage", FaultKind.RATE_LIMITED)
    await chat.say(_place(practice, "incidents"), BoardNotice(an_incident(), Board.CARD), delivery=uuid4())
    assert [call.outcome for call in practice.site.log.since(0, "chat.postMessage")] == [
        "injected: rate_limited",
        "ok",
    ]


async def test_what_was_taken_over_while_it_waited_for_a_limit_is_not_said(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make
) -> None:
    asked = 0

    async def until_the_second() -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise LookupError("another does it now")

    practice.fault("chat.postMessage", FaultKind.RATE_LIMITED)
    card, place = BoardNotice(an_incident(), Board.CARD), _place(practice, "incidents")
    with pytest.raises(LookupError):
        await chat.during(until_the_second).say(place, card, delivery=uuid4())
    assert [call.outcome for call in practice.site.log.since(0, "chat.postMessage")] == [
        "injected: rate_limited"
    ]
    await chat.say(place, card, delivery=uuid4())


async def test_every_call_of_a_turn_is_checked(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make
) -> None:
    async def lost() -> None:
        raise LookupError("another does it now")

    lent, incident, place = chat.during(lost), an_incident(), _place(practice, "incidents")
    room, posted = Room(place.room, "incidents"), Posted(place.room, MessageId("1.1"))
    card, person = BoardNotice(incident, Board.CARD), PersonId(practice.person("alice").id)
    for call in (
        lent.open_room(iter(["x"]), private=False),
        lent.invite(room, [person]),
        lent.set_topic(room, incident),
        lent.say(place, card, delivery=uuid4()),
        lent.revise(posted, card),
        lent.pin(posted),
        lent.bookmark(room, "Board", "https://board.example", look_first=False),
        lent.direct(person),
        lent.hand_over_file(place, name="a.md", title="A", text="a"),
    ):
        with pytest.raises(LookupError):
            await call
    assert not practice.site.log.since(0)


async def test_the_ladder_is_called_by_its_handles(
    chat: SlackChat, practice: PracticeDriver, an_incident: Make
) -> None:
    policy = replace(chat.drawing.policy, ladder=("@carol", "@nobody"))
    chat.drawing = replace(chat.drawing, policy=policy)
    for _ in range(3):
        card = await chat.say(
            _place(practice, "incidents"), BoardNotice(an_incident(), Board.CARD), delivery=uuid4()
        )
    carol = practice.person("carol")
    assert f"I call {carol.mention}" in str(practice.channel("incidents").messages[card.message])
    assert len(practice.site.log.since(0, "users.list")) == 2
