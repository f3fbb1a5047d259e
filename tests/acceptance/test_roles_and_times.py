"""Command handed over, experts and corrected times, over the wire with the bot as its own process."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.test_declare import declared
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.reading import said

BEGAN = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("bot")


async def _commanded(practice: PracticeDriver) -> Channel:
    """The room of an incident that Alice commands; her role is told there once the room is on record."""
    room = await declared(practice, "alice", "SEV1 payments down")
    await practice.person("alice").press("take:commander", in_channel=room)
    await practice.message(channel=room, contains="is incident commander now")
    return room


async def _card_says(practice: PracticeDriver, room: Channel, words: str) -> str:
    """The card, once it says that."""

    def look() -> str | None:
        card = said(room.messages[room.pins[0].ts])
        return card if words in card else None

    return await practice.until(look)


async def test_command_is_handed_over_with_the_state_of_play_and_acknowledged(
    practice: PracticeDriver,
) -> None:
    room = await _commanded(practice)
    alice, bob, carol = (practice.person(name) for name in ("alice", "bob", "carol"))
    carol.join(room)

    await alice.press("hand_over", in_channel=room)
    view = await alice.view(callback_id="hand_over")
    assert "Status: investigating" in str(view.payload)
    await alice.submit(view, {"person": bob.id, "state": "The pool leaks. Rolling back to 4.1."})

    told = said(await practice.message(channel=room, contains="Rolling back to 4.1"))
    assert f"Until then {alice.mention} stays incident commander" in told
    assert bob.is_in(room)
    await _card_says(practice, room, f"{alice.mention}, handing over to {bob.mention}")

    await carol.press("have_command", in_channel=room)
    assert bob.mention in said(await carol.ephemeral("was asked to take command"))

    await bob.press("have_command", in_channel=room)
    await practice.message(channel=room, contains=f"{bob.mention} has command")
    card = await _card_says(practice, room, f"*Incident commander:* {bob.mention}")
    assert "handing over" not in card


async def test_a_second_handover_replaces_the_one_that_is_pending(practice: PracticeDriver) -> None:
    room = await _commanded(practice)
    alice, bob, carol = (practice.person(name) for name in ("alice", "bob", "carol"))
    await alice.command("/incident", f"handover {bob.mention} rolling back", channel=room)
    await practice.message(channel=room, contains="rolling back")
    await alice.command("/incident", f"handover {carol.mention} still rolling", channel=room)
    await practice.message(channel=room, contains="still rolling")

    await bob.command("/incident", "role commander", channel=room)
    await bob.ephemeral("was first and is incident commander", channel=room)
    await carol.command("/incident", "role commander", channel=room)

    assert await practice.message(channel=room, contains=f"{carol.mention} has command")


async def test_a_handover_is_withdrawn_by_a_line_or_by_its_button(practice: PracticeDriver) -> None:
    room = await _commanded(practice)
    alice, bob = practice.person("alice"), practice.person("bob")
    for withdraw in ("line", "button"):
        await alice.command("/incident", f"handover {bob.mention} by {withdraw}", channel=room)
        await practice.message(channel=room, contains=f"by {withdraw}")
        if withdraw == "line":
            await alice.command("/incident", "handover withdraw", channel=room)
            await practice.message(channel=room, contains="is withdrawn")
        else:
            await bob.press("withdraw", in_channel=room)
            assert "only they can hand it over" in said(await bob.ephemeral("has command of"))
            await alice.press("withdraw", in_channel=room)

    def withdrawn() -> bool | None:
        told = [m for m in room.messages.values() if "is withdrawn" in said(m)]
        return len(told) == 2 or None

    await practice.until(withdrawn)
    await bob.press("have_command", in_channel=room)
    assert await bob.ephemeral("Nobody is handing over command")


async def test_experts_are_invited_and_stand_on_the_card(practice: PracticeDriver) -> None:
    room = await _commanded(practice)
    alice, bob, carol = (practice.person(name) for name in ("alice", "bob", "carol"))

    await alice.command("/incident", f"expert {bob.mention} database", channel=room)
    await alice.command("/incident", f"role expert {carol.mention} network", channel=room)

    card = await _card_says(practice, room, f"{carol.mention} (network)")
    assert re.search(rf"\*Experts:\* .*{bob.mention} \(database\)", card)
    await practice.until(lambda: (bob.is_in(room) and carol.is_in(room)) or None)


async def test_times_are_corrected_before_and_after_the_end_and_everything_follows(
    practice: PracticeDriver,
) -> None:
    room = await _commanded(practice)
    alice = practice.person("alice")
    started = await _card_says(practice, room, "*Started:*")
    await alice.command("/incident", f"time began {_ago(60)}", channel=room)
    corrected = said(await practice.message(channel=room, contains="recorded when it began"))
    assert "in Europe/Paris)" in corrected
    await practice.until(lambda: said(room.messages[room.pins[0].ts]) != started or None)

    await alice.command("/incident", f"time detected {_ago(50)}", channel=room)
    await practice.message(channel=room, contains="recorded when it was detected")
    await alice.command("/incident", f"time detected {_ago(70)}", channel=room)
    await alice.ephemeral("but it began at", channel=room)
    await alice.command("/incident", "resolve now the alert has cleared", channel=room)
    post = said(await practice.message(channel=room, contains="Time to resolve"))
    assert "*Time to detect:* 10 min" in post

    await alice.command("/incident", f"time restored {_ago(20)}", channel=room)
    after = said(await practice.message(channel=room, contains="recorded when the service was restored"))
    assert "*Time to mitigate:* 30 min" in after
    await alice.command("/incident", "timeline", channel=room)
    assert "recorded when it began" in said(await alice.ephemeral("Timeline of", channel=room))


def _ago(minutes: int) -> str:
    """That many minutes before the tests began, with the day, as a person would type it."""
    return f"{BEGAN - timedelta(minutes=minutes):%Y-%m-%d %H:%M} UTC"
