"""Messages on the wire: posting, finding again, drawing anew, pinning, files."""

from __future__ import annotations

from uuid import UUID

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.messages.parts import Message
from handlers.messages.text import plain
from handlers.paging import next_cursor
from handlers.refusals import GONE, NOT_IN_CHANNEL, unwritable
from handlers.wire import Json, SlackRefusalError, Wire
from incidents.errors import Unavailable
from incidents.model import MessageId, Place, RoomId
from incidents.picture import Painted
from incidents.ports import Posted

_EVENT = "tocsin_delivery"
_PAGE = 200
_TITLE = 150
_HARMLESS_PIN = frozenset({"already_pinned", "message_not_found", "not_pinnable"})
_REPEATED = frozenset({"duplicate_channel_not_found", "duplicate_message_not_found"})


class Posts:
    """What stands in channels."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def post(self, place: Place, message: Message, *, delivery: UUID | None = None) -> Posted:
        """Post, joining a public channel first if need be. Raises SlackRefusalError, Unavailable."""
        try:
            return await self._post(place, message, delivery)
        except SlackRefusalError as refusal:
            if refusal.code in _REPEATED:
                raise Unavailable("Slack says that this message was sent before.") from refusal
            if refusal.code != NOT_IN_CHANNEL or not await self.join(place.room):
                raise
            return await self._post(place, message, delivery)

    async def join(self, room: RoomId) -> bool:
        """Join a public channel; False where that cannot be done."""
        client = self._wire.client
        try:
            await self._wire.call("conversations.join", lambda: client.conversations_join(channel=room))
        except SlackRefusalError:
            return False
        return True

    async def _post(self, place: Place, message: Message, delivery: UUID | None) -> Posted:
        client, mark = self._wire.client, _mark(delivery)

        async def send() -> AsyncSlackResponse:
            return await client.chat_postMessage(
                channel=place.room,
                thread_ts=place.thread,
                unfurl_links=False,
                unfurl_media=False,
                **message.payload(),
                **mark,
            )

        answer = await self._wire.call("chat.postMessage", send, channel=place.room)
        return Posted(RoomId(str(answer["channel"])), MessageId(str(answer["ts"])))

    async def find(self, place: Place, delivery: UUID, *, since: float) -> Posted | None:
        """The message of that delivery, posted since then (seconds since the epoch).

        The newest page is read whatever its times say: Slack's clock and ours may differ.
        """
        cursor = ""
        while True:
            answer = await self._page(place, cursor)
            messages = answer.get("messages") or []
            for message in messages:
                if _delivery(message) == str(delivery):
                    return Posted(place.room, MessageId(str(message["ts"])))
            if place.thread is None and messages and float(messages[-1]["ts"]) < since:
                return None
            cursor = next_cursor(answer)
            if not cursor:
                return None

    async def _page(self, place: Place, cursor: str) -> Json:
        try:
            return await self._look(place, cursor)
        except SlackRefusalError as refusal:
            if refusal.code != NOT_IN_CHANNEL or not await self.join(place.room):
                raise
            return await self._look(place, cursor)

    async def _look(self, place: Place, cursor: str) -> Json:
        client = self._wire.client
        narrowed: Json = {
            "channel": place.room,
            "include_all_metadata": True,
            "limit": _PAGE,
            "cursor": cursor or None,
        }
        if place.thread is None:
            return await self._wire.call(
                "conversations.history", lambda: client.conversations_history(**narrowed)
            )
        thread = str(place.thread)
        return await self._wire.call(
            "conversations.replies", lambda: client.conversations_replies(ts=thread, **narrowed)
        )

    async def revise(self, posted: Posted, message: Message) -> None:
        """Draw anew; a message that is gone is no error. Raises SlackRefusalError, Unavailable."""
        client = self._wire.client
        try:
            await self._wire.call(
                "chat.update",
                lambda: client.chat_update(
                    channel=posted.room, ts=posted.message, parse="none", **message.payload()
                ),
            )
        except SlackRefusalError as refusal:
            if refusal.code not in GONE:
                raise

    async def pin(self, posted: Posted) -> None:
        """Pin; pinned already is no error."""
        client = self._wire.client
        try:
            await self._wire.call(
                "pins.add", lambda: client.pins_add(channel=posted.room, timestamp=posted.message)
            )
        except SlackRefusalError as refusal:
            if refusal.code not in _HARMLESS_PIN:
                raise unwritable(refusal) from refusal

    async def bookmark(self, room: RoomId, title: str, url: str, *, look_first: bool) -> None:
        """Bookmark; looking first, not if the channel has that address already."""
        client = self._wire.client
        try:
            if look_first and await self._bookmarked(room, url):
                return
            await self._wire.call(
                "bookmarks.add",
                lambda: client.bookmarks_add(channel_id=room, title=title, type="link", link=url),
            )
        except SlackRefusalError as refusal:
            raise unwritable(refusal) from refusal

    async def _bookmarked(self, room: RoomId, url: str) -> bool:
        client = self._wire.client
        known = await self._wire.call("bookmarks.list", lambda: client.bookmarks_list(channel_id=room))
        return any(mark.get("link") == url for mark in known.get("bookmarks") or [])

    async def link_to(self, posted: Posted) -> str:
        """The address of a message."""
        client = self._wire.client
        try:
            answer = await self._wire.call(
                "chat.getPermalink",
                lambda: client.chat_getPermalink(channel=posted.room, message_ts=posted.message),
            )
        except SlackRefusalError as refusal:
            raise unwritable(refusal) from refusal
        return str(answer["permalink"])

    async def upload(self, place: Place, *, name: str, title: str, text: str) -> None:
        """Upload a text file, joining as `post` does. Raises SlackRefusalError, Unavailable."""
        await self._upload(place, {"filename": name, "title": title, "content": text or "\n"})

    async def upload_image(self, place: Place, *, name: str, painted: Painted) -> None:
        """Upload a picture with its alternative text, as `upload` does."""
        title = plain(painted.title, _TITLE)
        await self._upload(
            place, {"filename": name, "title": title, "file": painted.png, "alt_txt": painted.alt}
        )

    async def _upload(self, place: Place, file: Json) -> None:
        try:
            await self._send_file(place, file)
        except SlackRefusalError as refusal:
            if refusal.code != NOT_IN_CHANNEL or not await self.join(place.room):
                raise
            await self._send_file(place, file)

    async def _send_file(self, place: Place, file: Json) -> None:
        client = self._wire.client

        async def send() -> AsyncSlackResponse:
            return await client.files_upload_v2(channel=place.room, thread_ts=place.thread, **file)

        await self._wire.call("files.completeUploadExternal", send)


def _mark(delivery: UUID | None) -> Json:
    if delivery is None:
        return {}
    return {
        "metadata": {"event_type": _EVENT, "event_payload": {"delivery": str(delivery)}},
        "client_msg_id": str(delivery),
    }


def _delivery(message: Json) -> str:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("delivery") or "") if metadata.get("event_type") == _EVENT else ""
