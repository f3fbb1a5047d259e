"""The looks during a watch: all probes of the service, and what they found goes back to the desk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from incidents.ending_facts import WatchLooked
from incidents.errors import Refused
from incidents.evidence import Examination
from incidents.model import IncidentId
from incidents.watching import awaits
from incidents.work import Watch
from workflows.ports import Ports

_TRIES = 12  # a run is shared for ten seconds


@dataclass(frozen=True, slots=True)
class Watches:
    """Looks at services that are being watched; `pause` seconds lie between two tries for a fresh run."""

    ports: Ports
    pause: float = 1.0

    async def look(self, key: str, incident: IncidentId, work: Watch) -> None:
        """Look once and say at the desk what was found; nothing, if nobody waits for it any more.

        Raises:
            Unavailable: it must be done again; the key is then the same.
        """
        if not awaits(await self.ports.ledger.get(incident), work.begun_at):
            return
        last = await self._fresh(work.service, work.begun_at) if work.service else None
        seen = WatchLooked(last.target, last.health.value, last.sentence) if last else None
        await self.ports.desk.watched(self.ports.request(f"watched:{key}"), incident, work.begun_at, seen)

    async def _fresh(self, service: str, begun_at: datetime) -> Examination | None:
        """An examination that did not begin before the look: a run shared with others may be older."""
        last = await self._seen(service)
        for _ in range(_TRIES):
            if last is None or last.started_at >= begun_at:
                break
            await asyncio.sleep(self.pause)
            last = await self._seen(service)
        return last

    async def _seen(self, service: str) -> Examination | None:
        """The whole examination of a service; None where it has no probe. Other services are not asked."""
        last = None
        try:
            async for examination in self.ports.examiner.examine(f"{service} all", None):
                last = examination
        except Refused:
            return None
        return last
