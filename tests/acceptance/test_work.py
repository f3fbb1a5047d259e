"""The work in the room over the wire: roles, updates, words that could mean two things, and bad input."""

import asyncio

import pytest

from tests.acceptance.test_declare import declared, rooms
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.reading import said
from tocsin_practice.trouble import FaultKind, InjectedFault

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_role_is_taken_by_button_and_given_by_a_line(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")
    bob.join(room)

    await alice.press("take:commander", in_channel=room)
    await practice.message(channel=room, contains="ncident commander")
    await bob.command("/incident", f"role commander {bob.mention}", channel=room)

    assert await practice.message(channel=room, contains=bob.mention)


async def test_a_role_that_was_taken_meanwhile_is_told(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")
    bob.join(room)

    both = (alice, bob)
    await asyncio.gather(*(each.press("take:scribe", in_channel=room) for each in both))

    card = await practice.message(channel=room, contains="*Scribe:* <@")
    first, second = both if f"*Scribe:* {alice.mention}" in said(card) else (bob, alice)
    answer = await second.ephemeral("was first")
    assert first.mention in said(answer)


async def test_i_am_on_it_is_recorded_and_changes_the_card(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    bob = practice.person("bob")
    bob.join(room)

    await bob.press("acknowledge", in_channel=room)

    assert await practice.message(channel=room, contains="on it")


async def test_an_update_by_form_is_previewed_and_posted_and_the_announcement_follows(
    practice: PracticeDriver,
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.press("update", in_channel=room)
    view = await alice.view(callback_id="update")

    filled: dict[str, str | int | list[str] | None] = {
        "status": "identified",
        "impact": "No card payments",
        "actions": "Bob rolls back",
    }
    outcome = await alice.submit(view, filled)
    assert outcome.kind is not OutcomeKind.FIELD_ERRORS, outcome.errors
    preview = await alice.view(callback_id="update_previewed")
    assert "Bob rolls back" in str(preview.payload)
    await alice.submit(preview)

    posted = await practice.message(channel=room, contains="Bob rolls back")
    assert "No card payments" in said(posted)
    assert await practice.message(channel="incidents", contains="No card payments")


async def test_an_update_in_one_line_needs_no_form(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    await practice.person("alice").command("/incident", "update rolling back the release", channel=room)

    assert await practice.message(channel=room, contains="rolling back the release")


async def test_a_verb_that_could_be_a_title_is_asked_about(practice: PracticeDriver) -> None:
    await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")

    await alice.command("/incident", "update service is failing", channel="general")

    answer = await alice.ephemeral("update service is failing", channel="general")
    assert "Declare" in str(answer["blocks"])
    assert len(rooms(practice)) == 1


async def test_a_channel_that_is_no_incidents_says_how_to_name_one(practice: PracticeDriver) -> None:
    await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")

    await alice.command("/incident", "timeline", channel="random")

    assert "INC-" in said(await alice.ephemeral("INC-", channel="random"))


async def test_an_unknown_person_is_said(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")

    await alice.command("/incident", "role commander @nobody-here", channel=room)

    assert "nobody-here" in said(await alice.ephemeral("nobody-here", channel=room))


async def test_too_long_an_update_says_how_long_it_may_be(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")

    await alice.command("/incident", "update " + "very " * 1000, channel=room)

    assert "2,000" in said(await alice.ephemeral("characters", channel=room))


async def test_an_archived_room_loses_nothing(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    reference = said(room.messages[room.pins[0].ts])
    room.is_archived = True
    alice = practice.person("alice")
    number = reference[reference.index("INC-") :][:12]

    await alice.command("/incident", f"update {number} still looking", channel="general")

    await alice.command("/incident", f"timeline {number}", channel="general")
    assert "still looking" in said(await alice.ephemeral("still looking", channel="general"))


async def test_an_expired_form_says_the_line_to_type(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    expired = InjectedFault(method="views.open", kind=FaultKind.ERROR, error="expired_trigger_id")
    practice.site.trouble.inject(expired)
    alice = practice.person("alice")

    await alice.press("update", in_channel=room)

    assert "/incident update" in said(await alice.ephemeral("/incident update", channel=room))
