"""The question whether the bot on this machine is well, as people and engines put it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from app.health import routes
from app.pulse import ask
from app.settings import Places

HEAVY = ("aiohttp", "docker", "httpx", "slack_bolt", "sqlalchemy")


@pytest.fixture
def trouble() -> str:
    return ""


@pytest_asyncio.fixture
async def places(trouble: str) -> AsyncIterator[Places]:
    """A health page with this trouble, and settings that name it."""

    async def check() -> str:
        return trouble

    page = web.Application()
    page.add_routes(routes({"database": check}))
    runner = web.AppRunner(page, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Places(tocsin_listen=f"0.0.0.0:{runner.addresses[0][1]}")
    await runner.cleanup()


@pytest.mark.parametrize(("trouble", "well"), [("", True), ("It does not answer.", False)])
async def test_what_the_bot_says_of_itself_is_handed_on(places: Places, trouble: str, *, well: bool) -> None:
    answer, sentence = await asyncio.to_thread(ask, places)
    assert answer is well
    assert (trouble or "ok") in sentence


async def test_where_no_bot_answers_it_is_not_well() -> None:
    assert ask(Places(tocsin_listen="127.0.0.1:1"))[0] is False
    assert ask(Places(tocsin_listen="off"))[0] is False


def test_asking_imports_nothing_of_the_bot() -> None:
    script = f"import sys, app.pulse; print([name for name in {HEAVY} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout
    assert said.strip() == "[]"


def test_an_engine_learns_from_its_exit_code_that_a_setting_is_wrong() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "app.pulse"],
        env={"TOCSIN_LISTEN": "nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert asked.stdout.startswith("TOCSIN_LISTEN is wrong")
