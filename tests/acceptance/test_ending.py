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
    early = await alice.view(callback_id="resolve")
    assert "is watched until" in str(early.payload)
    assert "the pool was exhausted" in str(early.payload)

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

    await alice.command("/incident", "resolve now", channel=room)
    assert await alice.ephemeral("Say why", channel=room)
    await alice.command("/incident", "resolve the database was never down", channel=room)
    view = await alice.view(callback_id="resolve")
    assert "The service is not on record as restored" in str(view.payload)
    await alice.submit(view, {"reason": "the alert itself was wrong"})

    post = said(await practice.message(channel=room, contains="the alert itself was wrong"))
    assert "*What it was:* the database was never down" in post


async def test_a_fix_forward_is_one_press_and_watched_for_an_hour(practice: PracticeDriver, bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV3 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")
    await alice.press("restored", in_channel=room)
    told = said(await practice.message(channel=room, contains="says that the service is restored"))
    assert "press *It was a fix forward*: then we watch it until" in told

    bob.join(room)
    await bob.press("fix:fix_forward", in_channel=room)
    await practice.message(channel=room, contains=f"{bob.mention} says that it was a *fix forward*")
    await practice.message(channel=room, contains="with a fix forward")
    assert "a rollback that is ready" in said(room.messages[room.pins[0].ts])
    await bot.advance(minutes=20)
    await alice.press("resolve", in_channel=room)
    assert "is watched until" in str((await alice.view(callback_id="resolve")).payload)

    await bot.advance(minutes=41)
    await practice.message(channel=room, contains="The watch ended")
    await alice.command("/incident", "resolve a patched pool", channel=room)
    assert "*The fix:* a fix forward" in said(await practice.message(channel=room, contains="a patched pool"))


async def test_a_rollback_is_said_in_one_line_and_names_what_to_verify(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")

    await alice.command("/incident", "restored rollback", channel=room)

    await practice.message(channel=room, contains="is restored with a rollback")
    await practice.message(channel=room, contains="verify: health, caches, circuit breakers, integrity")
    await alice.command("/incident", "restored backups are corrupt", channel=room)
    assert await alice.ephemeral("Do you want to declare this", channel=room)


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
