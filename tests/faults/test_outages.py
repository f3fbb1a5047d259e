"""Slack or PostgreSQL goes away for a while: whoever asks is answered, and afterwards everything works."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from storage.embedded import Options, running
from tests.acceptance.conftest import Bot, StartBot
from tests.faults.interference import Interference
from tests.faults.rooms import housed, order_said, times_said
from tests.frozen import frozen
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel, Json
from tocsin_practice.reading import said


async def test_after_an_outage_of_slack_the_bot_is_there_again(
    practice: PracticeDriver, interference: Interference, bot: Bot
) -> None:
    room = await housed(practice, "kiln1")
    alice = practice.person("alice")

    interference.go_away()
    await practice.until(lambda: practice.site.sockets.count(practice.app.id) == 0 or None)
    failed = await alice.command("/incident", "SEV1 kiln2 is cold")
    assert "dispatch_failed" in failed.text
    await bot.advance(minutes=10.2)
    await interference.refusal()
    interference.come_back()
    await practice.connected(seconds=30)

    await practice.message(channel=room, contains="an update is due by", seconds=20)
    await housed(practice, "kiln3")
    assert times_said(practice, room, "an update is due by") == 1


class Restartable:
    """A PostgreSQL of the test's own that can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = AsyncExitStack()
        self.dsn = ""
        self._pid = 0

    async def start(self) -> None:
        """Start it, with what was recorded before."""
        server = await self._running.enter_async_context(running(self._folder, Options(durable=False)))
        self.dsn, self._pid = server.dsn, server.pid

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """All its processes stand still."""
        whole = [
            self._pid,
            *map(int, Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()),
        ]
        with frozen(*whole):
            yield

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


async def answered_plainly(practice: PracticeDriver, room: Channel) -> None:
    """Whatever alice asks for now is acknowledged in time and answered with what to do."""
    alice = practice.person("alice")

    def sorry() -> list[str]:
        mine = practice.workspace.messages.ephemerals(alice.id, room.id)
        return [said(each.message) for each in mine if "database did not answer" in said(each.message)]

    def told(times: int) -> bool | None:
        return len(sorry()) == times or None

    for number, line in enumerate(("SEV1 kiln2 is cold", "update still cold"), start=1):
        outcome = await alice.command("/incident", line, channel=room)
        assert outcome.is_good, outcome.text
        await practice.until(partial(told, number))
    pressed = await alice.press("acknowledge", in_channel=room)
    assert pressed.is_good, pressed.text
    await practice.until(partial(told, 3))
    assert all("Try again" in sentence for sentence in sorry())


async def test_a_restart_of_postgresql_is_said_and_then_everything_works(
    practice: PracticeDriver, server: Restartable, start_bot: StartBot
) -> None:
    bot = await start_bot()
    room = await housed(practice, "kiln1")
    alice = practice.person("alice")

    await server.stop()
    await answered_plainly(practice, room)
    await server.start()

    await alice.command("/incident", "update warm again", channel=room)
    await practice.message(channel=room, contains="warm again", seconds=20)
    await housed(practice, "kiln3")
    await bot.advance(minutes=10.2)
    await practice.message(channel=room, contains="an update is due by", seconds=20)
    assert order_said(practice, room, "warm again") == ["warm again"]


async def test_a_postgresql_that_hangs_is_said_in_time(
    practice: PracticeDriver, server: Restartable, start_bot: StartBot
) -> None:
    await start_bot()
    room = await housed(practice, "kiln1")

    with server.frozen():
        await answered_plainly(practice, room)

    await practice.person("alice").command("/incident", "update warm again", channel=room)
    await practice.message(channel=room, contains="warm again", seconds=20)
    await housed(practice, "kiln3")
