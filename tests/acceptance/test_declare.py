"""Declaring over the wire: one line, the form, and everything that can be wrong with either."""

from datetime import UTC, datetime

import pytest

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel, ChannelKind
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.reading import said

pytestmark = pytest.mark.usefixtures("bot")


TODAY = datetime.now(UTC).date().isoformat()


async def declared(practice: PracticeDriver, person: str, line: str) -> Channel:
    """The room of an incident declared with that line, once its card is pinned."""
    who = practice.person(person)
    outcome = await who.command("/incident", line)
    assert outcome.kind is OutcomeKind.DONE, outcome.text
    room = await practice.until(lambda: _newest_room(practice, who.id))
    await practice.until(lambda: room.pins or None)
    return room


def _newest_room(practice: PracticeDriver, member: str) -> Channel | None:
    rooms = [c for c in practice.workspace.channels if c.name.startswith("incident-") and member in c.members]
    return rooms[-1] if rooms else None


def rooms(practice: PracticeDriver) -> list[str]:
    return [c.name for c in practice.workspace.channels if c.name.startswith("incident-")]


async def test_one_line_opens_the_room_with_the_declarer_in_it(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 the login page is blank")

    assert room.name == f"incident-{TODAY}-login-page-blank"
    assert practice.person("alice").is_in(room)
    card = room.messages[room.pins[0].ts]
    assert "SEV1" in said(card)
    assert "the login page is blank" in said(card)
    announced = await practice.message(channel="incidents", contains="the login page is blank")
    assert f"<#{room.id}" in said(announced)
    await practice.until(lambda: "SEV1" in room.topic.value or None)
    await practice.until(lambda: room.bookmarks or None)


@pytest.mark.parametrize("word", ["sev-1", "P1", "p0", "SEV1", "sev 1"])
async def test_every_alias_names_the_severity(practice: PracticeDriver, word: str) -> None:
    room = await declared(practice, "bob", f"{word} checkout returns 500")

    card = await practice.message(channel=room, contains="checkout returns 500")
    assert "SEV1" in said(card)
    assert room.name == f"incident-{TODAY}-payments"


async def test_without_a_severity_it_is_a_sev2_and_says_so(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "search is slow")

    card = await practice.message(channel=room, contains="Nobody named a severity")
    assert "SEV2" in said(card)
    outcome = await practice.person("alice").press("severity", in_channel=room)
    assert outcome.is_good
    await practice.person("alice").view(callback_id="severity")


async def test_an_unknown_severity_is_answered_with_the_choices_and_nothing_is_written(
    practice: PracticeDriver,
) -> None:
    await practice.person("alice").command("/incident", "SEV9 payments down")

    answer = await practice.person("alice").ephemeral("SEV9")
    assert "SEV1" in said(answer)
    assert "SEV4" in said(answer)
    assert rooms(practice) == []


async def test_a_missing_title_opens_the_form_with_the_severity_filled_in(practice: PracticeDriver) -> None:
    alice = practice.person("alice")
    await alice.command("/incident", "SEV1")

    view = await alice.view(callback_id="declare")
    assert "SEV1" in str(view.payload["blocks"][0]["element"]["initial_option"])


async def test_the_form_alone_declares_and_names_what_is_missing(practice: PracticeDriver) -> None:
    alice = practice.person("alice")
    await alice.command("/incident")
    view = await alice.view(callback_id="declare")

    empty = await alice.submit(view, {"title": "   "})
    assert empty.kind is OutcomeKind.FIELD_ERRORS
    assert "title" in empty.errors

    done = await alice.submit(
        view, {"title": "Orders vanish", "severity": "SEV3", "impact": "Some customers", "service": "search"}
    )
    assert done.kind is not OutcomeKind.FIELD_ERRORS, done.errors
    room = await practice.until(lambda: _newest_room(practice, alice.id))
    assert room.name == f"incident-{TODAY}-search"
    card = await practice.message(channel=room, contains="Some customers")
    assert "Orders vanish" in said(card)


async def test_a_private_incident_has_a_private_channel(practice: PracticeDriver) -> None:
    alice = practice.person("alice")
    await alice.command("/incident")
    view = await alice.view(callback_id="declare")
    await alice.submit(view, {"title": "Keys leaked", "private": ["yes"]})

    room = await practice.until(lambda: _newest_room(practice, alice.id))
    assert room.is_private


@pytest.mark.parametrize(
    ("title", "tail"),
    [
        ("Платежи не работают", ""),
        ("支払いが失敗する", ""),
        ("🔥🔥🔥", ""),
        ("db!", "-db"),
        ("slow " * 600, "-slow"),
    ],
)
async def test_a_title_of_any_script_or_length_gives_a_valid_channel(
    practice: PracticeDriver, title: str, tail: str
) -> None:
    room = await declared(practice, "alice", f"SEV2 {title.strip()}")

    assert room.name.startswith(f"incident-{TODAY}{tail}")
    assert len(room.name) <= 80
    assert await practice.message(channel=room, contains=title.strip()[:40])


async def test_a_taken_name_gets_a_number(practice: PracticeDriver) -> None:
    first = await declared(practice, "alice", "SEV2 cache misses")
    second = await declared(practice, "bob", "SEV2 cache misses")

    assert first.name == f"incident-{TODAY}-cache-misses"
    assert second.name == f"incident-{TODAY}-cache-misses-2"


async def test_no_service_found_asks_for_it_in_the_room(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV2 the warehouse robots stopped")
    card = await practice.message(channel=room, contains="Which one is broken?")
    menu = next(
        b["accessory"] for b in card["blocks"] if b.get("accessory", {}).get("type") == "static_select"
    )

    await practice.person("alice").press(menu["action_id"], in_channel=room, value="search")

    assert await practice.message(channel=room, contains="Search")


@pytest.mark.parametrize("trouble", ["archived", "private"])
async def test_a_missing_or_private_announcement_channel_is_told_to_the_declarer_with_the_fix(
    practice: PracticeDriver, trouble: str
) -> None:
    incidents = practice.channel("incidents")
    incidents.is_archived = trouble == "archived"
    if trouble == "private":
        incidents.kind = ChannelKind.PRIVATE
        incidents.members.pop(practice.app.bot_user_id)

    await declared(practice, "alice", "SEV1 no channel to tell")

    answer = await practice.person("alice").ephemeral("#incidents")
    assert "announce" in said(answer).lower()
    assert "create #incidents" in said(answer)
    assert "/invite" in said(answer)


async def test_where_channels_may_not_be_created_the_incident_lives_in_a_thread(
    practice: PracticeDriver,
) -> None:
    practice.workspace.preferences.who_can_create_channels = "admins"
    alice = practice.person("alice")

    await alice.command("/incident", "SEV1 no rooms today")

    announced = await practice.message(channel="incidents", contains="no rooms today")
    answer = await alice.ephemeral("could not create a channel")
    assert "administrator" in said(answer)
    card = await practice.message(channel="incidents", contains="no rooms today", thread_ts=announced["ts"])
    assert card["ts"] != announced["ts"]


async def test_a_message_declares_and_keeps_its_link(practice: PracticeDriver) -> None:
    bob = practice.person("bob")
    message = bob.say("Customers cannot pay since ten", channel="payments-team")
    await bob.message_shortcut("declare_from_message", channel="payments-team", ts=message["ts"])
    view = await bob.view(callback_id="declare")
    assert "Customers cannot pay since ten" in str(view.payload)
    await bob.submit(view, {"title": "Customers cannot pay since ten"})

    room = await practice.until(lambda: _newest_room(practice, bob.id))
    link = message["ts"].replace(".", "")
    assert await practice.message(channel=room, contains=link)
