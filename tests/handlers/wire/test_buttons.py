"""Buttons of cards and reminders, and the forms that they open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from incidents.facts import UpdateAsked
from incidents.model import Incident, Place, Status
from incidents.notices import FactNotice
from incidents.roles import Role
from incidents.work import Request
from tests.handlers.wire.conftest import Bot
from tocsin_practice.driver import PersonDriver
from tocsin_practice.outcomes import OutcomeKind


async def _reminded(bot: Bot, incident: Incident) -> None:
    incident = await bot.now(incident)
    assert incident.room is not None
    assert incident.owed is not None
    fact = UpdateAsked(incident.owed.due, (incident.declared_by,), epoch=incident.owed.epoch)
    notice = FactNotice(incident, fact, None, bot.clock())
    await bot.chat.say(Place(incident.room.id), notice, delivery=uuid4())


async def test_on_it_and_a_role_by_two_presses(bot: Bot, bob: PersonDriver) -> None:
    incident = await bot.declared()
    await bob.press("acknowledge", in_channel=bot.channel(incident))
    await bob.press("take:commander", in_channel=bot.channel(incident))
    now = await bot.now(incident)
    assert now.acknowledged_at is not None
    assert now.commander == bob.id


async def test_of_two_who_press_one_wins_and_the_other_is_told(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    await bob.press("take:commander", in_channel=bot.channel(incident))
    await alice.press("take:commander", in_channel=bot.channel(incident))
    await alice.ephemeral(f"{bob.mention} was first")
    assert (await bot.now(incident)).commander == bob.id


async def test_a_role_is_assigned_in_a_form(bot: Bot, alice: PersonDriver, bob: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.press("assign", in_channel=bot.channel(incident))
    view = await alice.view(callback_id="assign")
    await alice.submit(view, {"role": "scribe", "person": bob.id})
    assert (await bot.now(incident)).roles == {Role.SCRIBE: bob.id}


async def test_a_role_that_the_person_has_is_complained_about(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    await bob.press("take:scribe", in_channel=bot.channel(incident))
    await alice.press("assign", in_channel=bot.channel(incident))
    view = await alice.view(callback_id="assign")
    outcome = await alice.submit(view, {"role": "scribe", "person": bob.id})
    assert "already" in outcome.errors["person"]


async def test_an_update_is_previewed_then_posted(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.press("update", in_channel=bot.channel(incident))
    view = await alice.view(callback_id="update")
    outcome = await alice.submit(
        view, {"status": "identified", "impact": "nobody pays", "actions": "restarting", "next": "10"}
    )
    assert outcome.kind is OutcomeKind.VIEW_UPDATED
    view = await alice.view("*Actions:* restarting", callback_id="update_previewed")
    due = bot.clock() + timedelta(minutes=10)
    assert f"*Next update:* <!date^{int(due.timestamp())}^" in str(view.payload["blocks"])
    assert (await bot.now(incident)).status is Status.INVESTIGATING
    await alice.submit(view)
    now = await bot.now(incident)
    assert (now.status, now.impact, now.actions) == (Status.IDENTIFIED, "nobody pays", "restarting")
    assert now.owed is not None
    assert now.owed.due == bot.clock() + timedelta(minutes=10)


async def test_what_is_changed_under_the_preview_is_what_is_posted(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.press("update", in_channel=bot.channel(incident))
    await alice.submit(await alice.view(callback_id="update"), {"actions": "restarting"})
    view = await alice.view(callback_id="update_previewed")
    await alice.submit(view, {"actions": "restarted"})
    assert (await bot.now(incident)).actions == "restarted"


async def test_a_text_that_is_too_long_is_complained_about_under_its_field(
    bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    await alice.press("update", in_channel=bot.channel(incident))
    view = await alice.view(callback_id="update")
    outcome = await alice.submit(view, {"actions": "x" * 2001})
    assert "2,001 characters" in outcome.errors["actions"]


async def test_a_form_sent_twice_is_recorded_once(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.press("update", in_channel=bot.channel(incident))
    await alice.submit(await alice.view(callback_id="update"), {"actions": "restarting"})
    view = await alice.view(callback_id="update_previewed")
    key = f"form:{view.id}"
    await alice.submit(view)
    before = await bot.desk.ledger.timeline(incident.id)
    repeated = await bot.desk.update(_again(bot, alice, key), incident.id, actions="restarting")
    assert repeated.repeated
    assert await bot.desk.ledger.timeline(incident.id) == before


def _again(bot: Bot, person: PersonDriver, key: str) -> Request:
    return replace(bot.request(person), key=key)


async def test_a_reminder_is_answered_once_however_often_it_is_pressed(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await bot.declared()
    await _reminded(bot, incident)
    await alice.press("nothing_new", in_channel=bot.channel(incident))
    posted = await bot.desk.ledger.timeline(incident.id)
    await bob.press("nothing_new", in_channel=bot.channel(incident))
    assert await bot.desk.ledger.timeline(incident.id) == posted


async def test_an_update_is_put_off_once(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await _reminded(bot, incident)
    await alice.press("snooze", in_channel=bot.channel(incident))
    now = await bot.now(incident)
    assert now.owed is not None
    assert incident.owed is not None
    assert now.owed.due == incident.owed.due + timedelta(minutes=10)
    await alice.press("snooze", in_channel=bot.channel(incident))
    await alice.ephemeral("put off once already")


async def test_the_service_is_chosen_from_the_card(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared("something is odd")
    await alice.press(f"service:{incident.id}", in_channel=bot.channel(incident), value="search")
    assert (await bot.now(incident)).service == "search"


async def test_the_way_to_the_end_by_buttons(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    room = bot.channel(incident)
    await alice.press("restored", in_channel=room)
    await bot.show_card(await bot.now(incident))
    await alice.press("relapse", in_channel=room)
    await alice.submit(await alice.view(callback_id="relapse"), {"reason": "errors again"})
    assert (await bot.now(incident)).status is Status.INVESTIGATING
    await alice.press("restored", in_channel=room)
    bot.clock.advance(minutes=16)
    await bot.show_card(await bot.now(incident))
    await alice.press("resolve", in_channel=room)
    await alice.submit(await alice.view(callback_id="resolve"), {"summary": "The pool leaked."})
    assert not (await bot.now(incident)).open
    await bot.show_card(await bot.now(incident))
    await alice.press("reopen", in_channel=room)
    await alice.submit(await alice.view(callback_id="reopen"), {"reason": "errors again"})
    assert (await bot.now(incident)).open


async def test_resolving_early_asks_for_the_reason(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.press("acknowledge", in_channel=bot.channel(incident))
    await bot.show_card(await bot.now(incident))
    await alice.press("resolve", in_channel=bot.channel(incident))
    view = await alice.view(callback_id="resolve")
    outcome = await alice.submit(view, {"summary": "The pool leaked."})
    assert "reason" in outcome.errors
    await alice.submit(view, {"reason": "seen healthy for an hour"})
    assert not (await bot.now(incident)).open


async def test_diagnose_offers_what_can_be_looked_at(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.press("diagnose", in_channel=bot.channel(incident))
    await alice.ephemeral("What shall I look at?")


async def test_a_button_of_a_resolved_incident_says_so(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await bot.desk.resolve(bot.request(alice), incident.id, "over", reason="test")
    await alice.press("acknowledge", in_channel=bot.channel(incident))
    await alice.ephemeral("is resolved, so nothing was changed")


async def test_a_resolved_card_shows_the_timeline(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await bot.desk.resolve(bot.request(alice), incident.id, "over", reason="test")
    await bot.show_card(await bot.now(incident))
    await alice.press("timeline", in_channel=bot.channel(incident))
    await alice.ephemeral("Timeline of INC-")
