"""The values that an incident carries: times, the owed update, the watch, the fix, what was noticed first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from incidents.evidence import Health


class Milestone(StrEnum):
    """A time of the incident that people can correct."""

    BEGAN = "began"
    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    RESTORED = "restored"

    @property
    def label(self) -> str:
        """As the first half of a sentence that ends with the time."""
        return _MILESTONE_LABELS[self]


_MILESTONE_LABELS = {
    Milestone.BEGAN: "it began",
    Milestone.DETECTED: "it was detected",
    Milestone.ACKNOWLEDGED: "somebody was on it",
    Milestone.RESTORED: "the service was restored",
}


class Clue(StrEnum):
    """What was noticed first, in a few words: who or what saw it, and what was suspected."""

    DETECTED_BY = "detected_by"
    SUSPECT = "suspect"

    @property
    def label(self) -> str:
        """As written for people."""
        return _CLUE_LABELS[self]


_CLUE_LABELS = {Clue.DETECTED_BY: "Detected by", Clue.SUSPECT: "First suspect"}


class Fix(StrEnum):
    """How the service was restored: back to what ran before, or on to something new."""

    ROLLBACK = "rollback"
    FORWARD = "fix_forward"

    @property
    def label(self) -> str:
        """As written for people, behind “a”."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Quote:
    """A message that somebody had written before it was put on record.

    Attributes:
        author: a person, or the name of a program; empty where it is not known.
        written_at: when, in UTC; None where that is not known.
        link: the message's address; empty where it has none.
    """

    author: str = ""
    written_at: datetime | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """The status update that is owed next.

    Attributes:
        due: when, in UTC.
        epoch: counts how often people set the clock anew; a reminder of an older epoch is void.
        snoozed: whether this due time was put off already, which works once.
        rung: how many steps of the clock have been taken since the answer (see `clocks`).
    """

    due: datetime
    epoch: int
    snoozed: bool = False
    rung: int = 0


@dataclass(frozen=True, slots=True)
class Looks:
    """What the probes saw so far of a service that is being watched.

    Attributes:
        next_at: when they look next, while the watch lasts; None where no look is to come.
        begun_at: when the look began whose answer is awaited; an answer to any other is void.
        taken: how many looks were answered.
        fine: how many of them found everything fine; a service that cannot be seen is not fine.
        health: what the last one found; None before the first.
        sentence: the last one's verdict.
        blind: whether there is no probe to look with.
        looked_at: when the last one that was answered began; None before the first.
    """

    next_at: datetime | None
    begun_at: datetime | None = None
    taken: int = 0
    fine: int = 0
    health: Health | None = None
    sentence: str = ""
    blind: bool = False
    looked_at: datetime | None = None

    def begun(self, at: datetime, next_at: datetime) -> Looks:
        """A look has begun."""
        return replace(self, begun_at=at, next_at=next_at)

    def answered(self, health: Health, sentence: str) -> Looks:
        """The look has found that."""
        fine = self.fine + (health is Health.OK)
        return replace(
            self,
            begun_at=None,
            taken=self.taken + 1,
            fine=fine,
            health=health,
            sentence=sentence,
            looked_at=self.begun_at,
        )

    def blinded(self) -> Looks:
        """There is no probe, and no look is to come."""
        return replace(self, begun_at=None, next_at=None, blind=True)
