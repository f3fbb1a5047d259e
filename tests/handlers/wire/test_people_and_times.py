"""Handovers, experts and corrected times: lines, buttons and forms over the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from incidents import when
from incidents.facts import HandedOver, HandoverAccepted, TimeCorrected
from incidents.model import Incident, PersonId
from incidents.notices import FactNotice
from incidents.roles import Role
from incidents.values import Milestone
from tests.handlers.wire.conftest import Bot
from tocsin_practice.driver import PersonDriver
from tocsin_practice.outcomes import OutcomeKind


async def _commanded(bot: Bot, alice: PersonDriver) -> Incident:
    """Alice has command, and the card shows it."""
    incident = await bot.declared()
    await alice.press("take:commander", in_channel=bot.channel(incident))
    now = await bot.now(incident)
    await bot.show_card(now)
    return now


async def _show_handover(bot: Bot, incident: Incident, to: PersonDriver) -> None:
    assert incident.room is not None
    fact = HandedOver(PersonId(to.id), "rolling back")
    notice = FactNotice(incident, fact, incident.commander, bot.clock())
    await bot.chat.say(incident.room.place, notice, delivery=uuid4())


async def _facts(bot: Bot, incident: Incident) -> list[object]:
    return [entry.fact for entry in await bot.desk.ledger.timeline(incident.id)]


async def test_command_is_handed_over_by_a_line_and_taken_by_a_press(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await _commanded(bot, alice)
    line = "handover @bob rolling back & watching <slots>"
    await alice.command("/incident", line, channel=bot.channel(incident))
    pending = await bot.now(incident)
    assert (pending.commander, pending.handing_over_to) == (alice.id, bob.id)
    assert HandedOver(PersonId(bob.id), "rolling back & watching <slots>") in await _facts(bot, incident)

    await _show_handover(bot, pending, bob)
    await alice.press("have_command", in_channel=bot.channel(incident))
    await alice.ephemeral(f"{bob.mention} was asked to take command")
    assert (await bot.now(incident)).commander == alice.id

    await bob.press("have_command", in_channel=bot.channel(incident))
    assert (await bot.now(incident)).commander == bob.id
    assert HandoverAccepted(PersonId(alice.id)) in await _facts(bot, incident)

    await bob.press("have_command", in_channel=bot.channel(incident))
    await bob.ephemeral("Nobody is handing over command")


async def test_a_handover_is_accepted_by_a_line_too(bot: Bot, alice: PersonDriver, bob: PersonDriver) -> None:
    incident = await _commanded(bot, alice)
    await alice.command("/incident", "handover @bob rolling back", channel=bot.channel(incident))
    await bob.command("/incident", "role commander", channel=bot.channel(incident))
    assert (await bot.now(incident)).commander == bob.id


async def test_the_form_of_a_handover_is_filled_with_what_was_said_last(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await _commanded(bot, alice)
    await alice.command(
        "/incident", "update identified: pool leaks; impact: no sales", channel=bot.channel(incident)
    )
    await alice.press("hand_over", in_channel=bot.channel(incident))
    view = await alice.view(callback_id="hand_over")
    for part in ("Status: identified", "Impact: no sales", "Being done: pool leaks"):
        assert part in str(view.payload)
    refused = await alice.submit(view, {"person": alice.id})
    assert "already" in refused.errors["person"]
    assert (await alice.submit(view, {"person": bob.id})).kind is not OutcomeKind.FIELD_ERRORS
    assert (await bot.now(incident)).handing_over_to == bob.id


async def test_a_person_without_a_state_of_play_opens_the_form_with_them_in_it(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await _commanded(bot, alice)
    await alice.command("/incident", "handover @bob", channel=bot.channel(incident))
    await alice.submit(await alice.view(callback_id="hand_over"), {"state": "all quiet"})
    assert HandedOver(PersonId(bob.id), "all quiet") in await _facts(bot, incident)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("handover", "has no commander yet"),
        ("handover @alice take over", "has no commander yet"),
        ("expert @nobody database", "I know nobody called"),
        ("time", ""),
        ("time payments 13:40", "I do not know which time is meant"),
        ("time began", "Say the time too"),
        ("began", ""),
        ("time began soon", "cannot read “soon” as a time"),
        ("time began 2999-01-01 10:00", "is still to come"),
        ("time restored 1 min ago", "Nobody has said *Service restored* yet"),
    ],
)
async def test_what_cannot_be_done_is_said(line: str, said: str, bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    before = await bot.desk.ledger.timeline(incident.id)
    await alice.command("/incident", line, channel=bot.channel(incident))
    if said:
        await alice.ephemeral(said)
    else:
        await alice.view(callback_id="time")
    assert await bot.desk.ledger.timeline(incident.id) == before


async def test_only_the_commander_opens_the_form(bot: Bot, alice: PersonDriver, bob: PersonDriver) -> None:
    incident = await _commanded(bot, alice)
    await bob.press("hand_over", in_channel=bot.channel(incident))
    await bob.ephemeral(f"{alice.mention} has command")


@pytest.mark.parametrize("line", ["expert @bob database", "role expert @bob database"])
async def test_an_expert_is_brought_in_by_a_line(
    line: str, bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    await alice.command("/incident", line, channel=bot.channel(incident))
    assert (await bot.now(incident)).experts == {bob.id: "database"}
    await alice.command("/incident", "roles", channel=bot.channel(incident))
    await alice.ephemeral("*Experts:*")


async def test_an_expert_is_brought_in_by_a_form(bot: Bot, alice: PersonDriver, bob: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "expert", channel=bot.channel(incident))
    view = await alice.view(callback_id="expert")
    await alice.submit(view, {"person": bob.id, "subject": "network"})
    assert (await bot.now(incident)).experts == {bob.id: "network"}


_AFTERNOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
_BEGAN = _AFTERNOON.replace(hour=14, minute=31)


@pytest.mark.parametrize(
    ("who", "typed", "zone"),
    [
        ("alice", "15:31", "Europe/Paris"),
        ("bob", "14:31", "Europe/London"),
        ("erin", "23:31", "Asia/Tokyo"),
        ("erin", "14:31 UTC", "Asia/Tokyo"),
    ],
)
async def test_a_time_of_day_is_read_on_the_clock_of_the_one_who_types_it(
    who: str, typed: str, zone: str, bot: Bot
) -> None:
    bot.clock.at = _AFTERNOON
    incident = await bot.declared()
    person = bot.practice.person(who)
    await person.command("/incident", f"time {incident.reference} began {typed}", channel="general")
    assert (await bot.now(incident)).began_at == _BEGAN
    said = await person.ephemeral("it began at")
    assert when.clock(_BEGAN, ZoneInfo(zone)) in str(said)
    assert f"<!date^{int(_BEGAN.timestamp())}^" in str(said)
    assert TimeCorrected(Milestone.BEGAN, _BEGAN, zone=zone) in await _facts(bot, incident)


async def test_a_time_of_detection_is_read_on_their_clock_too_even_just_before_midnight(bot: Bot) -> None:
    bot.clock.at = _AFTERNOON
    incident = await bot.declared()
    erin = bot.practice.person("erin")
    await erin.command("/incident", "detected 23:31", channel=bot.channel(incident))
    assert (await bot.now(incident)).detected_at == _BEGAN


@pytest.mark.parametrize("line", ["time began 25 min ago", "began 25 min ago", "started 25 min ago"])
async def test_in_the_room_the_message_to_all_is_the_only_answer(
    line: str, bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    sent = await alice.command("/incident", line, channel=bot.channel(incident))
    assert "Recorded for" not in str(sent)
    began = (await bot.now(incident)).began_at
    assert began == (bot.clock() - timedelta(minutes=25)).replace(second=0, microsecond=0)


async def test_without_a_zone_from_slack_the_policys_is_taken_and_said(bot: Bot, alice: PersonDriver) -> None:
    bot.clock.at = _AFTERNOON
    bot.practice.workspace.people[alice.id].tz = "Mars/Olympus"
    incident = await bot.declared()
    await alice.command("/incident", "time began 15:31", channel=bot.channel(incident))
    assert (await bot.now(incident)).began_at == _BEGAN
    await alice.ephemeral("so I read the time in Europe/Berlin")


async def test_the_form_of_a_time_names_the_zone_of_the_one_who_opens_it(
    bot: Bot, alice: PersonDriver
) -> None:
    bot.clock.at = _AFTERNOON
    incident = await bot.declared()
    await alice.command("/incident", "time", channel=bot.channel(incident))
    view = await alice.view(callback_id="time")
    assert "in the time zone Europe/Paris" in str(view.payload)
    await alice.submit(view, {"which": "began", "time": "15:31"})
    assert (await bot.now(incident)).began_at == _BEGAN


async def test_a_time_is_corrected_in_a_form_and_nonsense_stays_in_its_field(
    bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "time", channel=bot.channel(incident))
    view = await alice.view(callback_id="time")
    refused = await alice.submit(view, {"which": "detected", "time": "soon"})
    assert "as a time" in refused.errors["time"]
    await alice.submit(view, {"which": "detected", "time": "10 min ago"})
    assert (await bot.now(incident)).detected_at is not None


async def test_a_time_is_corrected_from_any_channel_after_the_end(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "resolve now seen healthy", channel=bot.channel(incident))
    line = f"time {incident.reference} began 25 min ago"
    await alice.command("/incident", line, channel="general")
    await alice.ephemeral("it began at")
    now = await bot.now(incident)
    assert now.began_at is not None
    assert not now.open


@pytest.mark.parametrize(
    "line",
    [
        "time to first byte is high",
        "started failing after the deploy",
        "handover to the new cluster failed",
        "expert mode is broken",
    ],
)
async def test_outside_of_a_room_a_title_is_asked_about(line: str, bot: Bot, alice: PersonDriver) -> None:
    await bot.declared()
    await alice.command("/incident", line, channel="general")
    await alice.ephemeral("Do you want to declare this")


@pytest.mark.parametrize("line", ["time began 25 min ago", "handover @bob quiet", "expert @bob database"])
async def test_outside_of_a_room_what_can_only_be_a_command_asks_for_the_incident(
    line: str, bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    await alice.command("/incident", line, channel="general")
    said = await alice.ephemeral("This channel is no incident's")
    assert incident.reference in str(said)


async def test_the_assign_form_gives_command_at_once_and_ends_a_handover(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await _commanded(bot, alice)
    await alice.command("/incident", "handover @bob quiet", channel=bot.channel(incident))
    await bob.press("assign", in_channel=bot.channel(incident))
    view = await bob.view(callback_id="assign")
    await bob.submit(view, {"role": "commander", "person": bob.id})
    now = await bot.now(incident)
    assert (now.roles[Role.COMMANDER], now.handing_over_to) == (bob.id, None)
