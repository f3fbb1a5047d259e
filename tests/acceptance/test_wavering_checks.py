"""Standing checks that waver or see nothing: told once; and an incident that somebody declared beside one."""

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import pytest_asyncio

from tests.acceptance.checked_shop import CHECK, Shop, serving, written
from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_checks import DATABASE, proposed, shop_database, until_listed
from tests.acceptance.test_declare import declared
from tests.faults.rooms import times_said
from tocsin_practice.changes import NotHeardError
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

TURNS = 4  # within half an hour; one more than the rule allows


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[Shop]:
    async with serving() as shop:
        yield shop


@pytest.fixture
def config_folder(tmp_path: Path, shop: Shop) -> Path:
    return written(tmp_path / "config", CHECK.format(api=shop.url))


async def turned(practice: PracticeDriver, bot: Bot, shop: Shop) -> None:
    """Broken until it is told, and good again until that is told, or until both have been seen."""
    before = times_said(practice, "incidents", "recovered at")
    shop.broken = True
    await shop.looked_at(3, bot)
    shop.broken = False
    await shop.looked_at(3, bot)
    await practice.until(
        lambda: times_said(practice, "incidents", "recovered at") > before or None, seconds=20
    )


async def test_a_check_that_turns_again_and_again_is_told_once_and_proposes_once(
    practice: PracticeDriver, bot: Bot, shop: Shop
) -> None:
    for _ in range(TURNS - 1):
        await turned(practice, bot, shop)
    shop.broken = True
    await shop.looked_at(3, bot)
    told = said(await practice.message(channel="incidents", contains="turns again and again", seconds=20))
    assert "4 times in the last 30 min" in told
    assert "I say nothing more of it until it has been good for 30 min" in told

    shop.broken = False
    await shop.looked_at(3, bot)
    shop.broken = True
    await shop.looked_at(4, bot)

    assert times_said(practice, "incidents", "turns again and again") == 1
    assert times_said(practice, "incidents", "payments api") == TURNS
    assert times_said(practice, "incidents", "Declare SEV2") == 1


async def test_an_incident_that_somebody_declared_is_detected_by_the_check_that_saw_it_first(
    practice: PracticeDriver, bot: Bot, shop: Shop
) -> None:
    await proposed(practice, bot, shop)
    room = await declared(practice, "alice", "SEV2 payments down")

    await shop.looked_at(2, bot)

    recorded = said(await practice.message(channel=room, contains="recorded *Detected by:*", seconds=20))
    assert "the standing check payments api, which failed 3 of 3 looks" in recorded
    await practice.until(
        lambda: "the standing check payments api" in said(room.messages[room.pins[0].ts]) or None
    )


async def test_what_somebody_said_of_who_saw_it_stays(practice: PracticeDriver, bot: Bot, shop: Shop) -> None:
    room = await declared(practice, "alice", "SEV2 payments down")
    await practice.person("alice").command("/incident", "detected by a customer", channel=room)
    await practice.message(channel=room, contains="Detected by:")
    shop.broken = True
    await shop.looked_at(4, bot)
    await practice.message(channel=room, contains="turned critical", seconds=20)
    assert "the check payments api," not in str(practice.messages(room))


async def test_a_check_without_its_privileges_says_that_it_is_blind_and_proposes_nothing(
    practice: PracticeDriver,
    start_bot: StartBot,
    tmp_path: Path,
    missing: Callable[[str, str], NoReturn],
) -> None:
    config = written(tmp_path / "database", DATABASE)
    with ExitStack() as running:
        server = shop_database(running, missing)
        superuser = server.replace("diag:diag@", "tocsin:root@")
        with psycopg.connect(superuser, autocommit=True) as other:
            other.execute("REVOKE pg_monitor FROM diag")
            bot = await start_bot(TOCSIN_CONFIG=str(config), SHOP_DATABASE_URL=server)
            await until_listed(practice, "*unknown* · *payments db*", bot)
            told = await told_in_time(practice, bot)
    assert "cannot be looked at since" in told
    assert "That is not known to be fine" in told
    assert "Declare" not in told
    assert times_said(practice, "incidents", "payments db") == 1


async def told_in_time(practice: PracticeDriver, bot: Bot) -> str:
    """What is said of the database, as the bot's clock moves on until it is; each look needs its time."""
    for _ in range(30):
        await bot.advance(minutes=6)
        with suppress(NotHeardError):
            return said(await practice.message(channel="incidents", contains="payments db", seconds=4))
    pytest.fail("Nothing was said of the database.")
