"""What must follow from a decision, as data. It is stored with the decision and done afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from incidents.evidence import Sought
from incidents.facts import Entry, Fact, Via
from incidents.model import Incident, IncidentId, PersonId, Place


class Board(StrEnum):
    """A message (or topic) that always shows the incident as it is now and is redrawn in place."""

    CARD = "card"
    ANNOUNCEMENT = "announcement"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class PlanBoard:
    """The message of a proposed change, redrawn in place as a board is; `number` is its proposal's."""

    number: int

    @property
    def value(self) -> str:
        """As it is kept."""
        return f"plan {self.number}"


@dataclass(frozen=True, slots=True)
class ChecklistBoard:
    """The message of a guided checklist, redrawn in place as a board is; `number` is the checklist's."""

    number: int

    @property
    def value(self) -> str:
        """As it is kept."""
        return f"checklist {self.number}"


AnyBoard: TypeAlias = Board | PlanBoard | ChecklistBoard


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """Create the channel, invite the declarer, set everything up."""


@dataclass(frozen=True, slots=True)
class Redraw:
    """Bring a board up to date; several in a row are one."""

    board: Board


@dataclass(frozen=True, slots=True)
class Tell:
    """Say a fact in the incident's room.

    Attributes:
        epoch: if set, the message is void once the incident's epoch is another one.
    """

    fact: Fact
    by: PersonId | None
    at: datetime
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class TellPerson:
    """Say a fact to one person, in a direct message.

    Attributes:
        person: a person, or a name on the ladder.
        epoch: as for `Tell`.
    """

    person: str
    fact: Fact
    at: datetime
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class TellAll:
    """Say a fact in the channel where the incident was announced; nowhere, if it was not.

    Attributes:
        epoch: as for `Tell`.
    """

    fact: Fact
    at: datetime
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class Invite:
    """Bring people into the room: persons, or names on the ladder."""

    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftRetrospective:
    """Write the post-mortem draft and put it into the room."""


@dataclass(frozen=True, slots=True)
class Examine:
    """Look at a target and thread the verdict at that place.

    Attributes:
        place: where it was asked for.
        service: the service's key, None for all that have such a target.
        asked_by: None where Tocsin looks by itself.
        sought: look for that text in its logs instead.
        incident: in which it was asked for; None where it was asked outside of one.
        fresh: a look that was begun before then does not serve, such as the one that is to be repeated.
    """

    target: str
    service: str | None
    place: Place
    asked_by: PersonId | None
    sought: Sought | None = None
    incident: IncidentId | None = None
    fresh: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Look at the service that is being watched, with all its probes.

    Attributes:
        service: its key; None where none is named.
        begun_at: which look it is.
    """

    service: str | None
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look up what a change that was asked for would hit; `number` is its proposal's."""

    number: int


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Carry out what was approved in the incident."""


@dataclass(frozen=True, slots=True)
class ShowEvidence:
    """Show what was kept before a change, with all its figures; `number` is its proposal's."""

    number: int


@dataclass(frozen=True, slots=True)
class LookAfter:
    """Look again at what a change was made to; `number` is its proposal's."""

    number: int


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """Bring the message of a proposed change up to date, or post it; `number` is its proposal's."""

    number: int


@dataclass(frozen=True, slots=True)
class DrawChecklist:
    """Bring the message of a guided checklist up to date, or post it; `number` is the checklist's."""

    number: int


@dataclass(frozen=True, slots=True)
class ShowTurn:
    """Say how a turn of a standing check is now: in the incident about it, or where incidents are announced.

    Attributes:
        check: the check's id.
        number: the turn's.
    """

    check: str
    number: int


@dataclass(frozen=True, slots=True)
class JoinTurn:
    """Note that the incident is about that turn of a standing check, which it was declared from."""

    check: str
    number: int


Apart: TypeAlias = (
    OpenRoom | Examine | Watch | LookUp | CarryOut | ShowEvidence | LookAfter | ShowTurn | JoinTurn
)
"""Jobs of their own, which do not wait in the incident's lane."""

FollowUp: TypeAlias = (
    Redraw | Tell | TellPerson | TellAll | Invite | DraftRetrospective | DrawPlan | DrawChecklist | Apart
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a use case decided: the incident, what happened, and what follows.

    Attributes:
        rings_at: when the incident's clock must next be looked at (UTC); None when it is silent.
    """

    incident: Incident
    facts: tuple[Fact, ...]
    follow_ups: tuple[FollowUp, ...]
    rings_at: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """Something that a person or a clock asked for, under a key that is the same when it comes again.

    Attributes:
        key: unique, such as "envelope:<id>" or "clock:12:3:1".
        payload: what came in, without tokens and response addresses; kept for the record.
        answer_to: where the answer can be sent for some minutes (Slack's response_url); empty if nowhere.
    """

    key: str
    at: datetime
    by: PersonId | None
    via: Via
    payload: Mapping[str, str] = field(default_factory=dict)
    answer_to: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is now on record; `repeated` when this very request had been recorded before."""

    incident: Incident
    entries: tuple[Entry, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Birth:
    """The identity that the record gives to a new incident."""

    id: IncidentId
    reference: str
