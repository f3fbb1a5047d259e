"""A workspace in memory, at the Chat port: it remembers, and any call can fail or hang at any moment."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from incidents.model import Incident, MessageId, Place, Room, RoomId
from incidents.notices import Notice
from incidents.ports import PlaceUnwritableError, Posted, RoomRefusedError
from incidents.work import Request

_numbers = itertools.count(1)


@dataclass
class Message:
    """A message as it stands."""

    place: Place
    notice: Notice
    delivery: UUID
    revised: int = 0


async def calm(_moment: str) -> None:
    """Nothing goes wrong."""


class Workspace:
    """Rooms and messages. `trouble` is called with "before <call>" and "after <call>"."""

    def __init__(self, *, announce_in: str | None = "incidents", refusal: str = "") -> None:
        self.trouble: Callable[[str], Awaitable[None]] = calm
        self.announce_in = announce_in
        self.refusal = refusal
        self.wait = 0.0
        self.moments: list[str] = []
        self.rooms: list[tuple[Room, datetime]] = []
        self.messages: dict[Posted, Message] = {}
        self.unwritable: set[RoomId] = set()
        self.absent: dict[str, str] = {}
        self.invited: dict[RoomId, set[str]] = {}
        self.topics: dict[RoomId, Incident] = {}
        self.pinned: set[Posted] = set()
        self.bookmarks: dict[RoomId, dict[str, str]] = {}
        self.answers: list[str] = []
        self.files: list[tuple[Place, str, str]] = []
        self.now: Callable[[], datetime] = datetime.now
        self._changed = asyncio.Condition()

    def during(self, check: Callable[[], Awaitable[None]]) -> "Workspace":
        """The same workspace."""
        return _Checked(self, check)

    @property
    def calls(self) -> list[str]:
        """The calls that had their effect, in order."""
        return [moment.removeprefix("after ") for moment in self.moments if moment.startswith("after ")]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, as it changes."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(holds)

    async def _moment(self, moment: str) -> None:
        if moment.startswith("after"):
            self.moments.append(moment)
            async with self._changed:
                self._changed.notify_all()
        await self.trouble(moment)

    async def open_room(self, names: Iterator[str], *, private: bool) -> Room:
        """Create."""
        _ = private
        await self._moment("before open_room")
        if self.refusal:
            raise RoomRefusedError(self.refusal)
        taken = {room.name for room, _ in self.rooms}
        room = Room(RoomId(f"C{next(_numbers)}"), next(name for name in names if name not in taken))
        self.rooms.append((room, self.now()))
        await self._moment("after open_room")
        return room

    async def find_rooms(self, *, created_after: datetime) -> Sequence[Room]:
        """Those of ours."""
        return [room for room, at in self.rooms if at >= created_after]

    async def find_channel(self, name: str) -> RoomId | None:
        """The announcement channel."""
        return RoomId("CANN") if name == self.announce_in else None

    async def invite(self, room: Room, people: Iterable[str]) -> Mapping[str, str]:
        """Bring in."""
        await self._moment("before invite")
        missing = {who: self.absent[who] for who in people if who in self.absent}
        self.invited.setdefault(room.id, set()).update(set(people) - set(missing))
        await self._moment("after invite")
        return missing

    async def set_topic(self, room: Room, incident: Incident) -> None:
        """Set."""
        await self._moment("before topic")
        self.topics[room.id] = incident
        await self._moment("after topic")

    async def say(self, place: Place, notice: Notice, *, delivery: UUID) -> Posted:
        """Post."""
        kind = getattr(notice, "board", None) or type(getattr(notice, "fact", notice)).__name__
        await self._moment(f"before say {kind}")
        if place.room in self.unwritable:
            raise PlaceUnwritableError("The channel is archived.")
        posted = Posted(place.room, MessageId(f"1.{next(_numbers)}"))
        self.messages[posted] = Message(place, notice, delivery)
        await self._moment(f"after say {kind}")
        return posted

    async def find_said(self, place: Place, delivery: UUID, *, since: datetime) -> Posted | None:
        """Look."""
        _ = since
        found = (p for p, m in self.messages.items() if m.delivery == delivery and m.place.room == place.room)
        return next(found, None)

    async def revise(self, posted: Posted, notice: Notice) -> None:
        """Redraw."""
        await self._moment("before revise")
        self.messages[posted].notice = notice
        self.messages[posted].revised += 1
        await self._moment("after revise")

    async def pin(self, posted: Posted) -> None:
        """Pin."""
        await self._moment("before pin")
        self.pinned.add(posted)
        await self._moment("after pin")

    async def bookmark(self, room: Room, title: str, url: str, *, look_first: bool) -> None:
        """Bookmark."""
        await self._moment("before bookmark")
        assert look_first or url not in self.bookmarks.get(room.id, {}), "a bookmark would stand twice"
        self.bookmarks.setdefault(room.id, {})[url] = title
        await self._moment("after bookmark")

    async def link_to(self, posted: Posted) -> str:
        """Link."""
        return f"https://workspace/{posted.room}/{posted.message}"

    async def direct(self, person: str) -> Place:
        """Alone."""
        return Place(RoomId(f"D{person}"))

    async def names(self, people: Iterable[str]) -> Mapping[str, str]:
        """As they are."""
        return {person: person for person in people}

    async def hand_over_file(self, place: Place, *, name: str, title: str, text: str) -> None:
        """Upload."""
        await self._moment("before upload")
        self.files.append((place, name, f"{title}\n{text}"))
        await self._moment("after upload")

    @property
    def told(self) -> list[str]:
        """What the declarer alone was told, besides that the room is there."""
        return [answer for answer in self.answers if "is there, and you are in it" not in answer]

    async def answer(self, request: Request, notice_text: str, *, incident: Incident | None) -> None:
        """Tell."""
        _ = request, incident
        await self._moment("before answer")
        self.answers.append(notice_text)
        await self._moment("after answer")

    def wait_expected(self) -> float:
        """As set."""
        return self.wait


class _Checked(Workspace):
    """A workspace as it is; before each call, a check is made."""

    __slots__ = ("check",)

    def __init__(self, whole: Workspace, check: Callable[[], Awaitable[None]]) -> None:
        self.__dict__ = whole.__dict__
        self.check = check

    async def _moment(self, moment: str) -> None:
        await super()._moment(moment)
        if moment.startswith("before"):
            await self.check()
