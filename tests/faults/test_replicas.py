"""Two bots on one record and one workspace: one room, one message, one reminder; repeats count once."""

import asyncio
from dataclasses import dataclass

import pytest

from tests.acceptance.conftest import StartBot
from tests.faults.rooms import housed, order_said, set_up, times_said
from tocsin_practice.courier import Answer, Courier, Parcel
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

    assert [order_said(practice, room, "warmer") for room in rooms[:2]] == [["warmer"], ["warmer"]]
    assert [times_said(practice, room, ": an update is due by") for room in rooms] == [2] * 6
    assert [times_said(practice, room, "Nobody had posted") for room in rooms] == [1] * 6
    assert [times_said(practice, room, "is still owed") for room in rooms] == [1] * 6
    for n in range(6):
        await set_up(practice, f"kiln{n}")


@dataclass
class Repeating:
    """Slack, delivering everything twice at once and a third time afterwards; its answer is the first."""

    courier: Courier

    async def ask(self, app: App, parcel: Parcel) -> Answer:
        """As the courier."""
        first, _ = await asyncio.gather(self.courier.ask(app, parcel), self.courier.ask(app, parcel))
        await self.courier.ask(app, parcel)
        return first


@pytest.mark.parametrize("replicas", [1, 2])
async def test_what_slack_delivers_again_counts_once(
    practice: PracticeDriver, start_bot: StartBot, replicas: int
) -> None:
    bots = [await start_bot() for _ in range(replicas)]
    acts = practice.site.acts
    acts.courier = Repeating(acts.courier)
    alice = practice.person("alice")

    room = await housed(practice, "kiln1")
    await alice.press("acknowledge", in_channel=room)
    await alice.command("/incident", "update warmer", channel=room)
    await practice.message(channel=room, contains="is on it.")
    await practice.message(channel=room, contains="warmer")
    await asyncio.gather(*(bot.stop() for bot in bots))

    await set_up(practice, "kiln1")
    assert [c.name for c in practice.workspace.channels if c.name.startswith("incident-")] == [room.name]
    assert times_said(practice, room, "is on it.") == 1
    assert order_said(practice, room, "warmer") == ["warmer"]
