"""People who are named in an update, a note or a summary: called in Slack, names in a file."""

from __future__ import annotations

from uuid import uuid4

import pytest

from incidents.facts import UpdatePosted
from incidents.model import Incident
from incidents.notices import FactNotice
from tests.handlers.wire.conftest import Bot
from tocsin_practice.driver import PersonDriver
from tocsin_practice.reading import said


async def _posted(bot: Bot, incident: Incident) -> str:
    """The last update as the room reads it."""
    entries = await bot.desk.ledger.timeline(incident.id)
    last = next(e for e in reversed(entries) if isinstance(e.fact, UpdatePosted))
    now = await bot.now(incident)
    assert now.room is not None
    notice = FactNotice(now, last.fact, last.by, last.at)
    posted = await bot.chat.say(now.room.place, notice, delivery=uuid4())
    return said(bot.channel(incident).messages[posted.message])


async def test_whoever_is_mentioned_in_an_update_is_called(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    line = "update @bob is on it with @nobody, not @channel"
    await alice.command("/incident", line, channel=bot.channel(incident))
    assert f"{bob.mention} is on it with @nobody, not @channel" in await _posted(bot, incident)


async def test_in_a_form_a_handle_is_a_person_and_is_shown_as_a_handle_again(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    await alice.press("update", in_channel=bot.channel(incident))
    view = await alice.view(callback_id="update")
    await alice.submit(view, {"impact": "<b> & mail@bob.example", "actions": "@Bob. restarts, @here @nobody"})
    previewed = await alice.view(bob.mention, callback_id="update_previewed")
    assert "@bob. restarts, @here @nobody" in str(previewed.payload)
    await alice.submit(previewed)
    now = await _posted(bot, incident)
    assert f"{bob.mention}. restarts, @here @nobody" in now
    assert "&lt;b&gt; &amp; mail@bob.example" in now

    await alice.press("update", in_channel=bot.channel(incident))
    again = await alice.view(callback_id="update")
    assert "@bob. restarts, @here @nobody" in str(again.payload)


@pytest.mark.parametrize("line", ["note saw @bob restart it", "resolve now saw @bob restart it"])
async def test_in_the_timeline_they_are_mentions_and_in_the_draft_names(
    line: str, bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    channel = bot.channel(incident)
    await alice.command("/incident", line, channel=channel)
    await alice.command("/incident", "timeline", channel=channel)
    assert f"saw {bob.mention} restart it" in said(await alice.ephemeral("Timeline of"))
    await alice.command("/incident", "report", channel=channel)
    await alice.ephemeral("is in its room")
    (file,) = bot.practice.workspace.files
    assert f"saw {bob.person.real_name} restart it".encode() in file.content


async def test_a_state_of_play_names_people(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.press("take:commander", in_channel=bot.channel(incident))
    await alice.command("/incident", "handover @bob ask @alice first", channel=bot.channel(incident))
    await alice.command("/incident", "timeline", channel=bot.channel(incident))
    assert f"ask {alice.mention} first" in said(await alice.ephemeral("Timeline of"))
