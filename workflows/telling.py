"""Telling the declarer, once for each thing."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from incidents.errors import IncidentError, Unavailable
from incidents.facts import Via
from incidents.model import Incident
from incidents.ports import PlaceUnwritableError
from workflows.ports import Ports
from workflows.steps import Steps

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells the one who declared, and nobody else."""

    ports: Ports
    steps: Steps
    missed: list[Unavailable] = field(default_factory=list)

    def complete(self) -> None:
        """Raises Unavailable if something was not told because the workspace did not answer."""
        if self.missed:
            raise self.missed[0]

    async def beside(self, name: str, incident: Incident, text: str) -> None:
        """As `once`, where they declared it; who used the shell is not in Slack and is not written to."""
        if self.steps.done(name):
            return
        request = await self.ports.ledger.request_of(incident.id)
        if request and request.via is not Via.SHELL:
            await self.once(name, incident, text)
        else:
            await self.steps.finish(name)

    async def once(self, name: str, incident: Incident, text: str) -> None:
        """Tell, unless it was told; what cannot be told holds up nothing."""
        if self.steps.done(name):
            return
        await self.steps.check()
        request = await self.ports.ledger.request_of(incident.id)
        try:
            if request:
                await self.ports.chat.answer(request, text, incident=incident)
        except Unavailable as error:
            self.missed.append(error)
            return
        except (IncidentError, PlaceUnwritableError) as error:
            _log.warning("the declarer of %s was not told: %s", incident.reference, error)
        await self.steps.finish(name)
