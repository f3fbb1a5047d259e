"""Limits, failures and lost answers of Slack: the set-up comes through, and nothing is done twice."""

import pytest

from tests.acceptance.conftest import Bot
from tests.faults.rooms import housed, set_up, times_said
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.trouble import FaultKind

ONCE = ("conversations.invite", "conversations.setTopic", "pins.add")
QUICK = [FaultKind.RATE_LIMITED, FaultKind.STATUS, FaultKind.RESET, FaultKind.LOST]


@pytest.mark.parametrize("kind", QUICK)
async def test_a_set_up_comes_through_trouble_at_every_call(
    practice: PracticeDriver, bot: Bot, kind: FaultKind
) -> None:
    practice.fault("conversations.create", kind)
    for method in (*ONCE, "bookmarks.add"):
        practice.fault(method, kind)
    practice.fault("chat.postMessage", kind, times=3)
    practice.fault("chat.update", kind)

    room = await housed(practice, "kiln1")
    alice = practice.person("alice")
    await alice.press("acknowledge", in_channel=room)
    await practice.message(channel=room, contains="is on it.")
    await practice.until(lambda: not practice.site.trouble.pending() or None, seconds=20)
    await bot.stop()

    await set_up(practice, "kiln1")
    assert times_said(practice, room, "is on it.") == 1


async def test_a_set_up_comes_through_silence(practice: PracticeDriver, bot: Bot) -> None:
    for method in (*ONCE, "chat.postMessage"):
        practice.fault(method, FaultKind.NO_ANSWER)

    await practice.person("alice").command("/incident", "SEV1 kiln1 is cold")
    await set_up(practice, "kiln1", seconds=40)
    await bot.stop()

    await set_up(practice, "kiln1")
