"""HTTP mode: Slack posts signed requests to the bot instead of speaking over a socket."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
import yaml

from tests.acceptance.conftest import ROOT
from tests.acceptance.test_declare import declared
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json

READY = b"connected and ready"


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def practice_manifest(port: int) -> Json:
    found: Json = yaml.safe_load((ROOT / "manifest.yml").read_text())
    url = f"http://127.0.0.1:{port}/slack/events"
    for command in found["features"]["slash_commands"]:
        command["url"] = url
    found["settings"]["interactivity"]["request_url"] = url
    found["settings"]["event_subscriptions"]["request_url"] = url
    found["settings"]["socket_mode_enabled"] = False
    return found


@pytest_asyncio.fixture
async def http_bot(environment: Json, port: int) -> AsyncIterator[str]:
    """The bot in HTTP mode; its address."""
    environment = {k: v for k, v in environment.items() if k != "SLACK_APP_TOKEN"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        "run",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment | {"TOCSIN_LISTEN": f"127.0.0.1:{port}"},
        cwd=ROOT,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while READY not in (line := await process.stdout.readline()):
            assert line, "the bot ended"
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    sys.stdout.buffer.write((await process.communicate())[0])


async def test_an_incident_is_declared_and_worked_on_over_http(
    practice: PracticeDriver, http_bot: str
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    await practice.person("alice").press("take:commander", in_channel=room)

    assert await practice.message(channel=room, contains="is incident commander")
    async with aiohttp.ClientSession() as session, session.get(f"{http_bot}/health") as health:
        assert (await health.json())["ok"] is True


async def test_a_request_without_slacks_signature_is_refused(practice: PracticeDriver, http_bot: str) -> None:
    forged = {"command": "/incident", "text": "SEV1 forged", "user_id": practice.person("alice").id}

    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{http_bot}/slack/events", data=forged) as answer,
    ):
        assert answer.status == 401
