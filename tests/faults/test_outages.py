"""Slack or PostgreSQL goes away for a while: whoever asks is answered, and afterwards everything works."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from storage.embedded import Options, running
from tests.acceptance.conftest import Bot, StartBot
from tests.faults.interference import Interference
from tests.faults.rooms import housed, times_said
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json
from tocsin_practice.reading import said


async def test_after_an_outage_of_slack_the_bot_is_there_again(
    practice: PracticeDriver, interference: Interference, bot: Bot
) -> None:
    room = await housed(practice, "kiln1")
    alice = practice.person("alice")
    log, app = practice.site.log, practice.app.id

    interference.go_away()
    await practice.until(lambda: practice.site.sockets.count(app) == 0 or None)
    failed = await alice.command("/incident", "SEV1 kiln2 is cold")
    assert "dispatch_failed" in failed.text
    await bot.advance(minutes=10.2)
    await interference.refused()
    interference.come_back()
    await practice.connected(seconds=30)

    assert (await practice.message(channel=room, contains="an update is due by", seconds=20))["ts"]
    await housed(practice, "kiln3")
    assert times_said(practice, room, "an update is due by") == 1
    assert log.last_number


class Restartable:
    """A PostgreSQL of the test's own that can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = AsyncExitStack()
        self.dsn = ""

    async def start(self) -> None:
        """Start it, with what was recorded before."""
        server = await self._running.enter_async_context(running(self._folder, Options(durable=False)))
        self.dsn = server.dsn

    async def stop(self) -> None:
        """Stop it, with whoever is connected."""
        await self._running.aclose()


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Restartable]:
    """The server."""
    server = Restartable(tmp_path / "server")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def environment(environment: Json, server: Restartable) -> Json:
    """The bot's record is on that server."""
    return environment | {"DATABASE_URL": server.dsn}


async def test_a_restart_of_postgresql_is_said_and_then_everything_works(
    practice: PracticeDriver, server: Restartable, start_bot: StartBot
) -> None:
    bot = await start_bot()
    room = await housed(practice, "kiln1")
    alice = practice.person("alice")

    await server.stop()
    for line in ("SEV1 kiln2 is cold", "update still cold"):
        outcome = await alice.command("/incident", line, channel=room)
        assert outcome.is_good, outcome.text
        answer = await alice.ephemeral("database did not answer", channel=room)
        assert "Try again" in said(answer)
    pressed = await alice.press("take:commander", in_channel=room)
    assert pressed.is_good, pressed.text
    await server.start()

    await alice.command("/incident", "update warm again", channel=room)
    await practice.message(channel=room, contains="warm again", seconds=20)
    await housed(practice, "kiln3")
    await bot.advance(minutes=10.2)
    await practice.message(channel=room, contains="an update is due by", seconds=20)
    assert times_said(practice, room, "warm again") == 1
