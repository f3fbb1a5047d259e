"""What was deployed before an incident began, for a form that cannot wait for long."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from diagnostics.examine import Examiner
from incidents.errors import IncidentError
from incidents.model import Incident
from incidents.rollback import LastChange, last_change

DEPLOYS = "deploys"  # the word for all targets that know of changes


@dataclass(frozen=True, slots=True)
class Lately:
    """Asks the service's targets that know of deploys; a form must open within Slack's three seconds."""

    examiner: Examiner
    seconds: float = 1.2

    async def __call__(self, incident: Incident) -> LastChange:
        """The last change; one that is not known where nothing tells in time."""
        found = LastChange()
        with suppress(IncidentError, TimeoutError):
            async with asyncio.timeout(self.seconds):
                looks = self.examiner.examine(DEPLOYS, incident.service, onset=incident.onset, routine=True)
                async for seen in looks:
                    found = last_change(seen.findings)
        return found
