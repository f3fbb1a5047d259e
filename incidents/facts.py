"""What happened, as data. The timeline is made of these; words are drawn from them when needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from incidents.check_facts import CheckFact
from incidents.checklist_facts import ChecklistFact
from incidents.ending_facts import EndingFact
from incidents.mitigation_facts import MitigationFact
from incidents.model import IncidentId, PersonId, Status
from incidents.roles import Role
from incidents.values import Clue, Milestone

EVERYONE = "everyone"


class Via(StrEnum):
    """By which way a request came."""

    COMMAND = "command"
    FORM = "form"
    BUTTON = "button"
    SHORTCUT = "shortcut"
    EVENT = "event"
    SHELL = "shell"
    CLOCK = "clock"
    WORKFLOW = "workflow"


@dataclass(frozen=True, slots=True)
class Declared:
    """The incident was declared; `source` links the message that it was declared from."""

    title: str
    severity: str
    assumed: bool
    service: str | None
    impact: str
    private: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """The incident's channel exists; `in_thread` where the workspace refused one, with its reason."""

    room: str
    name: str
    in_thread: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncementFailed:
    """The announcement channel could not be written to."""

    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class SeverityChanged:
    """The severity is another one, or was confirmed."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ServiceNamed:
    """The service that is broken is known."""

    service: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody said *I'm on it*."""


@dataclass(frozen=True, slots=True)
class RoleAssigned:
    """A role changed hands."""

    role: Role
    person: PersonId
    before: PersonId | None = None


@dataclass(frozen=True, slots=True)
class NotInvited:
    """People who are wanted in the room could not be brought in."""

    people: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The commander asked somebody to take command, with the state of play."""

    person: PersonId
    state: str


@dataclass(frozen=True, slots=True)
class HandoverAccepted:
    """The one who was asked said *I have command*; `before` had it until then."""

    before: PersonId | None = None


@dataclass(frozen=True, slots=True)
class HandoverWithdrawn:
    """The commander keeps command after all; that person is asked no longer."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class ExpertJoined:
    """Somebody who knows a subject takes part."""

    person: PersonId
    subject: str


@dataclass(frozen=True, slots=True)
class ClueNamed:
    """What was noticed first; `before` is what was on record until then, empty if nothing was."""

    which: Clue
    text: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class TimeCorrected:
    """A time was recorded, or was another one than recorded; `before` is None where it was not known.

    Attributes:
        zone: the time zone in which it was read, such as "Europe/Paris"; empty where none was kept.
    """

    which: Milestone
    at: datetime
    before: datetime | None = None
    zone: str = ""

    @property
    def verb(self) -> str:
        """What was done: what was never known cannot be corrected."""
        return "corrected" if self.before else "recorded"


@dataclass(frozen=True, slots=True)
class UpdatePosted:
    """A status update; `automatic` when the bot posted it because nobody did."""

    status: Status
    impact: str
    actions: str
    next_due: datetime | None
    automatic: bool = False
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class UpdateAsked:
    """Somebody was reminded of the update due then; `called` are those called because nobody answered.

    They are people, names on the ladder, or EVERYONE; `people` are those who were asked before.
    """

    due: datetime
    people: tuple[str, ...]
    called: tuple[str, ...] = ()
    snoozable: bool = True
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Snoozed:
    """The due time was put off, which works once; `epoch` is that of the reminders it ended."""

    until: datetime
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class NoteAdded:
    """Something worth remembering, in the words of the one who adds it or of a message.

    Attributes:
        link: leads to the message it was taken from.
        author: who wrote that message: a person, or the name of a program; empty for a note of one's own.
        written_at: when that was (UTC); the entry's own time is when it was added.
    """

    text: str
    link: str = ""
    author: str = ""
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A target was looked at, with this verdict; `findings` are what the probes saw, worst first."""

    target: str
    health: str
    sentence: str
    findings: tuple[str, ...] = ()


Fact: TypeAlias = (
    Declared
    | RoomOpened
    | AnnouncementFailed
    | SeverityChanged
    | ServiceNamed
    | Acknowledged
    | RoleAssigned
    | NotInvited
    | HandedOver
    | HandoverAccepted
    | HandoverWithdrawn
    | ExpertJoined
    | ClueNamed
    | TimeCorrected
    | UpdatePosted
    | UpdateAsked
    | Snoozed
    | NoteAdded
    | Diagnosed
    | EndingFact
    | MitigationFact
    | CheckFact
    | ChecklistFact
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact on the timeline: when it was recorded (UTC), who did it (None: the bot), and by which way."""

    incident: IncidentId
    at: datetime
    by: PersonId | None
    via: Via
    fact: Fact

    @property
    def happened_at(self) -> datetime:
        """When it happened: what was added later was written before."""
        written_at = self.fact.written_at if isinstance(self.fact, NoteAdded) else None
        return written_at or self.at
