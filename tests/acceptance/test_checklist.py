"""A guided checklist over the wire: begun by a line, ticked by button and by line, kept through kill -9."""

import re

import pytest

from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_declare import declared
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.reading import said


@pytest.mark.usefixtures("bot")
async def test_data_corruption_is_worked_through_step_by_step(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments rows are gone")
    alice, bob = practice.person("alice"), practice.person("bob")
    bob.join(room)

    await alice.command("/incident", "checklist corruption", channel=room)
    listed = await practice.message(channel=room, contains="0 of 9 steps done, next is step 1")
    assert "1. *Next* · Stop writing" in said(listed)
    assert "Hours: restoring and comparing" in said(listed)

    await bob.press("tick:1", in_channel=room)
    await practice.message(channel=room, contains="1 of 9 steps done, next is step 2")
    await alice.command("/incident", "tick 4", channel=room)
    shown = await practice.message(channel=room, contains="2 of 9 steps done, next is step 2")
    assert "1. ✅ *done* · Stop writing: switch the service to read-only" in said(shown)
    assert bob.mention in said(shown)
    assert shown["ts"] == listed["ts"]

    card = await practice.message(channel=room, contains="2 of 9 steps done. <")
    assert "Open it" in said(card)
    await alice.press("untick:4", in_channel=room)
    await practice.message(channel=room, contains="1 of 9 steps done, next is step 2")
    await alice.command("/incident", "timeline", channel=room)
    told = said(await alice.ephemeral("took back step 4"))
    assert "did step 1 of “Data corruption: rows lost or wrong”: Stop writing" in told


async def test_what_is_ticked_is_kept_through_a_kill(
    practice: PracticeDriver, bot: Bot, start_bot: StartBot
) -> None:
    room = await declared(practice, "alice", "SEV1 payments rows are gone")
    bob = practice.person("bob")
    bob.join(room)
    await bob.command("/incident", "checklist data-loss", channel=room)
    await practice.message(channel=room, contains="next is step 1")
    await bob.press("tick:1", in_channel=room)
    before = await practice.message(channel=room, contains="next is step 2")
    await bot.kill()
    await start_bot()
    await bob.press("tick:2", in_channel=room)
    after = await practice.message(channel=room, contains="2 of 9 steps done, next is step 3")
    assert after["ts"] == before["ts"]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("checklist", "/incident checklist data-loss"),
        ("checklist toaster", "There is no checklist “toaster”"),
        ("tick 3", "No checklist was begun"),
        ("tick", "Which step?"),
    ],
)
async def test_what_cannot_be_begun_or_ticked_is_answered_with_what_there_is(
    practice: PracticeDriver, line: str, answer: str
) -> None:
    room = await declared(practice, "alice", "SEV1 payments rows are gone")
    alice = practice.person("alice")
    outcome = await alice.command("/incident", line, channel=room)
    assert outcome.kind is not OutcomeKind.FIELD_ERRORS
    assert await alice.ephemeral(answer)


@pytest.mark.usefixtures("bot")
async def test_it_is_begun_and_ticked_from_elsewhere_by_the_incidents_name(practice: PracticeDriver) -> None:
    room = await declared(practice, "alice", "SEV1 payments rows are gone")
    reference = re.findall(r"INC-\d+-\d+", str(practice.messages(room)))[0]
    alice = practice.person("alice")
    await alice.command("/incident", f"checklist {reference} data-loss", channel="random")
    await alice.ephemeral(f"stands in the room of {reference}", channel="random")
    await practice.message(channel=room, contains="next is step 1")
    await alice.command("/incident", f"tick {reference} 1", channel="random")
    await alice.ephemeral(f"Step 1 is done. It stands in the checklist of {reference}", channel="random")
    await practice.message(channel=room, contains="1 of 9 steps done")
