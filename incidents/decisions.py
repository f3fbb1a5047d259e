"""The rules: what a request does to an incident as it is now. Pure; each gives the decision or refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from incidents import clocks, clues, first_look, handovers
from incidents.ending_facts import Relapsed, ServiceRestored
from incidents.errors import AlreadyTaken, Refused
from incidents.facts import (
    Acknowledged,
    Declared,
    Fact,
    NoteAdded,
    RoleAssigned,
    ServiceNamed,
    SeverityChanged,
    Snoozed,
    UpdatePosted,
)
from incidents.model import TITLE_LIMIT, Incident, PersonId, Status
from incidents.moment import BOARDS, WITH_TOPIC, Moment, still_open
from incidents.policy import Policy
from incidents.roles import Role
from incidents.texts import checked, headline
from incidents.values import Clue, Looks, Quote
from incidents.work import (
    Birth,
    Decision,
    Invite,
    OpenRoom,
    Request,
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody declares; the severity is a name of the policy's, or None for the assumed one.

    Attributes:
        began_at: when it began, if that is known.
        detected_at: when it was noticed, if that was not now.
    """

    title: str
    severity: str | None = None
    service: str | None = None
    impact: str = ""
    private: bool = False
    source: str = ""
    clues: Mapping[Clue, str] = field(default_factory=dict)
    began_at: datetime | None = None
    detected_at: datetime | None = None


def declare(wish: Declaration, birth: Birth, request: Request, policy: Policy) -> Decision:
    """A new incident, its clock running from now."""
    if request.by is None:
        raise ValueError("somebody declares an incident")
    severity = policy.severity(wish.severity or policy.assumed)
    incident = Incident(
        id=birth.id,
        reference=birth.reference,
        title=headline(wish.title, "title", TITLE_LIMIT),
        severity=severity.name,
        assumed=not wish.severity,
        service=wish.service,
        source=wish.source,
        impact=checked(wish.impact, "impact", 2000, empty=True),
        private=wish.private,
        declared_by=request.by,
        declared_at=request.at,
        status_since=request.at,
        began_at=wish.began_at,
        detected_at=wish.detected_at,
    )
    incident = clocks.answered(incident, policy, request.at)
    fact = Declared(
        incident.title,
        severity.name,
        incident.assumed,
        wish.service,
        incident.impact,
        wish.private,
        wish.source,
    )
    incident, noticed = clues.named(incident, wish.clues)
    return Moment(request.at, request.by, policy).decide(incident, [fact, *noticed], [OpenRoom()])


def change_severity(incident: Incident, now: Moment, word: str) -> Decision:
    """Another severity; the clock follows it."""
    still_open(incident)
    after = now.policy.severity(word).name
    if after == incident.severity and not incident.assumed:
        raise Refused(f"{incident.reference} is {after} already. Nothing was changed.")
    fact = SeverityChanged(incident.severity, after)
    moved = replace(incident, severity=after, assumed=False)
    moved = clocks.on_change(moved, now.policy, now.at)
    return first_look.ordered(now.decide(moved, [fact], [now.tell(fact), *WITH_TOPIC]), now)


def name_service(incident: Incident, now: Moment, key: str) -> Decision:
    """The service that is broken; while it is watched, the probes of that one look from now on."""
    still_open(incident)
    if incident.service == key:
        raise Refused(f"{incident.reference} is about {key} already. Nothing was changed.")
    fact = ServiceNamed(key)
    looks = Looks(now.at) if incident.looks else None
    moved = replace(incident, service=key, looks=looks)
    return first_look.ordered(now.decide(moved, [fact], [now.tell(fact), *WITH_TOPIC]), now)


def acknowledge(incident: Incident, now: Moment) -> Decision:
    """Somebody is on it, said once by each; only the first one counts for the record's times."""
    still_open(incident)
    if now.by in incident.responders:
        raise Refused(f"You are on {incident.reference} already. Nothing was changed.")
    fact = Acknowledged()
    moved = incident.acknowledged(now.at, now.by)
    return now.decide(moved, [fact], [*_invite(now.by), now.tell(fact), *BOARDS])


