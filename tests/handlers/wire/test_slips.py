"""What tired people mistype, and forms that stand open while things change."""

from __future__ import annotations

import pytest

from handlers.messages.acts import Act
from incidents.model import Incident, Status
from incidents.roles import Role
from tests.handlers.wire.conftest import Bot
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.reading import said, view_text


async def _open(bot: Bot) -> list[Incident]:
    return list(await bot.desk.ledger.open_incidents())


async def test_a_reference_alone_shows_where_it_stands_and_declares_nothing(
    bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    await alice.command("/incident", incident.reference.lower(), channel="random")
    await alice.ephemeral(incident.title, channel="random")
    assert [i.id for i in await _open(bot)] == [incident.id]


async def test_a_verb_may_stand_behind_the_reference(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", f"{incident.reference} restored", channel="random")
    assert (await bot.now(incident)).status is Status.MONITORING


@pytest.mark.parametrize(("typed", "meant"), [("hepl", "help"), ("statsu", "status"), ("resovle", "resolve")])
async def test_swapped_letters_declare_nothing(bot: Bot, alice: PersonDriver, typed: str, meant: str) -> None:
    await bot.declared()
    await alice.command("/incident", typed, channel="random")
    assert f"/incident {meant}" in said(await alice.ephemeral("Did you mean", channel="random"))
    assert len(await _open(bot)) == 1


async def test_a_mistyped_verb_is_one_press_away(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "udpate the pool leaks", channel=bot.channel(incident))
    await alice.press(f"{Act.CARRY_OUT}:{incident.id}", in_channel=bot.channel(incident))
    assert (await bot.now(incident)).actions == "the pool leaks"


@pytest.mark.parametrize("typed", ["commander", "scribe me", "tech lead <@U0ALICE|alice>"])
async def test_a_role_without_its_verb_declares_nothing_and_is_one_press_away(
    bot: Bot, alice: PersonDriver, typed: str
) -> None:
    incident = await bot.declared()
    await alice.command("/incident", typed, channel="random")
    await alice.press(f"{Act.CARRY_OUT}:{incident.id}", in_channel="random")
    assert alice.id in (await bot.now(incident)).roles.values()
    assert len(await _open(bot)) == 1


async def test_words_that_begin_with_a_role_may_be_a_title(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "communications down", channel="random")
    assert [incident.title for incident in await _open(bot)] == ["communications down"]


async def test_a_severity_alone_in_a_room_may_be_its_new_one(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "SEV2", channel=bot.channel(incident))
    await alice.press(f"{Act.CARRY_OUT}:{incident.id}", in_channel=bot.channel(incident))
    assert (await bot.now(incident)).severity == "SEV2"


async def test_a_severity_before_a_verb_is_asked_about_in_a_room(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "SEV2 update the card is wrong", channel=bot.channel(incident))
    await alice.ephemeral("Do you want to declare this", channel=bot.channel(incident))
    assert len(await _open(bot)) == 1


async def test_an_unknown_severity_is_one_press_from_a_known_one(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "SEV9 search is down", channel="random")
    await alice.press(f"{Act.DECLARE_THIS}:SEV1", in_channel="random")
    (found,) = await _open(bot)
    assert (found.severity, found.title) == ("SEV1", "search is down")


async def test_an_app_cannot_hold_a_role(bot: Bot, practice: PracticeDriver, alice: PersonDriver) -> None:
    incident, app = await bot.declared(), f"<@{practice.app.bot_user_id}>"
    await alice.command("/incident", f"role commander {app}", channel=bot.channel(incident))
    await alice.ephemeral("is an app and cannot take part", channel=bot.channel(incident))
    await alice.press("assign", in_channel=bot.channel(incident))
    view = await alice.view(callback_id="assign")
    sent = await alice.submit(view, {"role": Role.SCRIBE.key, "person": practice.app.bot_user_id})
    assert sent.kind is OutcomeKind.FIELD_ERRORS
    assert not (await bot.now(incident)).roles


async def test_a_resolve_form_that_a_relapse_overtook_asks_again_with_the_words_kept(
    bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    await bot.desk.restored(bot.request(alice), incident.id)
    await alice.command("/incident", "resolve", channel=bot.channel(incident))
    view = await alice.view(callback_id="resolve")
    bot.clock.advance(2)
    await bot.desk.relapse(bot.request(alice), incident.id, "two looks were critical")
    await alice.submit(view, {"summary": "the pool leaked", "reason": "looks fine to me"})
    assert (await bot.now(incident)).status is Status.INVESTIGATING
    again = await alice.view("has changed since you opened this")
    assert "the pool leaked" in str(again.payload)
    assert "looks fine to me" not in view_text(again.payload)
    await alice.submit(again, {"summary": "the pool leaked", "reason": "restarted, seen well"})
    assert not (await bot.now(incident)).open


async def test_nothing_is_asked_for_what_is_resolved(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    await bot.desk.resolve(bot.request(alice), incident.id, "done", reason="trivial")
    await alice.press("update", in_channel=bot.channel(incident))
    await alice.ephemeral("is resolved", channel=bot.channel(incident))
