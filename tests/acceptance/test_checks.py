"""Standing checks over the wire: a real service that breaks is proposed as an incident, once."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import pytest_asyncio

from storage.embedded import DatabaseError, Loopback, Options
from tests.acceptance.checked_shop import CHECK, DUE, Shop, serving, written
from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_declare import declared
from tests.faults.rooms import times_said
from tests.servers import temporary
from tocsin_practice.changes import NotHeardError
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json
from tocsin_practice.reading import said

FAILED = "failed 3 of 3 looks"
DATABASE = """
[services.payments]
name = "Payments"
slug = "payments"
[[services.payments.probes]]
kind = "postgres"
name = "db"
dsn_env = "SHOP_DATABASE_URL"
[[services.payments.checks]]
target = "postgres"
name = "db"
every = "5m"
bad_after = 1
severity = "SEV1"
"""


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[Shop]:
    async with serving() as shop:
        yield shop


@pytest.fixture
def config_folder(tmp_path: Path, shop: Shop) -> Path:
    return written(tmp_path / "config", CHECK.format(api=shop.url))


async def proposed(practice: PracticeDriver, bot: Bot, shop: Shop) -> Json:
    """The proposal, after three bad looks."""
    shop.broken = True
    await shop.looked_at(3, bot)
    return await practice.message(channel="incidents", contains=FAILED, seconds=20)


async def test_three_bad_looks_propose_an_incident_that_one_press_declares(
    practice: PracticeDriver, bot: Bot, shop: Shop
) -> None:
    await shop.looked_at(2, bot)
    proposal = await proposed(practice, bot, shop)
    text = said(proposal)
    assert "⛔ *critical* · *payments api*" in text
    assert "500" in text
    assert "/diagnose payments api" in text

    alice = practice.person("alice")
    await alice.press("check_declare", in_channel="incidents", ts=proposal["ts"])

    answer = await alice.ephemeral("INC-", channel="incidents")
    assert "SEV2" in said(answer)
    await practice.message(channel="incidents", contains="declared *INC-", seconds=20)
    room = await practice.until(
        lambda: next((c for c in practice.workspace.channels if c.name.endswith("-payments")), None)
    )
    card = said(await practice.message(channel=room, contains="Detected by"))
    assert "the standing check payments api, which failed 3 of 3 looks" in card
    assert await practice.message(channel=room, contains="turned critical, first seen at")
    assert times_said(practice, "incidents", FAILED) == 1


async def test_what_recovers_by_itself_is_said_in_the_same_message(
    practice: PracticeDriver, bot: Bot, shop: Shop
) -> None:
    proposal = await proposed(practice, bot, shop)

    shop.broken = False
    await shop.looked_at(2, bot)

    over = await practice.message(channel="incidents", contains="recovered at", seconds=20)
    assert over["ts"] == proposal["ts"]
    assert "nobody declared" in said(over)
    assert "Declare" not in str(over["blocks"][1:])


async def test_not_an_incident_is_said_with_the_name_and_holds_until_it_is_good_again(
    practice: PracticeDriver, bot: Bot, shop: Shop
) -> None:
    proposal = await proposed(practice, bot, shop)
    alice, bob = practice.person("alice"), practice.person("bob")

    await alice.press("check_known", in_channel="incidents", ts=proposal["ts"])
    await practice.message(channel="incidents", contains=f"{alice.mention} said at", seconds=20)
    await bob.command("/incident", "checks known payments api")
    assert await bob.ephemeral(f"{alice.mention} said already", channel="general")
    await shop.looked_at(4, bot)
    shop.broken = False
    await shop.looked_at(2, bot)

    over = await practice.message(channel="incidents", contains="recovered at", seconds=20)
    assert alice.mention in said(over)
    assert times_said(practice, "incidents", FAILED) == 1


async def test_an_open_incident_of_the_service_hears_of_it_instead(
    practice: PracticeDriver, bot: Bot, shop: Shop
) -> None:
    room = await declared(practice, "alice", "SEV3 payments slow")

    shop.broken = True
    await shop.looked_at(3, bot)
    await practice.message(channel=room, contains="The check *payments api* turned critical", seconds=20)
    shop.broken = False
    await shop.looked_at(2, bot)
    await practice.message(channel=room, contains="The check *payments api* is good again", seconds=20)

    assert times_said(practice, "incidents", "payments api") == 0
    alice = practice.person("alice")
    await alice.command("/incident", "timeline", channel=room)
    timeline = said(await alice.ephemeral("Timeline of", channel=room))
    assert "saw the check payments api turn critical" in timeline
    assert "good again since" in timeline


async def test_the_checks_are_listed_with_their_looks(practice: PracticeDriver, bot: Bot, shop: Shop) -> None:
    await shop.looked_at(2, bot)
    alice = practice.person("alice")

    outcome = await alice.command("/incident", "checks")
    assert outcome.is_good
    listed = said(await alice.ephemeral("payments api", channel="general"))
    assert "✅ *ok* · *payments api* · since" in listed
    assert "last look" in listed
    assert "every 10 s" in listed

    await proposed(practice, bot, shop)
    await alice.command("/incident", "checks")
    assert await alice.ephemeral("⛔ *critical* · *payments api*", channel="general")


async def test_the_shell_and_the_check_of_the_settings_know_of_them(bot: Bot, environment: Json) -> None:
    assert bot.runs
    look = await tocsin(environment, "check")
    assert "1 standing checks" in look
    listed = await tocsin(environment, "incident", "checks")
    assert "payments api" in listed
    assert "every 10 s" in listed


async def tocsin(environment: Json, *words: str) -> str:
    """What a command of the shell prints."""
    program = [sys.executable, "-m", "app", *words]
    process = await asyncio.create_subprocess_exec(*program, env=environment, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def test_a_database_that_stops_is_proposed_at_the_severity_of_its_check(
    practice: PracticeDriver,
    start_bot: StartBot,
    tmp_path: Path,
    missing: Callable[[str, str], NoReturn],
) -> None:
    config = written(tmp_path / "database", DATABASE)
    with ExitStack() as running:
        server = await asyncio.to_thread(shop_database, running, missing)
        bot = await start_bot(TOCSIN_CONFIG=str(config), SHOP_DATABASE_URL=server)
        alice = practice.person("alice")
        await until_listed(practice, "✅ *ok* · *payments db*", bot)
        await asyncio.to_thread(running.close)

        await bot.advance(minutes=6)
        proposal = said(await practice.message(channel="incidents", contains="payments db", seconds=30))

    assert "⛔ *critical* · *payments db* has failed 1 of 1 looks" in proposal
    assert "Declare SEV1" in proposal
    await alice.command("/incident", "checks declare payments db")
    assert "SEV1" in said(await alice.ephemeral("is declared", channel="general"))


def shop_database(running: ExitStack, missing: Callable[[str, str], NoReturn]) -> str:
    """The address of a database for the role that looks, until the stack is closed."""
    try:
        server = running.enter_context(temporary(Options(loopback=Loopback("root"), durable=False)))
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("CREATE ROLE diag LOGIN PASSWORD 'diag'; GRANT pg_monitor TO diag;")
    return (server.loopback_dsn or server.dsn).replace("tocsin:root@", "diag:diag@")


async def until_listed(practice: PracticeDriver, words: str, bot: Bot) -> None:
    """Ask for the list until it shows that."""
    alice = practice.person("alice")
    for _ in range(20):
        await bot.advance(seconds=DUE)
        await alice.command("/incident", "checks")
        with suppress(NotHeardError):
            await alice.ephemeral(words, channel="general", seconds=1)
            return
    pytest.fail(f"The list never showed {words}.")
