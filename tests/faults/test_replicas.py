"""Two bots on one record and one workspace: one room, one message, one reminder; repeated requests count once."""

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.acceptance.conftest import StartBot
from tests.faults.rooms import housed, set_up, times_said
from tocsin_practice.courier import Answer, Parcel
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import App


async def test_two_bots_do_everything_once(practice: PracticeDriver, start_bot: StartBot) -> None:
    bots = [await start_bot(), await start_bot()]
    rooms = await asyncio.gather(*(housed(practice, f"kiln{n}") for n in range(6)))
    alice = practice.person("alice")

    await asyncio.gather(*(alice.command("/incident", "update warmer", channel=room) for room in rooms[:2]))
    for bot in bots:
        await bot.advance(minutes=10.2)
    for room in rooms[:2]:
        await practice.message(channel=room, contains="warmer")
    for room in rooms:
        await practice.message(channel=room, contains="an update is due by")
    for bot in bots:
        await bot.advance(minutes=5)
    for room in rooms:
        await practice.message(channel=room, contains="Nobody had posted")
        await practice.message(channel=room, contains="is still owed")
    await asyncio.gather(*(bot.stop() for bot in bots))

    assert [times_said(practice, room, "warmer") for room in rooms[:2]] == [1, 1]
    assert [times_said(practice, room, ": an update is due by") for room in rooms] == [2] * 6
    assert [times_said(practice, room, "Nobody had posted") for room in rooms] == [1] * 6
    assert [times_said(practice, room, "is still owed") for room in rooms] == [1] * 6
    for n in range(6):
        await set_up(practice, f"kiln{n}")
