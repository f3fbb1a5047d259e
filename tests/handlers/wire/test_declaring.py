"""`/incident`, from a line or a form to a declared incident."""

from __future__ import annotations

import pytest

from incidents.errors import Unavailable
from incidents.work import OpenRoom
from tests.handlers.wire.conftest import Bot, Works
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.reading import said
from tocsin_practice.trouble import FaultKind, InjectedFault


async def _only(bot: Bot) -> str:
    (incident,) = await bot.desk.ledger.open_incidents()
    return f"{incident.severity} {incident.title}"


async def test_one_line_declares(bot: Bot, alice: PersonDriver, works: Works) -> None:
    await alice.command("/incident", "SEV1 payments down")
    await alice.ephemeral("is declared")
    assert await _only(bot) == "SEV1 payments down"
    assert works.done == [OpenRoom()]


async def test_what_slack_encodes_is_kept_as_it_was_typed(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "SEV1 R&D <b>down</b> says @bob in #random https://x.example/a?b=1&c=2")
    assert await _only(bot) == "SEV1 R&D <b>down</b> says @bob in #random https://x.example/a?b=1&c=2"


async def test_an_alias_names_the_severity(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "p1: payments down")
    assert await _only(bot) == "SEV1 payments down"


async def test_no_severity_is_assumed_and_said_with_a_way_to_change_it(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "payments are slow")
    await alice.ephemeral("so I took SEV2")
    assert await _only(bot) == "SEV2 payments are slow"
    await alice.press("severity", in_channel="general")
    view = await alice.view(callback_id="severity")
    await alice.submit(view, {"severity": "SEV1"})
    assert await _only(bot) == "SEV1 payments are slow"


async def test_what_is_open_for_the_same_service_already_is_said(bot: Bot, bob: PersonDriver) -> None:
    first = await bot.declared()
    await bob.command("/incident", "SEV1 payments broken", channel="general")
    told = said(await bob.ephemeral("is declared", channel="general"))
    assert f"Payments has {first.reference} open already" in told
    assert bot.channel(first).id in told
    assert f"/incident false-alarm INC-2026-002 same as {first.reference}" in told


async def test_of_a_private_incident_beside_it_nobody_else_hears(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    await bot.desk.declare(bot.request(alice), title="payments stolen", private=True)
    await bob.command("/incident", "SEV1 payments broken", channel="general")
    assert "already" not in said(await bob.ephemeral("is declared", channel="general"))


async def test_an_unknown_severity_gets_the_choices_and_writes_nothing(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "SEV9 payments down")
    said = await alice.ephemeral("There is no severity")
    assert "SEV1 (down)" in str(said)
    assert not await bot.desk.ledger.open_incidents()


async def test_the_command_alone_opens_the_form(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident")
    view = await alice.view(callback_id="declare")
    values = {"severity": "SEV1", "title": "payments down", "service": "search", "impact": "nobody pays"}
    await alice.submit(view, {**values, "private": ["yes"]})
    (incident,) = await bot.desk.ledger.open_incidents()
    assert (incident.service, incident.impact, incident.private) == ("search", "nobody pays", True)


async def test_a_severity_without_a_title_opens_the_form_prefilled(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "SEV1")
    view = await alice.view(callback_id="declare")
    await alice.submit(view, {"title": "payments down"})
    assert await _only(bot) == "SEV1 payments down"


async def test_a_title_that_is_too_long_is_complained_about_and_kept(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "SEV1 " + "x" * 3001)
    said = await alice.ephemeral("3,001 characters; 3,000 is the most")
    assert "xxxx" in str(said)
    assert not await bot.desk.ledger.open_incidents()


async def test_an_empty_title_is_complained_about_in_the_form(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident")
    view = await alice.view(callback_id="declare")
    outcome = await alice.submit(view, {"title": "   "})
    assert "The title is empty" in outcome.errors["title"]
    outcome = await alice.submit(view, {"title": "payments down"})
    assert await _only(bot) == "SEV2 payments down"


async def test_a_form_that_came_too_late_is_answered_with_the_line(
    bot: Bot, alice: PersonDriver, practice: PracticeDriver
) -> None:
    practice.site.trouble.inject(
        InjectedFault(method="views.open", kind=FaultKind.ERROR, error="expired_trigger_id")
    )
    await alice.command("/incident")
    await alice.ephemeral("/incident SEV1 what is wrong")
    assert not await bot.desk.ledger.open_incidents()


async def test_a_slow_channel_is_announced(bot: Bot, alice: PersonDriver) -> None:
    bot.chat.wait_expected = lambda: 41.0  # type: ignore[method-assign] # how long it takes is another test's matter
    await alice.command("/incident", "SEV1 payments down")
    await alice.ephemeral("in about 42 s")


async def test_a_message_can_be_declared_from_and_its_link_is_kept(bot: Bot, alice: PersonDriver) -> None:
    said = alice.say("Checkout fails\nsince the deploy", channel="general")
    await alice.message_shortcut("declare_from_message", channel="general", ts=said["ts"])
    view = await alice.view(callback_id="declare")
    await alice.submit(view)
    (incident,) = await bot.desk.ledger.open_incidents()
    (declared, *_) = await bot.desk.ledger.timeline(incident.id)
    assert (incident.title, incident.impact) == ("Checkout fails", "since the deploy")
    assert said["ts"].replace(".", "") in str(declared.fact)


@pytest.mark.usefixtures("bot")
async def test_the_search_bar_opens_the_form_too(alice: PersonDriver) -> None:
    await alice.global_shortcut("declare")
    await alice.submit(await alice.view(callback_id="declare"), {"title": "payments down"})
    await alice.direct_message("is declared")


async def test_a_silent_record_is_said_and_nothing_is_lost(bot: Bot, alice: PersonDriver) -> None:
    async def silent(*_args: object, **_kwargs: object) -> None:
        raise Unavailable("The database did not answer in time.")

    bot.desk.ledger.declare = silent  # type: ignore[method-assign,assignment] # a database that hangs is another test's
    await alice.command("/incident", "SEV1 payments down")
    await alice.ephemeral("The database did not answer in time.")


async def test_a_mistake_inside_gets_a_sentence(bot: Bot, alice: PersonDriver) -> None:
    async def broken(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    bot.desk.ledger.declare = broken  # type: ignore[method-assign,assignment] # nothing in the code is known to fail so
    await alice.command("/incident", "SEV1 payments down")
    await alice.ephemeral("Something failed inside Tocsin")


async def test_a_mistyped_verb_is_asked_about(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "resovle")
    await alice.ephemeral("Did you mean `/incident resolve`")
    assert not await bot.desk.ledger.open_incidents()


async def test_a_verb_with_words_outside_of_a_room_is_asked_about(bot: Bot, alice: PersonDriver) -> None:
    await alice.command("/incident", "update service is failing")
    await alice.ephemeral("Do you want to declare this")
    assert not await bot.desk.ledger.open_incidents()
    await alice.press("declare_this", in_channel="general")
    assert await _only(bot) == "SEV2 update service is failing"
