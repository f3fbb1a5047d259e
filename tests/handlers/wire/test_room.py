"""Lines typed in an incident's room, and from outside of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from incidents.facts import NoteAdded, UpdatePosted
from incidents.model import MessageId, RoomId, Status
from incidents.ports import Posted
from incidents.roles import Role
from incidents.work import Board
from storage.database import open_database
from storage.journal import PostgresJournal
from tests.budgets import PATIENT
from tests.handlers.wire.conftest import Bot
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.model import Json
from tocsin_practice.reading import said


async def test_a_role_is_given_by_a_line(bot: Bot, alice: PersonDriver, bob: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "role commander @bob", channel=bot.channel(incident))
    await alice.command("/incident", "role tech lead", channel=bot.channel(incident))
    assert (await bot.now(incident)).roles == {Role.COMMANDER: bob.id, Role.TECHNICAL_LEAD: alice.id}


async def test_an_unknown_person_gets_a_sentence(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "role commander @nobody", channel=bot.channel(incident))
    await alice.ephemeral("I know nobody called")
    assert not (await bot.now(incident)).roles


async def test_an_unknown_role_gets_the_roles(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "role king @bob", channel=bot.channel(incident))
    await alice.ephemeral("The roles are: incident commander")


async def test_one_line_posts_an_update(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    line = "update identified: the pool leaks; impact: nobody pays; next: 10 min"
    await alice.command("/incident", line, channel=bot.channel(incident))
    now = await bot.now(incident)
    assert (now.status, now.actions, now.impact) == (Status.IDENTIFIED, "the pool leaks", "nobody pays")
    assert now.owed is not None
    assert now.owed.due == bot.clock() + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("update resolved", "cannot resolve an incident"),
        ("update next: soon", "is no time until the next update"),
        ("update status: fine", "There is no status"),
        ("severity SEV9", "There is no severity"),
        ("service lighthouse", "There is no service"),
        ("note", "The note is empty"),
        ("resolve now", "Say why the watch can be skipped"),
        ("relapse", "is not being watched"),
        ("reopen", "is open"),
    ],
)
async def test_what_cannot_be_done_is_said(line: str, said: str, bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    before = await bot.desk.ledger.timeline(incident.id)
    await alice.command("/incident", line, channel=bot.channel(incident))
    await alice.ephemeral(said)
    assert await bot.desk.ledger.timeline(incident.id) == before


async def test_an_all_clear_that_is_too_early_keeps_what_was_typed(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "resolve now", channel=bot.channel(incident))
    await alice.command("/incident", "resolve the pool leaked", channel=bot.channel(incident))
    view = await alice.view(callback_id="resolve")
    assert "the pool leaked" in str(view.payload)
    assert "the pool leaked" in said(await alice.ephemeral("is not resolved yet"))
    await alice.submit(view, {"reason": "seen healthy by all"})
    assert (await bot.now(incident)).summary == "the pool leaked"


async def test_the_way_to_the_end_by_lines(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    room = bot.channel(incident)
    for line in ("ack", "restored", "relapse errors again", "restored"):
        await alice.command("/incident", line, channel=room)
    assert (await bot.now(incident)).status is Status.MONITORING
    bot.clock.advance(minutes=16)
    await alice.command("/incident", "resolve The pool leaked.", channel=room)
    assert (await bot.now(incident)).summary == "The pool leaked."
    await alice.command("/incident", "reopen errors again", channel=room)
    assert (await bot.now(incident)).open
    await alice.command("/incident", "resolve now seen healthy", channel=room)
    assert not (await bot.now(incident)).open


async def test_a_false_alarm_by_a_line(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", f"false-alarm {incident.reference} wrong probe", channel="general")
    await alice.ephemeral("is closed as a false alarm")
    assert (await bot.now(incident)).false_alarm


async def test_an_incident_is_named_from_any_channel(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", f"update {incident.reference.lower()} the pool leaks", channel="general")
    await alice.ephemeral("The update is posted")
    assert (await bot.now(incident)).actions == "the pool leaks"


async def test_a_channel_without_an_incident_gets_the_list(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "resolve", channel="general")
    said = await alice.ephemeral("This channel is no incident's")
    assert f"/incident resolve {incident.reference}" in str(said)


@pytest.mark.usefixtures("bot")
async def test_an_unknown_reference_is_said(alice: PersonDriver) -> None:
    await alice.command("/incident", "resolve INC-1999-001 over", channel="general")
    await alice.ephemeral("There is no incident INC-1999-001")


async def test_words_that_fit_both_are_asked_about_and_carried_out(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "update service is failing", channel="general")
    await alice.press(f"carry_out:{incident.id}", in_channel="general")
    assert (await bot.now(incident)).actions == "service is failing"
    assert len(await bot.desk.ledger.open_incidents()) == 1


async def test_a_title_in_a_room_is_asked_about(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "the search is down too", channel=bot.channel(incident))
    await alice.ephemeral("Nothing was written yet")
    assert len(await bot.desk.ledger.open_incidents()) == 1
    await alice.press("never_mind", in_channel=bot.channel(incident))
    await alice.ephemeral("Nothing was written.")


async def test_a_title_with_a_severity_in_a_room_is_another_incident(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "SEV2 search is down too", channel=bot.channel(incident))
    assert len(await bot.desk.ledger.open_incidents()) == 2


async def test_words_after_a_verb_that_takes_none_are_asked_about(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "restored databases are empty", channel=bot.channel(incident))
    await alice.ephemeral("Do you want to declare this")
    assert (await bot.now(incident)).status is Status.INVESTIGATING


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("help", "/incident SEV1 payments down"),
        ("list", "payments down"),
        ("status", "Investigating since"),
        ("roles", "*Scribe:* _nobody yet_"),
        ("timeline", "declared SEV1: payments down"),
    ],
)
async def test_reading_verbs_answer_the_one_who_asks(
    line: str, said: str, bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    await alice.command("/incident", line, channel=bot.channel(incident))
    await alice.ephemeral(said)


async def test_the_report_lies_in_the_room(bot: Bot, alice: PersonDriver, practice: PracticeDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "report", channel=bot.channel(incident))
    await alice.ephemeral("is in its room")
    (file,) = practice.workspace.files
    assert b"by Alice Moreau" in file.content


async def test_a_note_and_its_message(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    said = alice.say("deploy at 11:58", channel=bot.channel(incident))
    await alice.message_shortcut("add_to_timeline", channel=bot.channel(incident), ts=said["ts"])
    await alice.command("/incident", "note rolled back", channel=bot.channel(incident))
    notes = [e.fact for e in await bot.desk.ledger.timeline(incident.id) if isinstance(e.fact, NoteAdded)]
    assert [note.text for note in notes] == ["deploy at 11:58", "rolled back"]
    assert notes[0].link
    assert (notes[0].author, notes[0].written_at) == (
        alice.id,
        datetime.fromtimestamp(float(said["ts"]), UTC),
    )


async def test_a_message_added_later_stands_in_the_timeline_as_its_authors(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    channel = bot.channel(incident)
    written = bob.say("errors rise", channel=channel)
    bot.clock.advance(20)
    await alice.message_shortcut("add_to_timeline", channel=channel, ts=written["ts"])
    await alice.command("/incident", "timeline", channel=channel)
    line = _line_with("errors rise", await alice.ephemeral("Timeline of"))
    assert line.startswith(f"<!date^{int(float(written['ts']))}^")
    assert f"{bob.mention} wrote: errors rise (<http" in line
    assert f"added by {alice.mention}, <!date^{int(bot.clock().timestamp())}^" in line


def _line_with(words: str, message: Json) -> str:
    return next(line for line in said(message).splitlines() if words in line)


async def test_a_message_elsewhere_asks_whose_timeline_it_is_for(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    said = bob.say("support gets calls", channel="general")
    bot.clock.advance(20)
    await alice.message_shortcut("add_to_timeline", channel="general", ts=said["ts"])
    await alice.submit(await alice.view(callback_id="note"))
    (added,) = (e for e in await bot.desk.ledger.timeline(incident.id) if isinstance(e.fact, NoteAdded))
    assert isinstance(added.fact, NoteAdded)
    assert (added.fact.text, added.fact.author) == ("support gets calls", bob.id)
    assert (added.by, added.at) == (alice.id, bot.clock())
    assert added.happened_at == datetime.fromtimestamp(float(said["ts"]), UTC)


async def test_a_reply_under_an_announcement_is_meant_for_its_incident(
    bot: Bot, alice: PersonDriver, bob: PersonDriver, database_url: str
) -> None:
    first, second = await bot.declared("payments down"), await bot.declared("search slow")
    announced = bob.say("stands for the announcement", channel="general")
    reply = bob.say("customers call", channel="general", thread_ts=announced["ts"])
    general = bot.practice.channel("general")
    async with open_database(database_url, budget=PATIENT) as database:
        where = Posted(RoomId(general.id), MessageId(announced["ts"]))
        await PostgresJournal(database).keep_board(first.id, Board.ANNOUNCEMENT, where)
    for message, likeliest in ((reply, first), (announced, first), (bob.say("x", channel="general"), second)):
        await alice.message_shortcut("add_to_timeline", channel="general", ts=message["ts"])
        view = await alice.view(callback_id="note")
        menu = view.payload["blocks"][0]["element"]
        assert menu["initial_option"]["value"] == likeliest.reference
        await alice.close(view)


async def test_nothing_new_is_an_update_too(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "nothing-new", channel=bot.channel(incident))
    facts = [entry.fact for entry in await bot.desk.ledger.timeline(incident.id)]
    assert any(isinstance(fact, UpdatePosted) and fact.unchanged for fact in facts)


async def test_a_next_update_later_than_the_cadence_is_said(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "update still looking; next: 3 h", channel=bot.channel(incident))
    await alice.ephemeral("SEV1 asks for one every 15 min")
    assert not (await bot.now(incident)).actions


@pytest.mark.usefixtures("bot")
async def test_a_short_word_alone_that_is_nearly_a_command_is_asked_about(alice: PersonDriver) -> None:
    await alice.command("/incident", "lst", channel="general")
    await alice.ephemeral("Did you mean `/incident list`?")


@pytest.mark.usefixtures("bot")
async def test_a_mention_gets_the_help_once(alice: PersonDriver, practice: PracticeDriver) -> None:
    alice.say(f"<@{practice.app.bot_user_id}> hello?", channel="incidents")
    await alice.ephemeral("/incident SEV1 payments down", channel="incidents")
