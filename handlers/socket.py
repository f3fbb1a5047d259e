"""Socket Mode with a watch of our own: a connection that has gone quiet is replaced, closing never hangs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiohttp
from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient

from handlers.wire import Json
from incidents.errors import Misconfigured, Unavailable

_WRONG_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked", "account_inactive"}
)


@dataclass(frozen=True, slots=True)
class Watch:
    """How the connection is watched; times in seconds.

    Attributes:
        ping: between our pings.
        quiet: after so long without any sign of life the connection is replaced.
        closing: how long closing may take.
        expected: connections of this app; more than that are reported, since Slack would send requests to
            connections that nobody reads.
    """

    ping: float = 10.0
    quiet: float = 60.0
    closing: float = 5.0
    expected: int = 4


class Line:
    """The connection to Slack as it is now."""

    def __init__(self, app: AsyncApp, app_token: str, watch: Watch) -> None:
        self._app = app
        self._token = app_token
        self._watch = watch
        self._log = logging.getLogger("tocsin.socket")
        self._heard_at = 0.0
        self._pong: float | None = None
        self.handler: AsyncSocketModeHandler | None = None

    async def up(self) -> bool:
        """Whether requests of Slack reach us now."""
        return self.handler is not None and await self.handler.client.is_connected()

    async def open(self) -> None:
        """Connect. Raises Misconfigured for a wrong token, Unavailable where Slack does not answer."""
        address = await self._address()
        handler = AsyncSocketModeHandler(
            self._app, self._token, web_client=self._app.client, ping_interval=self._watch.ping
        )
        handler.client.wss_uri = address
        handler.client.on_message_listeners.append(self._heard)
        handler.client.message_listeners.append(self._greeted)
        self._heard_at, self._pong = asyncio.get_running_loop().time(), None
        self.handler = handler
        await handler.connect_async()  # type: ignore[no-untyped-call] # Bolt leaves it without types

    async def _address(self) -> str:
        try:
            answer = await self._app.client.apps_connections_open(app_token=self._token)
        except SlackApiError as error:
            code = str(error.response.get("error") or "")
            if code in _WRONG_TOKEN:
                raise Misconfigured(
                    f"Slack does not accept SLACK_APP_TOKEN ({code}). Create an app-level token (xapp-...) "
                    "with the scope connections:write under Basic Information, and set the variable to it."
                ) from error
            raise Unavailable(f"Slack opens no connection ({code or 'no answer'}).") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unavailable(f"Slack cannot be reached ({type(error).__name__}).") from error
        return str(answer["url"])

    async def close(self) -> None:
        """Disconnect, within its time."""
        handler, self.handler = self.handler, None
        if handler is None:
            return
        try:
            async with asyncio.timeout(self._watch.closing):
                await handler.close_async()  # type: ignore[no-untyped-call] # Bolt leaves it without types
        except TimeoutError:
            self._log.warning("the connection to Slack did not close within %s s", self._watch.closing)

    async def keep(self) -> None:
        """Replace the connection whenever it has gone quiet; runs until cancelled."""
        while True:
            await asyncio.sleep(min(self._watch.ping, self._watch.quiet / 4))
            if self._quiet_for() < self._watch.quiet:
                continue
            self._log.warning("no sign of life from Slack for %d s; connecting anew", int(self._quiet_for()))
            await self.close()
            try:
                await self.open()
            except (Misconfigured, Unavailable) as error:
                self._log.warning("%s Trying again.", error)

    def _quiet_for(self) -> float:
        now = asyncio.get_running_loop().time()
        pong = self.handler.client.last_ping_pong_time if self.handler else None
        if pong is not None and pong != self._pong:
            self._pong, self._heard_at = pong, now
        return now - self._heard_at

    async def _heard(self, _message: WSMessage) -> None:
        self._heard_at = asyncio.get_running_loop().time()

    async def _greeted(
        self, _client: AsyncBaseSocketModeClient, message: Json, _raw: str | None = None
    ) -> None:
        count = message.get("num_connections")
        if message.get("type") == "hello" and isinstance(count, int) and count > self._watch.expected:
            self._log.warning(
                "Slack counts %d connections of this app, more than the %d expected. Requests sent to those "
                "that nobody reads are lost. Stop other copies of the bot; left-overs go away within hours.",
                count,
                self._watch.expected,
            )


@asynccontextmanager
async def connect(app: AsyncApp, app_token: str, *, watch: Watch | None = None) -> AsyncIterator[Line]:
    """A watched connection, closed at the end. Raises Misconfigured, Unavailable."""
    line = Line(app, app_token, watch or Watch())
    await line.open()
    keeping = asyncio.create_task(line.keep())
    try:
        yield line
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await line.close()
