"""kill -9 around the look that Tocsin takes by itself: it is neither lost nor taken twice."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.acceptance.conftest import StartBot
from tests.faults.interference import Call, Fits, Interference, Moment
from tests.faults.test_killed_saying import ACCEPTANCE, PROBE
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.reading import said

BY_ITSELF = "Tocsin looked by itself"


async def well(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def failing(_request: web.Request) -> web.Response:
    return web.json_response({"status": "down"}, status=500)


@pytest_asyncio.fixture
async def config_folder(tmp_path: Path) -> AsyncIterator[Path]:
    """A copy in which search has a probe, and SEV1 asks for the look."""
    folder = copytree(ACCEPTANCE, tmp_path / "config")
    policy = folder / "policy.toml"
    worst = "update_every_minutes = 15\n"
    policy.write_text(policy.read_text().replace(worst, f"{worst}diagnose_on_declare = true\n"))
    application = web.Application()
    application.router.add_get("/health", well)
    async with TestServer(application) as server:
        with (folder / "services.toml").open("a") as file:
            file.write(PROBE.format(url=str(server.make_url("/")).rstrip("/")))
        yield folder


def pins(call: Call) -> bool:
    """The last calls of the set-up, after which the look is ordered."""
    return call.method == "pins.add"


def verdict(call: Call) -> bool:
    return call.method == "chat.postMessage" and BY_ITSELF in call.about


@pytest.mark.parametrize("call", [pins, verdict])
@pytest.mark.parametrize("moment", Moment)
async def test_a_look_that_was_cut_off_stands_there_once(
    practice: PracticeDriver, interference: Interference, start_bot: StartBot, call: Fits, moment: Moment
) -> None:
    bot = await start_bot()
    hold = interference.hold(call, moment)
    await practice.person("alice").command("/incident", "SEV1 search is cold")
    await hold.wait()
    await bot.kill()
    interference.lift()

    second = await start_bot()
    room = await practice.until(lambda: _room(practice))
    looked = await practice.message(channel=room, contains="Took ", seconds=20)
    await practice.message(channel=room, contains="answers 200", thread_ts=looked["ts"], seconds=20)
    await second.stop()

    assert sum(BY_ITSELF in said(message) for message in practice.messages(room)) == 1


def _room(practice: PracticeDriver) -> Channel | None:
    return next((c for c in practice.workspace.channels if c.name.startswith("incident-")), None)


async def test_after_a_kill_a_look_still_says_what_has_changed_since_the_one_before(
    practice: PracticeDriver, start_bot: StartBot, config_folder: Path
) -> None:
    alice = practice.person("alice")
    bot = await start_bot()
    await alice.command("/incident", "SEV2 search is cold")
    room = await practice.until(lambda: _room(practice))
    await alice.command("/diagnose", "api", channel=room)
    first = await practice.message(channel=room, contains="Took ", seconds=20)
    await bot.kill()
    services = config_folder / "services.toml"
    services.write_text(services.read_text().replace('health = "/health"', 'health = "/failing"'))
    second = await start_bot()
    await alice.command("/diagnose", "api", channel=room)
    told = await practice.message(channel=room, contains="*Changed since", seconds=20)
    await second.stop()
    assert "New: " in said(told)
    assert told["ts"] != first["ts"]
