"""What is where in the workspace: the bot itself, and channels by name."""

from __future__ import annotations

from collections.abc import AsyncIterator

from handlers.paging import pages
from handlers.wire import Json, SlackRefusalError, Wire
from incidents.model import RoomId

_KINDS = "public_channel,private_channel"
_PAGE = 200


class Directory:
    """Looks channels up, and remembers them."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._channels: dict[str, RoomId] = {}
        self._me: Json = {}

    async def me(self) -> Json:
        """What `auth.test` says of the bot: user_id, bot_id, team_id, url.

        Raises:
            Misconfigured: the token is wrong. Unavailable: Slack does not answer.
        """
        if not self._me:
            try:
                self._me = await self._wire.call("auth.test", self._wire.client.auth_test)
            except SlackRefusalError as refusal:
                raise refusal.explained() from refusal
        return self._me

    async def channel(self, name: str) -> RoomId | None:
        """The channel of that name, joined; None if there is none that the bot can see or join."""
        plain = name.removeprefix("#").casefold()
        if plain not in self._channels:
            found = await self._find(plain)
            if found is None:
                return None
            self._channels[plain] = found
        return self._channels[plain]

    def forget(self, room: RoomId) -> None:
        """A channel that could not be written to is looked for anew next time."""
        self._channels = {name: known for name, known in self._channels.items() if known != room}

    async def mine(self) -> AsyncIterator[Json]:
        """The channels that the bot is in, archived ones left out."""
        client = self._wire.client
        async for channel in pages(
            self._wire,
            "users.conversations",
            "channels",
            lambda cursor: client.users_conversations(
                types=_KINDS, exclude_archived=True, limit=_PAGE, cursor=cursor
            ),
        ):
            yield channel

    async def _find(self, name: str) -> RoomId | None:
        async for channel in self.mine():
            if channel.get("name") == name:
                return RoomId(str(channel["id"]))
        client = self._wire.client
        async for channel in pages(
            self._wire,
            "conversations.list",
            "channels",
            lambda cursor: client.conversations_list(
                types="public_channel", exclude_archived=True, limit=_PAGE, cursor=cursor
            ),
        ):
            if channel.get("name") == name:
                return await self._joined(RoomId(str(channel["id"])))
        return None

    async def _joined(self, room: RoomId) -> RoomId | None:
        client = self._wire.client
        try:
            await self._wire.call("conversations.join", lambda: client.conversations_join(channel=room))
        except SlackRefusalError:
            return None
        return room