def take(incident: Incident, now: Moment, role: Role) -> Decision:
    """The role for the one who asks, unless somebody holds it; taking command that is offered accepts it."""
    if now.by is None:
        raise ValueError("somebody takes a role")
    still_open(incident)
    role = now.policy.role(role)
    if role == Role.COMMANDER and incident.handing_over_to == now.by:
        return handovers.accept(incident, now)
    holder = incident.roles.get(role)
    if holder is not None and holder != now.by:
        raise AlreadyTaken(
            f"{{person}} was first and is {role.noun} of {incident.reference}. "
            f"To take over, agree with them, then press *Assign...*.",
            person=holder,
        )
    return assign(incident, now, role, now.by)


def assign(incident: Incident, now: Moment, role: Role, person: PersonId) -> Decision:
    """The role in that person's hands. The invitation goes first: a mention calls only who is in the room."""
    still_open(incident)
    role = now.policy.role(role)
    before = incident.roles.get(role)
    if before == person:
        raise Refused(f"{{person}} is {role.noun} of {incident.reference} already.", person=person)
    fact = RoleAssigned(role, person, before)
    moved = incident.with_role(role, person, now.at)
    return now.decide(moved, [fact], [*_invite(person), now.tell(fact), *BOARDS])


@dataclass(frozen=True, slots=True)
class News:
    """A status update as a person writes it; None keeps what was said last."""

    status: Status | None = None
    impact: str | None = None
    actions: str | None = None
    next_due: datetime | None = None


def update(incident: Incident, now: Moment, news: News) -> Decision:
    """A status update; the clock starts anew.

    *Monitoring* says that the service is restored, and leaving it that it failed again, as the buttons do.
    """
    still_open(incident)
    status = news.status or incident.status
    if status is Status.RESOLVED:
        raise Refused(
            "An update cannot resolve an incident. Nothing was posted. "
            "Press *Resolve*, or type `/incident resolve <what it was>`."
        )
    due = clocks.promised(incident, now.policy, now.at, news.next_due)
    moved = replace(
        incident,
        impact=_kept(news.impact, incident.impact, "impact"),
        actions=_kept(news.actions, incident.actions, "actions"),
        last_update_at=now.at,
    )
    moved, turns = _turned(moved, status, now)
    moved = clocks.anew(moved, now.policy, now.at, due=due)
    posted = UpdatePosted(status, moved.impact, moved.actions, due, unchanged=news == News())
    facts = (posted, *turns)
    boards = BOARDS if status is incident.status else WITH_TOPIC
    return now.decide(moved, facts, [*map(now.tell, facts), *boards])


def _turned(incident: Incident, status: Status, now: Moment) -> tuple[Incident, tuple[Fact, ...]]:
    """In that status, with the fact that the watch began or was broken off by it."""
    was, watched = incident.status is Status.MONITORING, status is Status.MONITORING
    if watched and not was:
        until = now.at + now.policy.monitor
        return incident.restored(now.at, now.policy.monitor), (ServiceRestored(until),)
    if was and not watched:
        return incident.relapsed(now.at).with_status(status, now.at), (Relapsed(""),)
    return incident.with_status(status, now.at), ()


def nothing_new(incident: Incident, now: Moment) -> Decision:
    """The templated update, answered for by a person; the clock starts anew."""
    return update(incident, now, News())


def snooze(incident: Incident, now: Moment, epoch: int | None) -> Decision:
    """The due time put off, once."""
    still_open(incident)
    owed = incident.owed
    if owed is None:
        raise Refused(f"{incident.reference} owes no update, so there is nothing to put off.")
    if owed.snoozed:
        raise Refused(
            "This update was put off once already. Press *Post update* or *Nothing new*; "
            "the reminders go on until then."
        )
    if epoch is not None and epoch != owed.epoch:
        raise Refused(
            "This reminder is out of date, so nothing was put off. The next update is due by {until}.",
            until=owed.due,
        )
    until = max(owed.due, now.at) + now.policy.snooze
    moved = clocks.anew(incident, now.policy, now.at, due=until).snoozed()
    fact = Snoozed(until, owed.epoch)
    return now.decide(moved, [fact], [now.tell(fact), *BOARDS])


def note(incident: Incident, now: Moment, text: str, quote: Quote) -> Decision:
    """A line for the timeline, or a message that is put there; also after the end."""
    fact = NoteAdded(checked(text, "note", 3000), quote.link, quote.author, quote.written_at)
    return now.decide(incident, [fact], [])


def _kept(new: str | None, old: str, field: str) -> str:
    return old if new is None else checked(new, field, 2000, empty=True)


def _invite(person: PersonId | None) -> tuple[Invite, ...]:
    return (Invite((person,)),) if person else ()
