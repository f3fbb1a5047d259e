"""kill -9 while something is being said or looked at: said once, in order; a verdict ends where it began."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.acceptance.conftest import StartBot
from tests.faults.interference import Call, Fits, Hold, Interference, Moment
from tests.faults.rooms import housed, order_said, times_said
from tocsin_practice.changes import NotHeardError
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.reading import said

ACCEPTANCE = Path(__file__).parents[1] / "acceptance" / "config"
PROBE = """
[[services.search.probes]]
kind = "http"
name = "api"
url = "{url}"
health = "/health"
"""

ORDER = ["first words", "second words"]


def posts(room: str, words: str) -> Fits:
    def fits(call: Call) -> bool:
        return call.method == "chat.postMessage" and room in call.channel and words in call.about

    return fits


async def test_what_was_being_said_is_said_once_and_in_order(
    practice: PracticeDriver, interference: Interference, start_bot: StartBot
) -> None:
    bot = await start_bot()
    alice = practice.person("alice")
    words = [f"kiln{number}" for number in range(6)]
    severities = ("SEV1", "SEV1", "SEV1", "SEV1", "SEV2", "SEV2")
    housing = (housed(practice, word, severity=s) for word, s in zip(words, severities, strict=True))
    rooms = await asyncio.gather(*housing)
    updated, silent, reminded = rooms[:2], rooms[2:4], rooms[4:]

    def hold(pair: Sequence[Channel], phrase: str) -> list[Hold]:
        both = zip(pair, Moment, strict=True)
        return [interference.hold(posts(room.name, phrase), moment) for room, moment in both]

    def all_said() -> Iterator[bool]:
        yield from (len(order_said(practice, room, *ORDER)) >= len(ORDER) for room in updated)
        yield from (times_said(practice, room, "Nobody had posted") > 0 for room in silent)
        yield from (times_said(practice, room, "an update is due by") > 0 for room in reminded)

    holds = [*hold(updated, "first words"), *hold(silent, "Nobody had posted")]
    for room in updated:
        await alice.command("/incident", "update first words", channel=room)
        await alice.command("/incident", "update second words", channel=room)
    await bot.advance(minutes=15.2)
    await asyncio.gather(*(held.wait() for held in holds))
    holds = hold(reminded, "an update is due by")
    await bot.advance(minutes=10)
    await asyncio.gather(*(held.wait() for held in holds))
    await bot.kill()
    interference.lift()

    second = await start_bot()
    await second.advance(minutes=25.2)
    with suppress(NotHeardError):
        await practice.until(lambda: all(all_said()) or None, seconds=30)
    await second.stop()

    assert [order_said(practice, room, *ORDER) for room in updated] == [ORDER, ORDER]
    assert [times_said(practice, room, "Nobody had posted") for room in silent] == [1, 1]
    assert [times_said(practice, room, "an update is due by") for room in reminded] == [1, 1]


class Patient:
    """A service whose health takes until it is let go."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.well = asyncio.Event()

    async def health(self, _request: web.Request) -> web.Response:
        """Waits."""
        self.asked.set()
        await self.well.wait()
        return web.json_response({"status": "ok"})


@pytest_asyncio.fixture
async def service(config_folder: Path) -> AsyncIterator[Patient]:
    """The service that is looked at, named in the tests' own services.toml."""
    patient = Patient()
    application = web.Application()
    application.router.add_get("/health", patient.health)
    async with TestServer(application) as server:
        with (config_folder / "services.toml").open("a") as file:
            file.write(PROBE.format(url=str(server.make_url("/")).rstrip("/")))
        yield patient
        patient.well.set()


@pytest.fixture
def config_folder(tmp_path: Path) -> Path:
    """A copy, to which a probe is added."""
    return copytree(ACCEPTANCE, tmp_path / "config")


async def test_a_verdict_that_stood_at_looking_is_finished_in_the_same_message(
    practice: PracticeDriver, service: Patient, start_bot: StartBot
) -> None:
    bot = await start_bot()
    await practice.person("alice").command("/diagnose", "search api", channel="general")
    looking = await practice.message(channel="general", contains="Looking at")
    async with asyncio.timeout(20):
        await service.asked.wait()
    await bot.kill()
    service.well.set()

    second = await start_bot()
    verdict = await practice.message(channel="general", contains="Took ", seconds=20)
    await second.stop()

    assert verdict["ts"] == looking["ts"]
    assert [m["ts"] for m in practice.messages("general") if "asked by" in said(m)] == [looking["ts"]]
