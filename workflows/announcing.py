"""The announcement in the channel that hears of every incident."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass

from incidents.model import Incident, Place, RoomId
from incidents.notices import BoardNotice
from incidents.ports import PlaceUnwritableError, Posted
from incidents.work import Board
from workflows import sentences
from workflows.boards import keep_fresh
from workflows.ports import Ports
from workflows.steps import Steps
from workflows.telling import Telling

ANNOUNCEMENT = "announcement"
FAILED = "announcement failed"
REDRAWN = "announcement redrawn"
NAMES = (ANNOUNCEMENT, FAILED, REDRAWN)


@dataclass(frozen=True, slots=True)
class Announcing:
    """One run of announcing an incident."""

    ports: Ports
    steps: Steps
    telling: Telling

    async def post(self, incident: Incident, channel: Awaitable[RoomId | None]) -> Posted | None:
        """Announce; None where that cannot be, which the declarer is then told with the fix.

        Raises:
            Unavailable: the workspace does not answer.
        """
        if incident.private or self.steps.refused(ANNOUNCEMENT):
            return None
        name = self.ports.policy.announce_in
        try:
            room = await channel
            if room is None:
                await self._failed(incident, sentences.no_channel(name))
                return None
            notice = BoardNotice(incident, Board.ANNOUNCEMENT)
            posted = await self.steps.say(ANNOUNCEMENT, Place(room), notice)
        except PlaceUnwritableError as error:
            await self._failed(incident, str(error))
            return None
        await keep_fresh(self.ports, posted, notice, self.steps.said(ANNOUNCEMENT, posted))
        return posted

    async def redraw(self, incident: Incident, posted: Posted) -> None:
        """Draw it anew, now that the room is known to be its thread."""
        notice = BoardNotice(incident, Board.ANNOUNCEMENT)
        await self.steps.once(REDRAWN, lambda: self.ports.chat.revise(posted, notice))

    async def _failed(self, incident: Incident, reason: str) -> None:
        name = self.ports.policy.announce_in
        request = self.ports.request(f"announcement failed:{incident.id}")
        await self.ports.desk.announcement_failed(request, incident.id, name, reason)
        await self.telling.once(FAILED, incident, sentences.unannounced(incident, name, reason))
