"""The looks during a watch: all probes of the service, and what they found goes back to the desk."""

from __future__ import annotations

from dataclasses import dataclass

from incidents.ending_facts import WatchLooked
from incidents.model import IncidentId
from incidents.watching import awaits
from incidents.work import Watch
from workflows.fresh import Fresh
from workflows.ports import Ports


@dataclass(frozen=True, slots=True)
class Watches:
    """Looks at services that are being watched."""

    ports: Ports

    async def look(self, key: str, incident: IncidentId, work: Watch) -> None:
        """Look once and say at the desk what was found; nothing, if nobody waits for it any more.

        Raises:
            Unavailable: it must be done again; the key is then the same.
        """
        if not awaits(await self.ports.ledger.get(incident), work.begun_at):
            return
        looking = Fresh(self.ports.examiner)
        last = await looking.since(work.begun_at, f"{work.service} all") if work.service else None
        seen = WatchLooked(last.target, last.health.value, last.sentence) if last else None
        await self.ports.desk.watched(self.ports.request(f"watched:{key}"), incident, work.begun_at, seen)
