"""Socket Mode: tickets to connect with, envelopes out, acknowledgements in."""

import asyncio
import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Final

from aiohttp import WSMsgType, web

from tocsin_practice.changes import ChangeFeed, ChangeKind
from tocsin_practice.courier import ACK_SECONDS, Answer, Parcel
from tocsin_practice.model import App, Json

MAX_CONNECTIONS: Final = 10
_HOST: Final = "applink-practice"
_GRACE_SECONDS: Final = 10.0


@dataclass(slots=True, eq=False)
class _Link:
    """One open connection of an app."""

    app_id: str
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    pending: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


class Sockets:
    """All Socket Mode connections. A payload goes to one of an app's connections, in turn."""

    def __init__(self, feed: ChangeFeed) -> None:
        self._feed = feed
        self._tickets: dict[str, str] = {}
        self._links: dict[str, list[_Link]] = {}
        self._turn = 0
        self._closing: list[asyncio.Task[None]] = []

    def issue_ticket(self, app: App) -> str:
        """A ticket that opens one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = app.id
        return ticket

    def count(self, app_id: str) -> int:
        """How many connections an app has open."""
        return len(self._links.get(app_id, ()))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The handler behind the address that apps.connections.open gives."""
        app_id = self._tickets.pop(request.query.get("ticket", ""), None)
        if app_id is None:
            return web.Response(status=401, text="The ticket is unknown or used.")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.count(app_id) >= MAX_CONNECTIONS:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await self._stay(_Link(app_id, socket, request.transport))
        return socket

    async def _stay(self, link: _Link) -> None:
        links = self._links.setdefault(link.app_id, [])
        links.append(link)
        try:
            await link.socket.send_json(_hello(link.app_id, len(links)))
            self._feed.append(ChangeKind.APP_CONNECTED, {"app_id": link.app_id, "connections": len(links)})
            await self._listen(link)
        except ConnectionError:
            pass  # the app went away; its connection is taken off the list below
        finally:
            self._forget(link)
            for future in link.pending.values():
                if not future.done():
                    future.set_exception(ConnectionResetError())
            self._feed.append(ChangeKind.APP_DISCONNECTED, {"app_id": link.app_id, "connections": len(links)})

    async def _listen(self, link: _Link) -> None:
        async for frame in link.socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            message = _object(frame.data)
            future = link.pending.pop(str(message.get("envelope_id", "")), None)
            if future is not None and not future.done():
                payload = message.get("payload")
                future.set_result(payload if isinstance(payload, dict) else _wrapped(payload))

    async def ask(self, app: App, parcel: Parcel, *, extra: Json | None = None) -> Answer:
        """Send a parcel over one connection and wait for its acknowledgement; never raises.

        `extra` goes into the envelope, such as the retry fields of events.
        """
        links = self._links.get(app.id)
        if not links:
            return Answer("dispatch_failed")
        self._turn += 1
        return await self._exchange(links[self._turn % len(links)], parcel, extra or {})

    async def _exchange(self, link: _Link, parcel: Parcel, extra: Json) -> Answer:
        loop = asyncio.get_running_loop()
        started, envelope_id = loop.time(), str(uuid.uuid4())
        envelope = {
            "envelope_id": envelope_id,
            "type": parcel.type.value,
            "accepts_response_payload": parcel.accepts_response_payload,
            "payload": parcel.payload,
        }
        future: asyncio.Future[Json] = loop.create_future()
        link.pending[envelope_id] = future
        try:
            await link.socket.send_json(envelope | extra)
            payload = await asyncio.wait_for(future, ACK_SECONDS)
        except (TimeoutError, ConnectionError):
            return Answer("dispatch_failed")
        finally:
            link.pending.pop(envelope_id, None)
        return Answer(payload=payload, seconds=loop.time() - started)

    async def disconnect(self, app_id: str, reason: str = "refresh_requested") -> int:
        """Tell an app to reconnect, as Slack does; how many connections it had.

        `reason` is `warning` (all goes on), `refresh_requested` (nothing more comes this way, and the
        connection is closed if the app has not done so within 10 s) or `link_disabled` (closed at once).
        """
        links = list(self._links.get(app_id, ()))
        for link in links:
            if reason != "warning":
                self._forget(link)
            await link.socket.send_json(_disconnect(reason))
        if reason == "refresh_requested":
            self._closing.append(asyncio.create_task(self._close_later(links)))
        elif reason != "warning":
            await self._close_all(links)
        return len(links)

    async def _close_later(self, links: list[_Link]) -> None:
        await asyncio.sleep(_GRACE_SECONDS)
        await self._close_all(links)

    def _forget(self, link: _Link) -> None:
        """Let no further payload go over this connection."""
        links = self._links[link.app_id]
        if link in links:
            links.remove(link)

    async def _close_all(self, links: list[_Link]) -> None:
        for link in links:
            await link.socket.close()

    def drop(self, app_id: str) -> int:
        """Cut an app's connections without a word, as a broken network does; how many there were."""
        links = list(self._links.get(app_id, ()))
        for link in links:
            if link.transport is not None:
                link.transport.abort()
        return len(links)

    async def close(self) -> None:
        """Close every connection."""
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)
        for links in list(self._links.values()):
            await self._close_all(list(links))


def _hello(app_id: str, connections: int) -> Json:
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": 18060},
        "connection_info": {"app_id": app_id},
    }


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}


def _object(text: str) -> Json:
    try:
        message = json.loads(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _wrapped(payload: object) -> Json:
    return {"text": payload} if isinstance(payload, str) else {}
