"""The page kept up to date: a stream of Server-Sent Events with the parts that have changed."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from weakref import WeakSet

from aiohttp import web

from tocsin_practice.changes import PRIVATE_KINDS, Change, ChangeFeed, ChangeKind, NotHeardError
from tocsin_practice.model import Json
from tocsin_practice.page import patch
from tocsin_practice.page.guard import HEADERS
from tocsin_practice.page.memory import Memory
from tocsin_practice.page.patch import Regions

GATHERED_SECONDS = 0.03
REDRAWN_SECONDS = 20.0

Draw = Callable[[Memory], Regions]

RENAMING = frozenset(
    {
        ChangeKind.PERSON_ADDED,
        ChangeKind.APP_INSTALLED,
        ChangeKind.CHANNEL_CREATED,
        ChangeKind.CHANNEL_RENAMED,
        ChangeKind.FILE_SHARED,
        ChangeKind.FILE_DELETED,
        ChangeKind.MEMBER_JOINED,
        ChangeKind.MEMBER_LEFT,
    }
)
"""What can alter the drawing of a message that is itself unaltered."""


class Live:
    """All open streams. They end when the server shuts down or the browser goes away."""

    def __init__(self, feed: ChangeFeed) -> None:
        self._feed = feed
        self._streams: WeakSet[asyncio.Task[None]] = WeakSet()

    async def serve(self, request: web.Request, draw: Draw, person: str) -> web.StreamResponse:
        """Send all parts, then what changes, until the browser goes away.

        Things that happen within a moment are sent together. Without any news the screen is drawn anew every
        twenty seconds, so that words such as "5 minutes ago" stay true.
        """
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        stream = asyncio.ensure_future(self._follow(response, draw, person))
        self._streams.add(stream)
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await stream
        return response

    async def close(self) -> None:
        """End all streams, so that the server need not wait for its browsers."""
        for stream in list(self._streams):
            stream.cancel()

    async def _follow(self, response: web.StreamResponse, draw: Draw, person: str) -> None:
        shown: Regions = {}
        memory = Memory()
        seen = self._feed.last_number
        while True:
            memory.turn()
            regions = draw(memory)
            for change in patch.changes(shown, regions):
                await response.write(_event("patch", change))
            await response.write(_event("drawn", {"number": seen}))
            shown = regions
            heard = await self._news(seen, person)
            if not heard or any(change.kind in RENAMING for change in heard):
                memory.forget()
            seen = self._feed.last_number
            for notice in _notices(heard, person):
                await response.write(_event("say", notice))

    async def _news(self, seen: int, person: str) -> Sequence[Change]:
        """What happened since that this person may see; nothing if all stayed quiet for a while."""

        def concerns() -> bool:
            return any(_concerns(change, person) for change in self._feed.since(seen))

        try:
            await self._feed.wait_for(concerns, seconds=REDRAWN_SECONDS)
        except NotHeardError:
            return ()
        await asyncio.sleep(GATHERED_SECONDS)
        return self._feed.since(seen)


def _concerns(change: Change, person: str) -> bool:
    return change.kind not in PRIVATE_KINDS or change.person == person


def _notices(heard: Sequence[Change], person: str) -> list[Json]:
    """What the workspace told this person outside any channel, where no message can stand for it."""
    return [
        {"say": str(change.data["text"])}
        for change in heard
        if change.kind is ChangeKind.NOTICE and change.person == person and not change.channel
    ]


def _event(name: str, data: Json) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
