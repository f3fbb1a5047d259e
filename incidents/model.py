"""An incident and what can happen to it. Each change is a pure method that returns a new incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from incidents.checklists import Checklist
from incidents.mitigation import Fate, Offer, Stage
from incidents.roles import Role
from incidents.values import Clue, Fix, Looks, Owed

IncidentId = NewType("IncidentId", int)
PersonId = NewType("PersonId", str)
RoomId = NewType("RoomId", str)
MessageId = NewType("MessageId", str)

TITLE_LIMIT = 3000


class Status(StrEnum):
    """Where the work stands."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MITIGATING = "mitigating"
    MONITORING = "monitoring"
    RESOLVED = "resolved"

    @property
    def label(self) -> str:
        """As written for people."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands or goes: a channel, and the thread in it if it is one."""

    room: RoomId
    thread: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """The incident's channel, or its thread in the announcement channel where none could be made."""

    id: RoomId
    name: str
    thread: MessageId | None = None

    @property
    def place(self) -> Place:
        """Where things are said."""
        return Place(self.id, self.thread)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody asked for, as it stands. What it would hit stands on the timeline.

    Attributes:
        number: counts within the incident, from 1.
        since: when it came to that stage.
        thread: the thread in which it was asked for; None for the room itself.
        sentence: what would be done; empty until that is looked up.
        expires_at: until when it can be approved; None until it is proposed.
        decided_by: who approved or declined it.
        glass: whether the commander approved it alone, by breaking the glass.
        words: what came of it, or why it did not come about.
        fates: what came of everything that it would hit, each kind once; empty until that is known.
    """

    number: int
    offer: Offer
    asked_by: PersonId
    stage: Stage
    since: datetime
    thread: MessageId | None = None
    sentence: str = ""
    expires_at: datetime | None = None
    decided_by: PersonId | None = None
    glass: bool = False
    words: str = ""
    fates: tuple[Fate, ...] = ()

    @property
    def untouched(self) -> bool:
        """Whether it is known that nothing of what it would hit was brought about."""
        return bool(self.fates) and Fate.DONE not in self.fates


@dataclass(frozen=True, slots=True)
class Incident:
    """The incident as it is now. All times are UTC.

    Attributes:
        severity: a severity's name in the policy.
        assumed: whether the severity was taken because nobody named one.
        began_at: when it began, as far as is known.
        clues: what was noticed first, in a few words.
        source: the address of the message that it was declared from.
        actions: what is being done, from the last status update.
        handing_over_to: who was asked to take command and has not accepted yet.
        experts: those who know a subject, with that subject.
        responders: those who said *I'm on it*, the first one first.
        restored_at: when somebody said so; None where nobody did, also after the all-clear.
        owed: the next status update owed; None where none is.
        fix: the kind of fix that restored it; None where nobody said.
        monitor_until: the end of the watch after *Service restored*.
        looks: what the probes saw since *Service restored*; None unless the service is being watched.
        epoch: how often people have set the clock anew.
        proposals: the changes that were asked for, in order.
        looked_at: the services at which Tocsin looked by itself.
        checklists: the guided checklists that were begun, in order.
    """

    id: IncidentId
    reference: str
    title: str
    severity: str
    declared_by: PersonId
    declared_at: datetime
    status: Status = Status.INVESTIGATING
    status_since: datetime | None = None
    assumed: bool = False
    service: str | None = None
    source: str = ""
    clues: Mapping[Clue, str] = field(default_factory=dict)
    impact: str = ""
    actions: str = ""
    private: bool = False
    began_at: datetime | None = None
    detected_at: datetime | None = None
    room: Room | None = None
    roles: Mapping[Role, PersonId] = field(default_factory=dict)
    handing_over_to: PersonId | None = None
    experts: Mapping[PersonId, str] = field(default_factory=dict)
    acknowledged_at: datetime | None = None
    responders: tuple[PersonId, ...] = ()
    commanded_at: datetime | None = None
    last_update_at: datetime | None = None
    restored_at: datetime | None = None
    fix: Fix | None = None
    monitor_until: datetime | None = None
    looks: Looks | None = None
    resolved_at: datetime | None = None
    summary: str = ""
    false_alarm: bool = False
    owed: Owed | None = None
    epoch: int = 0
    proposals: tuple[Proposal, ...] = ()
    looked_at: tuple[str, ...] = ()
    checklists: tuple[Checklist, ...] = ()

    @property
    def open(self) -> bool:
        """Whether anything is still owed."""
        return self.status is not Status.RESOLVED

    @property
    def commander(self) -> PersonId | None:
        """Who decides, if anybody yet."""
        return self.roles.get(Role.COMMANDER)

    @property
    def detected(self) -> datetime:
        """When it was noticed; the declaration, unless somebody said otherwise."""
        return self.detected_at or self.declared_at

    @property
    def onset(self) -> datetime:
        """When it began, as far as is known: no later than it was noticed."""
        return self.began_at or self.detected

    @property
    def detected_by(self) -> str:
        """Who or what saw it, as somebody said; else the message that it was declared from; else empty."""
        message = f"a message, {self.source}" if self.source else ""
        return self.clues.get(Clue.DETECTED_BY) or message

    def known_to(self, person: PersonId) -> bool:
        """Whether this person may know of it outside of its room: of a private one only who works on it."""
        return not self.private or person in self.at_work or person == self.handing_over_to

    @property
    def at_work(self) -> frozenset[PersonId]:
        """Whoever declared it, holds a role, is on it, or joined as an expert."""
        return frozenset({self.declared_by, *self.roles.values(), *self.responders, *self.experts})

    def proposal(self, number: int) -> Proposal | None:
        """The change of that number."""
        return next((proposal for proposal in self.proposals if proposal.number == number), None)

    def with_proposal(self, changed: Proposal) -> Incident:
        """With the change as it stands now, or a new one at the end."""
        if self.proposal(changed.number) is None:
            return replace(self, proposals=(*self.proposals, changed))
        same = (changed if each.number == changed.number else each for each in self.proposals)
        return replace(self, proposals=tuple(same))

    def asked_for_updates(self) -> PersonId:
        """Whom a reminder addresses first: communications, else the commander, else the declarer."""
        return self.roles.get(Role.COMMUNICATIONS) or self.commander or self.declared_by

    def with_role(self, role: Role, person: PersonId, at: datetime) -> Incident:
        """The role in that person's hands; whoever has command now, no handover of it is pending."""
        moved = replace(self, roles={**self.roles, role: person})
        if role != Role.COMMANDER:
            return moved
        return replace(moved, commanded_at=self.commanded_at or at, handing_over_to=None)

    def acknowledged(self, at: datetime, by: PersonId | None) -> Incident:
        """Somebody is on it; the first time counts."""
        responders = (*self.responders, by) if by else self.responders
        return replace(self, acknowledged_at=self.acknowledged_at or at, responders=responders)

    def with_status(self, status: Status, at: datetime) -> Incident:
        """In that status, since then unless it was so before."""
        since = self.status_since if status is self.status else at
        return replace(self, status=status, status_since=since)

    def owing(self, due: datetime | None) -> Incident:
        """A person has set the clock anew; the next update is due then, or none is owed."""
        epoch = self.epoch + 1
        return replace(self, epoch=epoch, owed=Owed(due, epoch) if due else None)

    def snoozed(self) -> Incident:
        """The due time counts as put off, so that it cannot be put off again."""
        return replace(self, owed=replace(self.owed, snoozed=True) if self.owed else None)

    def restored(self, at: datetime, watch: timedelta, fix: Fix | None = None) -> Incident:
        """The service works again and is being watched."""
        moved = self.with_status(Status.MONITORING, at)
        return replace(moved, restored_at=at, fix=fix, monitor_until=at + watch, looks=Looks(at))

    def relapsed(self, at: datetime) -> Incident:
        """The service failed again while it was watched."""
        moved = self.with_status(Status.INVESTIGATING, at)
        return replace(moved, restored_at=None, fix=None, monitor_until=None, looks=None)

    def resolved(self, at: datetime, summary: str) -> Incident:
        """Over; every clock stops."""
        return replace(
            self.with_status(Status.RESOLVED, at),
            resolved_at=at,
            handing_over_to=None,
            monitor_until=None,
            looks=None,
            summary=summary,
            owed=None,
            epoch=self.epoch + 1,
            proposals=tuple(_withdrawn(proposal, at) for proposal in self.proposals),
        )

    def reopened(self, at: datetime) -> Incident:
        """Not over after all."""
        return replace(
            self.with_status(Status.INVESTIGATING, at),
            resolved_at=None,
            restored_at=None,
            fix=None,
            monitor_until=None,
            looks=None,
            summary="",
            false_alarm=False,
        )


def _withdrawn(proposal: Proposal, at: datetime) -> Proposal:
    if proposal.stage not in {Stage.ASKED, Stage.PROPOSED}:
        return proposal
    return replace(proposal, stage=Stage.WITHDRAWN, since=at)
