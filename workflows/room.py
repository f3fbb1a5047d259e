"""The set-up of an incident's room and of what stands in it. A kill at any moment doubles nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from incidents import first_look
from incidents.model import Incident, IncidentId, Room, RoomId
from incidents.ports import SET_UP, Posted
from workflows import announcing, furnishing, opening, sentences
from workflows.announcing import Announcing
from workflows.furnishing import Furnishing
from workflows.opening import Opening, former_refusal, housed
from workflows.ports import Ports
from workflows.steps import Steps, begin
from workflows.telling import Telling
from workflows.together import together
from workflows.turns import Check

TOLD_FAILURE = "tell that it failed"
TOLD_READY = "tell that the room is there"
_NAMES = (SET_UP, TOLD_FAILURE, TOLD_READY, *opening.NAMES, *announcing.NAMES, *furnishing.NAMES)


@dataclass(frozen=True, slots=True)
class SetUp:
    """The set-up of rooms.

    Attributes:
        deliver: sees to it that what waited for the room is said.
    """

    ports: Ports
    deliver: Callable[[IncidentId], Awaitable[None]]

    async def run(self, incident_id: IncidentId, check: Check) -> None:
        """Do what is not done yet.

        Raises:
            Unavailable, NowhereError, TurnLostError: it must be run again.
        """
        ports = self.ports.during(check)
        steps, incident = await asyncio.gather(
            begin(ports, incident_id, _NAMES, check), ports.ledger.get(incident_id)
        )
        if steps.done(SET_UP):
            return
        async with self._channel(incident) as channel:
            await _Run(ports, steps, channel).set_up(incident)
        if await self.ports.outbox.pending(incident_id):
            await self.deliver(incident_id)
        await self._look_first(incident_id)
        await steps.finish(SET_UP)

    async def _look_first(self, incident_id: IncidentId) -> None:
        """Have the service looked at, as it is known by now; last, so that nobody waits for it."""
        incident = await self.ports.ledger.get(incident_id)
        if first_look.owed(incident, self.ports.policy):
            request = self.ports.request(f"first look:{incident_id}:{incident.service}")
            await self.ports.desk.look_first(request, incident_id)

    async def failed(self, incident_id: IncidentId, reason: str) -> None:
        """Say so to the declarer, once; it is tried again all the same."""
        steps = await begin(self.ports, incident_id, (TOLD_FAILURE,), _unchecked)
        incident = await self.ports.ledger.get(incident_id)
        await Telling(self.ports, steps).once(TOLD_FAILURE, incident, sentences.unfinished(incident, reason))

    @asynccontextmanager
    async def _channel(self, incident: Incident) -> AsyncIterator[asyncio.Future[RoomId | None]]:
        """The announcement channel, looked for while the room is being created."""
        looking: asyncio.Future[RoomId | None] = asyncio.ensure_future(
            self.ports.chat.find_channel(self.ports.policy.announce_in) if not incident.private else _none()
        )
        try:
            yield looking
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError, Exception):  # whoever needed it has been told
                await looking


async def _none() -> None:
    """No channel is looked for."""


async def _unchecked() -> None:
    """Telling needs no turn."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of one incident's set-up."""

    ports: Ports
    steps: Steps
    channel: asyncio.Future[RoomId | None]

    async def set_up(self, incident: Incident) -> None:
        """As `SetUp.run`."""
        telling = Telling(self.ports, self.steps)
        announcing = Announcing(self.ports, self.steps, telling)
        room, recorded = incident.room, incident.room is not None
        refusal = await former_refusal(self.ports, incident)
        if room is None:
            opener = Opening(self.ports, self.steps, telling, announcing)
            room, refusal = await opener.room(incident, self.channel)
        if not recorded and self.steps.looked_for_since(opening.ROOM):
            await self._record(incident, room, refusal)  # first, since another may claim what was found
            recorded = True
        furnish = self._furnish(housed(incident, room), room, refusal, announcing, recorded=recorded)
        await together(furnish, self._tell_where(incident, room, refusal, telling))
        telling.complete()

    async def _tell_where(self, incident: Incident, room: Room, refusal: str, telling: Telling) -> None:
        if room.thread is not None:
            text = sentences.in_thread(incident, room.name, refusal)
            await telling.once(opening.TOLD_THREAD, incident, text)
        else:
            await telling.beside(TOLD_READY, housed(incident, room), sentences.ready(incident))

    async def _furnish(
        self, incident: Incident, room: Room, refusal: str, announcing: Announcing, *, recorded: bool
    ) -> None:
        """Everything side by side; the declarer's invitation is the first call that goes out.

        What stands in the room waits until the room is on record, so that a line typed under the card finds
        its incident.
        """
        furnishing = Furnishing(self.ports, self.steps, incident, room)
        announced = asyncio.ensure_future(self._announce(incident, room, announcing))

        async def furnished() -> None:
            if not recorded:
                await self._record(incident, room, refusal)
            inside = (furnishing.card(), furnishing.topic(), furnishing.welcome(refusal))
            await together(*inside, furnishing.bookmarks(announced))

        await together(furnishing.invite(), announced, furnished())

    async def _announce(self, incident: Incident, room: Room, announcing: Announcing) -> Posted | None:
        if room.thread is None:
            return await announcing.post(incident, self.channel)
        posted = Posted(room.id, room.thread)
        await announcing.redraw(incident, posted)
        return posted

    async def _record(self, incident: Incident, room: Room, refusal: str) -> None:
        request = self.ports.request(f"room:{incident.id}:{room.id}")
        await self.ports.desk.room_opened(request, incident.id, room, refusal)
        await self.steps.finish(opening.ROOM, room.id)
