"""The connection to Slack: wrong tokens, silence, and HTTP mode."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from datetime import UTC, datetime
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.async_app import AsyncApp

from handlers.chat import SlackChat
from handlers.slack import build, http_route
from handlers.socket import Watch, connect
from incidents.catalogue import Catalogue
from incidents.check_desk import CheckDesk
from incidents.desk import Desk
from incidents.errors import Misconfigured, Unavailable
from incidents.policy import Policy
from tests.handlers.wire.conftest import Bot
from tocsin_practice.driver import PersonDriver, PracticeDriver

SECRET = "8f742231b10e8888"


class Nothing:
    """A record that nobody may ask."""


@pytest.fixture
def app(chat: SlackChat, policy: Policy, catalogue: Catalogue) -> AsyncApp:
    desk = Desk(Nothing(), policy, catalogue)  # type: ignore[arg-type] # no test here reaches the record
    checks = CheckDesk({}, Nothing(), Nothing(), policy)  # type: ignore[arg-type] # as above
    return build(
        desk=desk,
        chat=chat,
        targets=lambda _service: ["db"],
        offers=lambda _service: [],
        checks=checks,
        now=_now,
        signing_secret=SECRET,
    )


def _now() -> datetime:
    return datetime.now(UTC)


async def test_a_wrong_token_is_said_at_once(app: AsyncApp) -> None:
    with pytest.raises(Misconfigured, match="SLACK_APP_TOKEN"):
        async with connect(app, "xapp-wrong"):
            pytest.fail("connected with a wrong token")


async def test_a_workspace_that_is_not_there_is_said(app: AsyncApp, practice: PracticeDriver) -> None:
    app.client.base_url = "http://127.0.0.1:9/api/"
    with pytest.raises(Unavailable, match="cannot be reached"):
        async with connect(app, practice.app.app_token):
            pytest.fail("connected to nothing")


async def test_a_connection_that_went_quiet_is_replaced(app: AsyncApp, practice: PracticeDriver) -> None:
    async with connect(app, practice.app.app_token, watch=Watch(ping=5.0, quiet=0.2)) as line:
        first = line.handler
        await practice.until(lambda: line.handler not in (None, first) or None)
        assert practice.site.sockets.count(practice.app.id) >= 1


async def test_after_a_refresh_commands_arrive_again(bot: Bot, alice: PersonDriver) -> None:
    await bot.practice.site.sockets.disconnect(bot.practice.app.id)
    await bot.practice.connected()
    await alice.command("/incident", "help")
    await alice.ephemeral("/incident SEV1 payments down")


class Heard(logging.Handler):
    """Tells when something was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.event = asyncio.Event()
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.said = record.getMessage()
        self.event.set()


async def test_too_many_connections_are_reported(app: AsyncApp, practice: PracticeDriver) -> None:
    heard, log = Heard(), logging.getLogger("tocsin.socket")
    log.addHandler(heard)
    try:
        async with connect(app, practice.app.app_token, watch=Watch(expected=0)):
            await asyncio.wait_for(heard.event.wait(), 5)
    finally:
        log.removeHandler(heard)
    assert "Slack counts 1 connections of this app" in heard.said


async def test_http_mode_checks_the_signature(app: AsyncApp) -> None:
    site = web.Application()
    site.add_routes([http_route(app)])
    body = urlencode(
        {"command": "/diagnose", "text": "", "user_id": "U0ALICE", "channel_id": "", "trigger_id": "1"}
    )
    stamp = str(int(datetime.now(UTC).timestamp()))
    signed = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={signed}",
    }
    async with TestServer(site) as server, aiohttp.ClientSession() as session:
        url = server.make_url("/slack/events")
        async with session.post(url, data=body, headers=headers) as answer:
            assert (answer.status, "What shall I look at?" in await answer.text()) == (200, True)
        async with session.post(url, data=body, headers=headers | {"X-Slack-Signature": "v0=00"}) as answer:
            assert answer.status == 401
