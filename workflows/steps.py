"""The steps of a set-up: noted before the call and after it, so that none is done twice."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from incidents.errors import IncidentError, Unavailable
from incidents.model import IncidentId, MessageId, Place, RoomId
from incidents.notices import Notice
from incidents.ports import PlaceUnwritableError, Posted, Step
from workflows.ports import Ports
from workflows.turns import Check

SKEW = timedelta(seconds=30)  # between our clock and that of the workspace
_POSTS = UUID("0b1f7f56-3a3b-4b57-9a86-0c9e5a1f3f55")  # a post's delivery follows from incident and step
_REFUSED = "refused:"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Steps:
    """One run through the steps of one incident."""

    ports: Ports
    incident: IncidentId
    check: Check
    stand: dict[str, Step]

    def done(self, name: str) -> bool:
        """Whether the step was finished, now or in an earlier run."""
        return self.stand[name].done

    def looked_for_since(self, name: str) -> datetime | None:
        """Since when to look for what the step may have done in an earlier run; None in the first."""
        step = self.stand[name]
        return None if step.fresh else step.begun_at - SKEW

    async def finish(self, name: str, result: str = "") -> None:
        """Note the result."""
        await self.ports.journal.finish(self.incident, name, result)
        self.stand[name] = replace(self.stand[name], done=True, result=result)

    async def refuse(self, name: str, reason: str) -> None:
        """Note that it cannot be done."""
        _log.warning("step %s of incident %s was refused: %s", name, self.incident, reason)
        await self.finish(name, f"{_REFUSED} {reason}")

    async def once(self, name: str, call: Callable[[], Awaitable[object]]) -> None:
        """A call that may be repeated, but need not be. What is refused for good is logged and left."""
        if self.done(name):
            return
        try:
            await call()
        except Unavailable:
            raise
        except (IncidentError, PlaceUnwritableError) as error:
            await self.refuse(name, str(error))
        else:
            await self.finish(name)

    async def say(self, name: str, place: Place, notice: Notice) -> Posted:
        """Post once: what an earlier run may have posted is looked for first.

        Raises:
            PlaceUnwritableError, Unavailable.
        """
        if self.done(name):
            return _posted(self.stand[name].result)
        delivery = uuid5(_POSTS, f"{self.incident}/{name}")
        since = self.looked_for_since(name)
        found = await self.ports.chat.find_said(place, delivery, since=since) if since else None
        if found:
            return found
        return await self.ports.chat.say(place, notice, delivery=delivery)

    async def said(self, name: str, posted: Posted) -> None:
        """Note where it was posted."""
        if not self.done(name):
            await self.finish(name, f"{posted.room} {posted.message}")

    def refused(self, name: str) -> bool:
        """Whether the step was given up in an earlier run."""
        return self.done(name) and self.stand[name].result.startswith(_REFUSED)


def _posted(result: str) -> Posted:
    room, _, message = result.partition(" ")
    return Posted(RoomId(room), MessageId(message))


async def begin(ports: Ports, incident: IncidentId, names: Iterable[str], check: Check) -> Steps:
    """Note the intent of all the steps, in one write."""
    stand = await ports.journal.begin(incident, names, ports.clock())
    return Steps(ports, incident, check, dict(stand))
