"""kill -9 around a change: it is not done twice, nor long after its approval, and is said once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.acceptance.conftest import StartBot
from tests.acceptance.test_declare import declared
from tests.faults.interference import Interference, Moment
from tests.faults.rooms import times_said
from tests.faults.test_killed_saying import posts
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

ACCEPTANCE = Path(__file__).parents[1] / "acceptance" / "config"
ALLOWED = """
[[services.search.mitigations]]
kind = "breaker"
name = "stripe"
actions = ["reset-breaker"]
url = "{url}"
state = "/breaker"
since = "since"
reset = "/breaker/reset"

[[services.search.probes]]
kind = "http"
name = "api"
url = "{url}"
health = "/health"
"""


class Breaker:
    """A circuit breaker that takes its time to say that it was reset."""

    def __init__(self) -> None:
        self.state = "open"
        self.since = datetime(2026, 3, 2, 12, tzinfo=UTC).isoformat()
        self.resets = 0
        self.reset = asyncio.Event()
        self.answers = asyncio.Event()
        self.looked_at = asyncio.Event()
        self.well = asyncio.Event()
        self.well.set()

    async def health(self, _request: web.Request) -> web.Response:
        """How its service is; the answer may wait."""
        self.looked_at.set()
        await self.well.wait()
        return web.json_response({"status": "ok"})

    async def tell(self, _request: web.Request) -> web.Response:
        """Its state."""
        return web.json_response({"state": self.state, "since": self.since})

    async def close(self, _request: web.Request) -> web.Response:
        """Resets it; the answer waits."""
        self.state = "closed"
        self.resets += 1
        self.reset.set()
        await self.answers.wait()
        return web.json_response({"state": self.state})


@pytest.fixture
def config_folder(tmp_path: Path) -> Path:
    """A copy, to which a mitigation is added."""
    return copytree(ACCEPTANCE, tmp_path / "config")


@pytest_asyncio.fixture
async def breaker(config_folder: Path) -> AsyncIterator[Breaker]:
    """The service's breaker, named in the tests' own services.toml."""
    breaker = Breaker()
    application = web.Application()
    application.router.add_get("/breaker", breaker.tell)
    application.router.add_get("/health", breaker.health)
    application.router.add_post("/breaker/reset", breaker.close)
    async with TestServer(application) as server:
        with (config_folder / "services.toml").open("a") as file:
            file.write(ALLOWED.format(url=str(server.make_url("/")).rstrip("/")))
        yield breaker
        breaker.answers.set()
        breaker.well.set()


async def test_a_change_that_was_cut_off_is_not_done_twice_and_is_said_once(
    practice: PracticeDriver, interference: Interference, start_bot: StartBot, breaker: Breaker
) -> None:
    first = await start_bot()
    room = await declared(practice, "alice", "SEV1 search down")
    alice, bob = practice.person("alice"), practice.person("bob")
    bob.join(room)
    await alice.command("/incident", "mitigate reset-breaker", channel=room)
    plan = await practice.message(channel=room, contains="must approve it by", seconds=20)
    await bob.press("approve", ts=plan["ts"], in_channel=room)
    async with asyncio.timeout(20):
        await breaker.reset.wait()
    await first.kill()
    breaker.answers.set()

    saying = interference.hold(posts(room.name, "approved by"), Moment.AFTER)
    second = await start_bot()
    await saying.wait()
    await second.kill()
    interference.lift()

    third = await start_bot()
    done = said(await practice.message(channel=room, contains="Asked for by", seconds=30))
    await practice.message(channel=room, contains="After the change", seconds=30)
    await third.stop()

    assert breaker.resets == 1
    assert "I was cut off and went on" in done
    assert "The circuit breaker search stripe is closed and was left alone" in done
    assert times_said(practice, room, "Asked for by") == 1
    assert times_said(practice, room, "Exactly this") == 1


async def test_what_was_approved_before_a_kill_is_not_done_long_after_it(
    practice: PracticeDriver, start_bot: StartBot, breaker: Breaker
) -> None:
    first = await start_bot()
    room = await declared(practice, "alice", "SEV1 search down")
    alice, bob = practice.person("alice"), practice.person("bob")
    bob.join(room)
    await alice.command("/incident", "mitigate reset-breaker", channel=room)
    plan = await practice.message(channel=room, contains="must approve it by", seconds=20)
    breaker.looked_at.clear()
    breaker.well.clear()
    await bob.press("approve", ts=plan["ts"], in_channel=room)
    async with asyncio.timeout(20):
        await breaker.looked_at.wait()  # the look before the change: it is approved and has not begun
    await first.kill()
    breaker.well.set()

    second = await start_bot(ahead=13)
    told = said(
        await practice.message(channel=room, contains="it could not begin before it expired", seconds=40)
    )
    await second.stop()

    assert breaker.resets == 0
    assert breaker.state == "open"
    assert "Nothing was changed" in told
    assert "Look again" in told
