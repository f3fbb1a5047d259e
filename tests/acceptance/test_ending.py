"""The end over the wire: restored, watched, resolved, and what is left behind."""

import pytest

from tests.acceptance.conftest import Bot
from tests.acceptance.test_declare import declared
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.reading import said

pytestmark = pytest.mark.usefixtures("bot")


async def test_from_restored_through_the_watch_to_the_all_clear(practice: PracticeDriver, bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.press("take:commander", in_channel=room)
    await alice.press("restored", in_channel=room)
    await practice.message(channel=room, contains="atch")

    await alice.command("/incident", "resolve the pool was exhausted", channel=room)
    assert await alice.ephemeral("watched until", channel=room)

    await bot.advance(minutes=15.2)
    await practice.message(channel=room, contains="The watch ended")
    await alice.press("resolve", in_channel=room)
    view = await alice.view(callback_id="resolve")
    done = await alice.submit(view, {"summary": "The pool was exhausted by a leak"})
    assert done.kind is not OutcomeKind.FIELD_ERRORS, done.errors

    post = await practice.message(channel=room, contains="The pool was exhausted by a leak")
    for words in ("acknowledge", "mitigate", "resolve"):
        assert words in said(post).lower()
    draft = await practice.message(channel=room, contains="post-mortem-INC-")
    assert draft["files"]
    assert await practice.message(channel="incidents", contains="esolved")


async def test_resolving_early_needs_a_reason(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV2 payments down")
    alice = practice.person("alice")

    await alice.command("/incident", "resolve it is fine", channel=room)
    assert await alice.ephemeral("not restored yet", channel=room)
    await alice.command("/incident", "resolve now", channel=room)
    assert await alice.ephemeral("Say why", channel=room)
    await alice.command("/incident", "resolve now the alert itself was wrong", channel=room)

    assert await practice.message(channel=room, contains="the alert itself was wrong")


async def test_the_timeline_tells_who_did_what(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.press("take:commander", in_channel=room)
    await alice.command("/incident", "note saw the error rate rise", channel=room)

    await alice.command("/incident", "timeline", channel=room)

    timeline = said(await alice.ephemeral("saw the error rate rise", channel=room))
    assert (
        timeline.index("declared SEV1") < timeline.index("commander") < timeline.index("saw the error rate")
    )


async def test_reopening_starts_the_clock_again(practice: PracticeDriver, bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.command("/incident", "resolve now too early", channel=room)
    await practice.message(channel=room, contains="too early")

    await alice.command("/incident", "reopen errors are back", channel=room)
    await practice.message(channel=room, contains="errors are back")
    await bot.advance(minutes=10.2)

    assert await practice.message(channel=room, contains="an update is due by")


async def test_a_false_alarm_is_closed_and_told(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    await practice.person("alice").command("/incident", "false-alarm the monitor was broken", channel=room)

    assert await practice.message(channel=room, contains="the monitor was broken")
    assert await practice.message(channel="incidents", contains="alse alarm")


async def test_a_relapse_keeps_the_incident_open(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.command("/incident", "restored", channel=room)
    await practice.message(channel=room, contains="atch")

    await alice.command("/incident", "relapse errors again", channel=room)

    assert await practice.message(channel=room, contains="errors again")
