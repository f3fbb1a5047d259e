"""What stands in a new room: topic, card, bookmarks, and the first words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from incidents.facts import RoomOpened
from incidents.model import Incident, Room
from incidents.notices import BoardNotice, FactNotice
from incidents.ports import PlaceUnwritableError, Posted
from incidents.work import Board
from workflows.boards import differs, keep_fresh
from workflows.ports import Ports
from workflows.steps import Steps
from workflows.together import together

INVITE, TOPIC, CARD, PIN, BOOKMARKS, WELCOME = "invite", "topic", "card", "pin", "bookmarks", "welcome"
NAMES = (INVITE, TOPIC, CARD, PIN, BOOKMARKS, WELCOME)


@dataclass(frozen=True, slots=True)
class Furnishing:
    """One run of furnishing a room. Every method may raise Unavailable."""

    ports: Ports
    steps: Steps
    incident: Incident
    room: Room

    async def invite(self) -> None:
        """Bring the declarer in."""
        people = [self.incident.declared_by]
        await self.steps.once(INVITE, lambda: self.ports.chat.invite(self.room, people))

    async def topic(self) -> None:
        """Set the topic; a thread has none."""
        if self.room.thread is None:
            await self.steps.once(TOPIC, self._set_topic)

    async def _set_topic(self) -> None:
        await self.ports.chat.set_topic(self.room, self.incident)
        latest = await self.ports.ledger.get(self.incident.id)
        if differs(latest, self.incident):
            await self.ports.chat.set_topic(self.room, latest)

    async def card(self) -> None:
        """Post the card and pin it; in a thread it is not pinned, since the channel is everybody's."""
        notice = BoardNotice(self.incident, Board.CARD)
        posted = await self._say(CARD, notice)
        if posted is None:
            return
        kept = keep_fresh(self.ports, posted, notice, self.steps.said(CARD, posted))
        await together(kept, self._pin(posted))

    async def _pin(self, posted: Posted) -> None:
        if self.room.thread is None:
            await self.steps.once(PIN, lambda: self.ports.chat.pin(posted))

    async def welcome(self, refusal: str) -> None:
        """Say the first words."""
        fact = RoomOpened(self.room.id, self.room.name, self.room.thread is not None, refusal)
        notice = FactNotice(self.incident, fact, None, self.ports.clock())
        posted = await self._say(WELCOME, notice)
        if posted:
            await self.steps.said(WELCOME, posted)

    async def bookmarks(self, announced: asyncio.Future[Posted | None]) -> None:
        """Bookmark the service's pages, or else the announcement."""
        if self.room.thread is None:
            await self.steps.once(BOOKMARKS, lambda: self._bookmark(announced))

    async def _bookmark(self, announced: asyncio.Future[Posted | None]) -> None:
        service = self.ports.catalogue.get(self.incident.service)
        chat, room = self.ports.chat, self.room
        again = self.steps.looked_for_since(BOOKMARKS) is not None
        if service and service.links:
            links = service.links
            await together(*(chat.bookmark(room, ln.title, ln.url, look_first=again) for ln in links))
        elif posted := await announced:
            link = await chat.link_to(posted)
            await chat.bookmark(room, "Announcement", link, look_first=again)

    async def _say(self, name: str, notice: BoardNotice | FactNotice) -> Posted | None:
        """None where the room cannot be written to any more."""
        if self.steps.refused(name):
            return None
        try:
            return await self.steps.say(name, self.room.place, notice)
        except PlaceUnwritableError as error:
            await self.steps.refuse(name, str(error))
            return None
