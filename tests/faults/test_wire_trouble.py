"""Limits, failures and lost answers of Slack: everything comes through, nothing is done twice."""

import asyncio

from tests.acceptance.conftest import Bot
from tests.faults.interference import Call, Fits, Interference
from tests.faults.rooms import set_up, times_said
from tests.faults.setup import STEPS, calls, says
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.reading import said
from tocsin_practice.trouble import FaultKind

WORDS = {f"kiln{number}": kind for number, kind in enumerate(FaultKind)}
"""One incident for each kind of trouble."""


STUBBORN = "kiln9"
"""An incident whose channel cannot be created for a while."""
SIDE_BY_SIDE = ("conversations.invite", "the card", "the announcement", "the welcome")
"""Silence lasts ten seconds, so these are silent at once."""


def on_it(practice: PracticeDriver, room: Channel) -> bool:
    """Whether the room and its card say that somebody is on it."""
    return times_said(practice, room, "is on it.") > 0 and "On it:" in said(room.messages[room.pins[0].ts])


def of(word: str, fits: Fits) -> Fits:
    """Those calls of one incident."""

    def both(call: Call) -> bool:
        return word in call.about and fits(call)

    return both


async def test_set_ups_and_messages_come_through_every_trouble(
    practice: PracticeDriver, interference: Interference, bot: Bot
) -> None:
    for word, kind in WORDS.items():
        for step, fits in STEPS.items():
            if kind is not FaultKind.NO_ANSWER or step in SIDE_BY_SIDE:
                interference.fail(of(word, fits), kind)
    interference.fail(of(STUBBORN, calls("conversations.create")), FaultKind.STATUS, times=4)
    alice, bob = practice.person("alice"), practice.person("bob")

    outcomes = await asyncio.gather(
        *(alice.command("/incident", f"SEV1 {word} is cold") for word in WORDS),
        bob.command("/incident", f"SEV1 {STUBBORN} is cold"),
    )
    assert all(outcome.is_good for outcome in outcomes), outcomes
    rooms = [await set_up(practice, word, seconds=40) for word in WORDS]

    for word, kind in WORDS.items():
        if kind is not FaultKind.NO_ANSWER:
            interference.fail(of(word, says("is on it.")), kind)
            interference.fail(of(word, calls("chat.update")), kind)
    await asyncio.gather(*(alice.press("acknowledge", in_channel=room) for room in rooms))
    await practice.until(
        lambda: all(on_it(practice, room) for room in rooms) or None,
        seconds=40,
    )
    answer = await bob.ephemeral("I go on trying", seconds=20)
    assert "could not answer conversations.create" in said(answer)
    await set_up(practice, STUBBORN, by="bob", seconds=40)
    assert interference.failing == []
    await bot.stop()

    assert [times_said(practice, room, "is on it.") for room in rooms] == [1] * len(rooms)
    for word in WORDS:
        await set_up(practice, word)
