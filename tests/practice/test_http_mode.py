"""HTTP mode: signed requests to an app's own address."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest_asyncio
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.httpmode import signature
from tocsin_practice.model import SlashCommand
from tocsin_practice.outcomes import OutcomeKind

Json = dict[str, Any]

REFUSED_AT_FIRST = "This finds the app asleep"


@pytest_asyncio.fixture
async def app(practice: PracticeDriver, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    bolt = AsyncApp(client=client, signing_secret=practice.app.signing_secret)

    async def receive(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        if REFUSED_AT_FIRST in body and "X-Slack-Retry-Num" not in request.headers:
            return web.Response(status=500)
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        answer = await bolt.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
        kind = answer.first_headers().get("content-type", "text/plain").partition(";")[0]
        return web.Response(status=answer.status, text=answer.body, content_type=kind)

    receiver = web.Application()
    receiver.router.add_post("/slack/events", receive)
    runner = web.AppRunner(receiver)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    practice.app.socket_mode = False
    practice.app.interactivity_url = practice.app.events_url = address
    practice.app.commands["/plain"] = SlashCommand(name="/plain", url=address)
    yield bolt
    await runner.cleanup()


async def test_a_command_arrives_signed_and_its_answer_is_shown(
    practice: PracticeDriver, app: AsyncApp
) -> None:
    @app.command("/plain")
    async def plain(ack: AsyncAck, command: Json) -> None:
        await ack(f"Heard {command['text']}")

    outcome = await practice.person("bob").command("/plain", "SEV1")
    assert outcome.is_good
    assert (await practice.person("bob").ephemeral())["text"] == "Heard SEV1"


async def test_a_wrong_secret_makes_the_command_fail(practice: PracticeDriver, app: AsyncApp) -> None:
    practice.app.signing_secret = "another"
    outcome = await practice.person("bob").command("/plain")

    assert app.name
    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.text == '/plain failed with the error "dispatch_failed"'


async def test_an_event_that_is_refused_is_sent_again(practice: PracticeDriver, app: AsyncApp) -> None:
    heard = asyncio.Queue[AsyncBoltRequest]()

    @app.event("message")
    async def message(request: AsyncBoltRequest) -> None:
        heard.put_nowait(request)

    practice.person("bob").say(REFUSED_AT_FIRST, channel="incidents")
    request = await heard.get()
    assert request.headers["x-slack-retry-num"] == ["1"]
    assert request.headers["x-slack-retry-reason"] == ["http_error"]


def test_the_signature_is_slacks() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    made = signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body)
    assert made == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
