"""Who and what is where in the workspace: the bot itself, people by handle or address, channels by name."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from handlers.messages import text
from handlers.wire import Json, SlackRefusalError, Wire
from incidents.model import PersonId, RoomId

KINDS = "public_channel,private_channel"
_PAGE = 200
_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(\|[^>]*)?>")
_MAIL = re.compile(r"<mailto:([^|>]+)(\|[^>]*)?>|(\S+@\S+\.\S+)")

Page = Callable[[str], Awaitable[AsyncSlackResponse]]


class Directory:
    """Looks people and channels up, and remembers them."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._people: dict[str, PersonId] = {}
        self._channels: dict[str, RoomId] = {}
        self._me: Json = {}

    async def me(self) -> Json:
        """What `auth.test` says of the bot: user_id, bot_id, team_id, url."""
        if not self._me:
            self._me = await self._wire.call("auth.test", self._wire.client.auth_test)
        return self._me

    async def person(self, word: str) -> PersonId | None:
        """The person of a mention, an id, a handle with or without "@", or an address; None if unknown."""
        if found := _MENTION.fullmatch(word):
            return PersonId(found[1])
        if _ID.fullmatch(word):
            return PersonId(word)
        key = word.casefold()
        if key not in self._people:
            mail = _MAIL.fullmatch(word)
            person = await (self._by_mail(mail[1] or mail[3]) if mail else self._by_handle(key.lstrip("@")))
            if person is None:
                return None
            self._people[key] = person
        return self._people[key]

    async def learn(self, words: Iterable[str]) -> None:
        """Look up those that are not known yet, so that `mention` can call them."""
        for word in words:
            if word != "everyone" and word.casefold() not in self._people:
                await self.person(word)

    def mention(self, word: str) -> str:
        """As `text.mention`, with handles and addresses that were looked up."""
        return text.mention(self._people.get(word.casefold(), word))

    async def names(self, people: Iterable[str]) -> dict[str, str]:
        """What those people are called; whoever is not to be found keeps their id."""
        found: dict[str, str] = {}
        for person in people:
            found[person] = await self._name(person) if _ID.fullmatch(person) else person
        return found

    async def _name(self, person: str) -> str:
        client = self._wire.client
        try:
            answer = await self._wire.call("users.info", lambda: client.users_info(user=person))
        except SlackRefusalError:
            return person
        user: Json = answer.get("user") or {}
        return str(
            (user.get("profile") or {}).get("real_name")
            or user.get("real_name")
            or user.get("name")
            or person
        )

    async def channel(self, name: str) -> RoomId | None:
        """The channel of that name, joined; None if there is none that the bot can see or join."""
        plain = name.removeprefix("#").casefold()
        if plain not in self._channels:
            found = await self._find_channel(plain)
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
        async for channel in self._pages(
            "users.conversations",
            "channels",
            lambda cursor: client.users_conversations(
                types=KINDS, exclude_archived=True, limit=_PAGE, cursor=cursor
            ),
        ):
            yield channel

    async def _find_channel(self, name: str) -> RoomId | None:
        async for channel in self.mine():
            if channel.get("name") == name:
                return RoomId(str(channel["id"]))
        client = self._wire.client
        async for channel in self._pages(
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

    async def _by_mail(self, address: str) -> PersonId | None:
        client = self._wire.client
        try:
            found = await self._wire.call(
                "users.lookupByEmail", lambda: client.users_lookupByEmail(email=address)
            )
        except SlackRefusalError as refusal:
            if refusal.code == "users_not_found":
                return None
            raise refusal.explained() from refusal
        return PersonId(str(found["user"]["id"]))

    async def _by_handle(self, handle: str) -> PersonId | None:
        client = self._wire.client
        async for member in self._pages(
            "users.list", "members", lambda cursor: client.users_list(limit=_PAGE, cursor=cursor)
        ):
            profile = member.get("profile") or {}
            names = {member.get("name"), profile.get("display_name"), profile.get("real_name")}
            if not member.get("deleted") and handle in {str(name).casefold() for name in names if name}:
                return PersonId(str(member["id"]))
        return None

    async def _pages(self, method: str, key: str, page: Page) -> AsyncIterator[Json]:
        cursor = ""
        while True:
            try:
                answer = await self._wire.call(method, lambda: page(cursor))  # noqa: B023 - called before the loop goes on
            except SlackRefusalError as refusal:
                raise refusal.explained() from refusal
            for item in answer.get(key) or []:
                yield item
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
