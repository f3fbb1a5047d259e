"""Standing checks with two replicas and kill -9: proposed once, forgotten never."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.checked_shop import CHECK, Shop, serving, written
from tests.acceptance.conftest import StartBot
from tests.faults.interference import Interference, Moment
from tests.faults.rooms import times_said
from tests.faults.test_killed_saying import posts
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

FAILED = "failed 3 of 3 looks"


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[Shop]:
    async with serving() as shop:
        yield shop


@pytest.fixture
def config_folder(tmp_path: Path, shop: Shop) -> Path:
    return written(tmp_path / "config", CHECK.format(api=shop.url))


async def test_two_replicas_look_in_turn_and_propose_once(
    practice: PracticeDriver, start_bot: StartBot, shop: Shop
) -> None:
    bots = [await start_bot(), await start_bot()]
    shop.broken = True
    await shop.looked_at(5, *bots)
    await practice.message(channel="incidents", contains=FAILED, seconds=20)
    shop.broken = False
    await shop.looked_at(2, *bots)
    await practice.message(channel="incidents", contains="recovered at", seconds=20)
    await asyncio.gather(*(bot.stop() for bot in bots))

    assert times_said(practice, "incidents", "payments api") == 1


async def test_two_who_press_at_once_on_two_replicas_declare_one_incident(
    practice: PracticeDriver, start_bot: StartBot, shop: Shop
) -> None:
    bots = [await start_bot(), await start_bot()]
    shop.broken = True
    await shop.looked_at(3, *bots)
    proposal = await practice.message(channel="incidents", contains=FAILED, seconds=20)
    people = [practice.person(name) for name in ("alice", "bob", "carol")]
    for person in people:
        person.join("incidents")

    await asyncio.gather(
        *(p.press("check_declare", in_channel="incidents", ts=proposal["ts"]) for p in people)
    )
    await practice.message(channel="incidents", contains="declared *INC-", seconds=20)
    await asyncio.gather(*(bot.stop() for bot in bots))

    rooms = [c.name for c in practice.workspace.channels if c.name.startswith("incident-")]
    assert len(rooms) == 1


async def test_a_bot_that_was_killed_knows_that_the_check_is_bad_and_does_not_propose_it_twice(
    practice: PracticeDriver, start_bot: StartBot, shop: Shop
) -> None:
    first = await start_bot()
    shop.broken = True
    await shop.looked_at(3, first)
    proposal = await practice.message(channel="incidents", contains=FAILED, seconds=20)
    await first.kill()

    second = await start_bot()
    await second.advance(seconds=120)
    await shop.looked_at(4, second)
    shop.broken = False
    await shop.looked_at(2, second)
    over = await practice.message(channel="incidents", contains="recovered at", seconds=20)

    assert over["ts"] == proposal["ts"]
    assert times_said(practice, "incidents", "payments api") == 1


async def test_what_was_counted_before_a_kill_counts_after_it(
    practice: PracticeDriver, start_bot: StartBot, shop: Shop
) -> None:
    first = await start_bot()
    shop.broken = True
    await shop.looked_at(3, first)  # two are on record by now, the third perhaps
    await first.kill()

    second = await start_bot()
    await second.advance(seconds=120)
    await shop.looked_at(1, second)
    proposal = said(await practice.message(channel="incidents", contains="has failed", seconds=20))

    assert FAILED in proposal
    assert times_said(practice, "incidents", "payments api") == 1


async def test_a_kill_while_the_proposal_is_posted_leaves_one_message(
    practice: PracticeDriver, interference: Interference, start_bot: StartBot, shop: Shop
) -> None:
    first = await start_bot()
    shop.broken = True
    saying = interference.hold(posts("incidents", "has failed"), Moment.AFTER)
    await shop.looked_at(3, first)
    await saying.wait()
    await first.kill()
    interference.lift()

    second = await start_bot()
    await second.advance(seconds=120)
    shop.broken = False
    await shop.looked_at(2, second)
    await practice.message(channel="incidents", contains="recovered at", seconds=30)

    assert times_said(practice, "incidents", "payments api") == 1
