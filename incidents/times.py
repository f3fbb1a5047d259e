"""How long things took, read from the incident; spelled out, since the R of MTTR is ambiguous."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.model import Incident


@dataclass(frozen=True, slots=True)
class Times:
    """Durations; None where one end is not known."""

    to_detect: timedelta | None
    to_acknowledge: timedelta | None
    to_command: timedelta | None
    to_mitigate: timedelta | None
    to_resolve: timedelta | None

    def rows(self) -> list[tuple[str, timedelta | None]]:
        """Name and duration, in order."""
        return [
            ("Time to detect", self.to_detect),
            ("Time to acknowledge", self.to_acknowledge),
            ("Time to command", self.to_command),
            ("Time to mitigate", self.to_mitigate),
            ("Time to resolve", self.to_resolve),
        ]


def times(incident: Incident) -> Times:
    """The incident's times so far."""
    return Times(
        to_detect=_between(incident.began_at, incident.detected),
        to_acknowledge=_between(incident.declared_at, incident.acknowledged_at),
        to_command=_between(incident.declared_at, incident.commanded_at),
        to_mitigate=_between(incident.detected, incident.restored_at),
        to_resolve=_between(incident.detected, incident.resolved_at),
    )


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return max(end - start, timedelta()) if start and end else None
