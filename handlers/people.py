"""The people of the workspace: by mention, id, handle or address, and what they are called."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.messages import text
from handlers.paging import pages
from handlers.wire import Json, SlackRefusalError, Wire
from incidents.errors import IncidentError, Refused
from incidents.facts import EVERYONE
from incidents.model import PersonId

_PAGE = 1000
_AGAIN = 600.0
"""Seconds after which somebody who was not found, and anybody's time zone, is looked for anew."""
_SOON = 1.0
"""Seconds that a time zone may take: a form has three to open, and the policy's zone will do."""
_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP = re.compile(r"S[A-Z0-9]{5,}")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(\|[^>]*)?>")
_MAIL = re.compile(r"<mailto:([^|>]+)(\|[^>]*)?>|(\S+@\S+\.\S+)")


class People:
    """Looks people up, and remembers them."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known: dict[str, PersonId] = {}
        self._missed_at: dict[str, float] = {}
        self._infos: dict[str, Json] = {}
        self._zones: dict[str, tuple[float, tzinfo | None]] = {}

    async def person(self, word: str) -> PersonId | None:
        """The person of a mention, an id, a handle with or without "@", or an address; None if unknown."""
        if found := MENTION.fullmatch(word):
            return PersonId(found[1])
        if _ID.fullmatch(word):
            return PersonId(word)
        key = word.casefold()
        if key not in self._known:
            mail = _MAIL.fullmatch(word)
            person = await (self._by_mail(mail[1] or mail[3]) if mail else self._by_handle(key.lstrip("@")))
            if person is None:
                return None
            self._known[key] = person
        return self._known[key]

    async def learn(self, words: Iterable[str]) -> None:
        """Look up those not known yet, so that `mention` can call them; what fails is tried again later."""
        now = asyncio.get_running_loop().time()
        for word in words:
            key = word.casefold()
            if word == EVERYONE or key in self._known or _ID.fullmatch(word) or _GROUP.fullmatch(word):
                continue
            if now - self._missed_at.get(key, -_AGAIN) < _AGAIN:
                continue
            self._missed_at[key] = now
            try:
                await self.person(word)
            except IncidentError:
                continue  # written as plain text until it is known

    def mention(self, word: str) -> str:
        """As `text.mention`, with handles and addresses that were looked up."""
        return text.mention(self._known.get(word.casefold(), word))

    async def names(self, people: Iterable[str]) -> dict[str, str]:
        """What those people are called; whoever is not to be found keeps their id."""
        return {person: await self._name(person) for person in people}

    async def _name(self, person: str) -> str:
        if not _ID.fullmatch(person):
            return person
        user = await self._info(person)
        profile: Json = user.get("profile") or {}
        return str(profile.get("real_name") or user.get("real_name") or user.get("name") or person)

    async def responder(self, word: str) -> PersonId | None:
        """As `person`, for one who is to take part. Raises Refused for an app, which cannot."""
        person = await self.person(word)
        if person and _is_app(person, await self._info(person)):
            raise Refused(
                f"{await self._name(person)} is an app and cannot take part. Nothing was changed. "
                "Choose a person."
            )
        return person

    async def _info(self, person: str) -> Json:
        """What Slack knows of a member; nothing, if it does not say."""
        if person not in self._infos:
            try:
                self._infos[person] = await self._user(person)
            except SlackRefusalError:
                return {}
        return self._infos[person]

    def known(self, word: str) -> PersonId | None:
        """Whose handle that is, as far as it was looked up before."""
        return self._known.get(word.casefold())

    async def handle(self, person: str) -> str:
        """Their “@handle”, known from then on; empty where Slack does not tell it."""
        try:
            user = await self._user(person)
        except (IncidentError, SlackRefusalError):
            return ""
        if not user.get("name"):
            return ""
        handle = f"@{user['name']}"
        self._known.setdefault(handle.casefold(), PersonId(person))
        return handle if self.known(handle) == person else ""

    async def zone(self, person: str) -> tzinfo | None:
        """The time zone that this person chose in Slack; None where Slack does not tell it in time."""
        now = asyncio.get_running_loop().time()
        if person not in self._zones or now - self._zones[person][0] > _AGAIN:
            try:
                async with asyncio.timeout(_SOON):
                    user = await self._user(person)
            except (TimeoutError, IncidentError, SlackRefusalError):
                return None
            self._zones[person] = (now, _zone(user))
        return self._zones[person][1]

    async def _user(self, person: str) -> Json:
        client = self._wire.client
        answer = await self._wire.call("users.info", lambda: client.users_info(user=person))
        user: Json = answer.get("user") or {}
        return user

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
        async for member in pages(
            self._wire,
            "users.list",
            "members",
            lambda cursor: client.users_list(limit=_PAGE, cursor=cursor),
        ):
            if not member.get("deleted") and handle in _handles(member):
                return PersonId(str(member["id"]))
        return None


def _is_app(person: PersonId, user: Json) -> bool:
    """Slack's own bot is no bot by its record."""
    return bool(user.get("is_bot")) or person == "USLACKBOT"


def _zone(user: Json) -> tzinfo | None:
    try:
        return ZoneInfo(str(user.get("tz") or ""))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # none told, or one that this machine does not know
        return None


def _handles(member: Json) -> set[str]:
    profile: Json = member.get("profile") or {}
    names = (member.get("name"), profile.get("display_name"), profile.get("real_name"))
    return {str(name).casefold() for name in names if name}
