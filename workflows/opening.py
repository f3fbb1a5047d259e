"""The room itself: created once, found again after a kill, or refused, so that a thread takes its place."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NoReturn

from incidents.facts import RoomOpened
from incidents.model import Incident, Room, RoomId
from incidents.naming import room_names
from incidents.ports import RoomRefusedError
from workflows import sentences
from workflows.announcing import Announcing
from workflows.ports import Ports
from workflows.steps import Steps
from workflows.telling import Telling

ROOM = "room"
TOLD_WAIT = "tell how long"
TOLD_THREAD = "tell about the thread"
TOLD_NOWHERE = "tell that there is no place"
NAMES = (ROOM, TOLD_WAIT, TOLD_THREAD, TOLD_NOWHERE)
_LONG = 3.0  # seconds that a declarer waits without being told
_LOOK_EVERY = 1.0  # seconds
_CANDIDATES = 200  # that many incidents of one name a day are told apart when a room is looked for


class NowhereError(Exception):
    """There is neither a channel nor a thread for the incident; the text says why."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One run of opening a room."""

    ports: Ports
    steps: Steps
    telling: Telling
    announcing: Announcing

    async def room(self, incident: Incident, channel: Awaitable[RoomId | None]) -> tuple[Room, str]:
        """The incident's room and, where the workspace refused a channel, its reason.

        Raises:
            NowhereError: there is no place at all.
            Unavailable: the workspace does not answer.
        """
        found = await self._found(incident)
        if found:
            return found, ""
        await self._say_how_long(incident)
        try:
            return await self._created(incident), ""
        except RoomRefusedError as refusal:
            return await self._thread(incident, channel, str(refusal)), str(refusal)

    async def _created(self, incident: Incident) -> Room:
        """Limits are often met only while one waits for the room, so the declarer is told then too."""
        names = room_names(incident, self.ports.catalogue, self.ports.policy)
        creating = asyncio.ensure_future(self.ports.chat.open_room(names, private=incident.private))
        try:
            while not (await asyncio.wait({creating}, timeout=_LOOK_EVERY))[0]:
                await self._say_how_long(incident)
            return await creating
        finally:
            creating.cancel()

    async def _found(self, incident: Incident) -> Room | None:
        """The room that an earlier run created, if no incident owns it and its name is one of ours."""
        since = self.steps.looked_for_since(ROOM)
        if since is None:
            return None
        rooms = {room.name: room for room in await self._unowned(since)}
        latest = await self.ports.ledger.get(incident.id)
        if latest.room:  # the earlier run's record came through after all, while we were looking
            return latest.room
        names = room_names(incident, self.ports.catalogue, self.ports.policy)
        return next((rooms[name] for name in itertools.islice(names, _CANDIDATES) if name in rooms), None)

    async def _unowned(self, since: datetime) -> list[Room]:
        rooms = await self.ports.chat.find_rooms(created_after=since)
        owned = await self.ports.journal.owned_rooms(room.id for room in rooms)
        return [room for room in rooms if room.id not in owned]

    async def _say_how_long(self, incident: Incident) -> None:
        wait = self.ports.chat.wait_expected()
        if wait > _LONG:
            ready_at = self.ports.clock() + timedelta(seconds=wait)
            zone = self.ports.policy.time_zone
            await self.telling.once(TOLD_WAIT, incident, sentences.room_takes_long(incident, ready_at, zone))

    async def _thread(self, incident: Incident, channel: Awaitable[RoomId | None], refusal: str) -> Room:
        name = self.ports.policy.announce_in
        if incident.private:
            await self._nowhere(incident, refusal, sentences.private())
        posted = await self.announcing.post(incident, channel)
        if posted is None:
            await self._nowhere(incident, refusal, sentences.no_channel(name))
        return Room(posted.room, name, thread=posted.message)

    async def _nowhere(self, incident: Incident, refusal: str, reason: str) -> NoReturn:
        await self.telling.once(TOLD_NOWHERE, incident, sentences.nowhere(incident, refusal, reason))
        raise NowhereError(f"{refusal} {reason}")


async def former_refusal(ports: Ports, incident: Incident) -> str:
    """Why an incident whose room is on record lives in a thread; empty if it does not."""
    if incident.room is None or incident.room.thread is None:
        return ""
    facts = [entry.fact for entry in await ports.ledger.timeline(incident.id)]
    return next((fact.refusal for fact in facts if isinstance(fact, RoomOpened)), "")


def housed(incident: Incident, room: Room) -> Incident:
    """The incident as it will be on record, for what is drawn while it is being recorded."""
    return replace(incident, room=room)
