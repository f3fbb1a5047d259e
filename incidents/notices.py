"""What is drawn and said, as data: each notice has all that its message needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from incidents.checks import Check, Turn
from incidents.evidence import Examination
from incidents.facts import Fact
from incidents.mitigation import Offer
from incidents.mitigation_facts import MitigationProposed
from incidents.model import Incident, PersonId
from incidents.work import AnyBoard, Board


@dataclass(frozen=True, slots=True)
class BoardNotice:
    """The incident as it is now, to be drawn as that board; `links` lead to other messages of it."""

    incident: Incident
    board: Board
    links: Mapping[AnyBoard, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FactNotice:
    """A fact to be said in the room."""

    incident: Incident
    fact: Fact
    by: PersonId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class VerdictNotice:
    """An examination as it stands; the headline of a thread. Nobody asked where Tocsin looks by itself.

    Attributes:
        service: the key of the service that it was asked for; None for all.
        offers: what can be done about the causes that it names.
    """

    examination: Examination
    asked_by: PersonId | None
    incident: Incident | None
    service: str | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingsNotice:
    """The findings of an examination, worst first, said under its verdict; of an incident, if it is one's.

    `kept` are those from before a change, said under its plan.
    """

    examination: Examination
    incident: Incident | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class PlanNotice:
    """A change that was proposed, with everything that it would hit, as the incident has it now."""

    incident: Incident
    proposed: MitigationProposed


@dataclass(frozen=True, slots=True)
class ChecklistNotice:
    """A guided checklist of the incident, as it is now; `number` is the checklist's."""

    incident: Incident
    number: int


@dataclass(frozen=True, slots=True)
class CheckNotice:
    """A turn of a standing check as it is now, for the channel of announcements.

    Attributes:
        incident: the one that is about it, if there is one.
    """

    check: Check
    turn: Turn
    incident: Incident | None = None


Notice: TypeAlias = (
    BoardNotice | FactNotice | VerdictNotice | FindingsNotice | PlanNotice | ChecklistNotice | CheckNotice
)
