"""What happened to a change that somebody asked for, as data; `number` is that of its proposal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from incidents.evidence import Examination
from incidents.mitigation import Offer, Plan, Result
from incidents.model import PersonId
from incidents.values import Fix


@dataclass(frozen=True, slots=True)
class MitigationAsked:
    """Somebody asked for it; what it would hit is looked up."""

    number: int
    offer: Offer


@dataclass(frozen=True, slots=True)
class MitigationVoid:
    """There is nothing to do, or it could not be looked up; nothing was changed."""

    number: int
    offer: Offer
    reason: str


@dataclass(frozen=True, slots=True)
class MitigationProposed:
    """What would be done to what, frozen; it can be approved until then."""

    number: int
    plan: Plan
    asked_by: PersonId
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MitigationApproved:
    """Somebody who may has approved it."""

    number: int
    sentence: str
    asked_by: PersonId


@dataclass(frozen=True, slots=True)
class GlassBroken:
    """The commander approved it alone, with a reason."""

    number: int
    sentence: str
    asked_by: PersonId
    reason: str


@dataclass(frozen=True, slots=True)
class MitigationDeclined:
    """Somebody declined it; nothing was changed."""

    number: int
    sentence: str
    asked_by: PersonId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MitigationExpired:
    """Nobody approved it in time, or it could not begin in time after that; nothing was changed.

    Attributes:
        approved_by: who had approved it; None if nobody had.
    """

    number: int
    offer: Offer
    sentence: str
    asked_by: PersonId
    approved_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class EvidenceTaken:
    """How the target was before anything was changed, since the change destroys it.

    Attributes:
        findings: what the probes saw, worst first, a line for each.
        seen: the same with every figure, table and log line that there was room for; None in old records.
    """

    number: int
    target: str
    health: str
    sentence: str
    findings: tuple[str, ...] = ()
    seen: Examination | None = None


@dataclass(frozen=True, slots=True)
class MitigationBegun:
    """From here on the target may be changed."""

    number: int
    action: str
    target: str
    sentence: str


@dataclass(frozen=True, slots=True)
class MitigationDone:
    """What came of it.

    Attributes:
        resumed: a first try was cut off; what that one had changed counts as gone by itself here.
        rollback: an earlier version of the service was brought back.
    """

    number: int
    plan_sentence: str
    asked_by: PersonId
    approved_by: PersonId | None
    result: Result
    resumed: bool = False
    rollback: bool = False


@dataclass(frozen=True, slots=True)
class MitigationFailed:
    """It was not done; `unclear` where it is not known whether something was changed."""

    number: int
    sentence: str
    reason: str
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class MitigationChecked:
    """How the target was afterwards, as the probes saw it; `changed` unless nothing was brought about."""

    number: int
    target: str
    health: str
    sentence: str
    changed: bool = True


@dataclass(frozen=True, slots=True)
class FixAdvised:
    """A rollback or a fix forward was proposed from what people answered; they decide.

    Attributes:
        fix: None where nothing speaks for either; then `reasons` are what has to be found out first.
    """

    fix: Fix | None
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()


MitigationFact: TypeAlias = (
    FixAdvised
    | MitigationAsked
    | MitigationVoid
    | MitigationProposed
    | MitigationApproved
    | GlassBroken
    | MitigationDeclined
    | MitigationExpired
    | EvidenceTaken
    | MitigationBegun
    | MitigationDone
    | MitigationFailed
    | MitigationChecked
)
"""From the wish for a change to the look after it."""
