"""What happened at the end, as data: from the restored service to the draft of the post-mortem."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from incidents.values import Fix


@dataclass(frozen=True, slots=True)
class ServiceRestored:
    """The service works again; it is watched until then. `fix` is None where nobody said which it was."""

    watch_until: datetime
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class FixNamed:
    """The kind of fix was said afterwards; it is watched until then, or None where no watch goes on."""

    fix: Fix
    watch_until: datetime | None = None
    before: Fix | None = None


@dataclass(frozen=True, slots=True)
class WatchEnded:
    """The watch ended without a relapse; the all-clear may be given.

    Attributes:
        looks: how often probes looked at the service.
        fine: how many of these looks found everything fine.
    """

    looks: int = 0
    fine: int = 0


@dataclass(frozen=True, slots=True)
class WatchLooked:
    """Probes looked at the service that is being watched, with this verdict."""

    target: str
    health: str
    sentence: str


@dataclass(frozen=True, slots=True)
class NoProbes:
    """No probe looks at the service that is being watched; None where no service is named."""

    service: str | None


@dataclass(frozen=True, slots=True)
class Relapsed:
    """The service failed again during the watch."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The all-clear; `reason` says why the watch was skipped, and is empty if it was not."""

    summary: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """There was no incident."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """It was not over."""

    reason: str


@dataclass(frozen=True, slots=True)
class RetrospectiveDrafted:
    """The post-mortem draft lies in the room."""

    name: str


EndingFact: TypeAlias = (
    ServiceRestored
    | FixNamed
    | WatchEnded
    | WatchLooked
    | NoProbes
    | Relapsed
    | Resolved
    | FalseAlarm
    | Reopened
    | RetrospectiveDrafted
)
"""From the restored service to the draft of the post-mortem."""
