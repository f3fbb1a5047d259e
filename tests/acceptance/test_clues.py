"""What was noticed first, and the service's dashboard, over the wire with the bot as its own process."""

import pytest

from tests.acceptance.test_declare import declared, rooms
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.reading import said

pytestmark = pytest.mark.usefixtures("bot")


async def _card_says(practice: PracticeDriver, room: Channel, words: str) -> str:
    """The card, once it says that."""

    def look() -> str | None:
        card = said(room.messages[room.pins[0].ts])
        return card if words in card else None

    return await practice.until(look)


async def test_who_saw_it_and_the_first_suspect_are_one_line_each_and_kept_when_corrected(
    practice: PracticeDriver,
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.command("/incident", "detected by Grafana alert", channel=room)
    await alice.command("/incident", "suspect the deploy of 14:02", channel=room)
    await alice.command("/incident", "suspect the pool", channel=room)

    corrected = said(await practice.message(channel=room, contains="Before: the deploy of 14:02"))
    assert f"{alice.mention} recorded *First suspect:* the pool" in corrected
    card = await _card_says(practice, room, "*First suspect:* the pool")
    assert "*Detected by:* Grafana alert" in card

    await alice.command("/incident", "timeline", channel=room)
    timeline = said(await alice.ephemeral("Timeline of", channel=room))
    assert "recorded that the first suspect was the deploy of 14:02" in timeline
    await alice.command("/incident", "detected 25 min ago", channel=room)
    await practice.message(channel=room, contains="recorded when it was detected")


async def test_the_form_that_declares_takes_them_and_the_report_tells_them(practice: PracticeDriver) -> None:
    alice = practice.person("alice")
    await alice.command("/incident")
    view = await alice.view(callback_id="declare")
    long = await alice.submit(view, {"title": "Orders vanish", "suspect": "x" * 600})
    assert "600 characters" in long.errors["suspect"]
    done = await alice.submit(view, {"title": "Orders vanish", "detection": "a customer", "suspect": "cache"})
    assert done.kind is not OutcomeKind.FIELD_ERRORS, done.errors

    card = said(await practice.message(channel=(await _room(practice)), contains="*Detected by:*"))
    assert "*Detected by:* a customer" in card
    assert "*First suspect:* cache" in card


async def _room(practice: PracticeDriver) -> Channel:
    def newest() -> Channel | None:
        found = [c for c in practice.workspace.channels if c.name.startswith("incident-")]
        return found[-1] if found else None

    return await practice.until(newest)


async def test_a_line_that_could_be_a_title_is_asked_about(practice: PracticeDriver) -> None:
    await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")

    await alice.command("/incident", "suspect logins from abroad", channel="general")

    assert "Declare" in str((await alice.ephemeral("suspect logins", channel="general"))["blocks"])
    assert len(rooms(practice)) == 1


async def test_the_declaration_shows_the_dashboard_and_the_declarer_gets_a_link_to_the_room(
    practice: PracticeDriver,
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    dashboard = "https://grafana.example.com/d/payments"
    assert dashboard in await _card_says(practice, room, "Payments dashboard")
    assert dashboard in said(await practice.message(channel="incidents", contains="payments down"))
    await practice.until(lambda: dashboard in str(room.bookmarks) or None)
    assert f"<#{room.id}>" in said(await practice.person("alice").ephemeral("is there, and you are in it"))
