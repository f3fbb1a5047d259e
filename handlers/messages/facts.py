"""A fact, said in the incident's room: one message for each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from handlers.messages import checklists, checks, corrections, ending, mitigated, people, text, updates, watch
from handlers.messages.acts import Act
from handlers.messages.drawing import Drawing, fallback, headline, links, where
from handlers.messages.marks import HEALTH
from handlers.messages.parts import Message, button, context, row, section, words
from incidents import ending_facts as ends
from incidents import facts as f
from incidents.check_facts import CheckFact
from incidents.checklist_facts import ChecklistFact
from incidents.evidence import Health
from incidents.mitigation_facts import MitigationFact
from incidents.model import Incident, PersonId
from incidents.notices import FactNotice


def drawn(notice: FactNotice, drawing: Drawing) -> Message:  # noqa: C901, PLR0911, PLR0912 - one row for each kind of fact
    """The message that says the fact."""
    incident, by, at = notice.incident, notice.by, notice.at
    if isinstance(notice.fact, MitigationFact):
        return mitigated.drawn(incident, notice.fact, by)
    if isinstance(notice.fact, CheckFact):
        return checks.said(incident, notice.fact)
    if isinstance(notice.fact, ChecklistFact):
        return checklists.said(incident, notice.fact, by)
    match notice.fact:
        case f.Declared() as fact:
            return _declared(incident, fact, drawing)
        case f.RoomOpened() as fact:
            return _room(incident, fact)
        case f.AnnouncementFailed() as fact:
            return _unannounced(incident, fact)
        case f.SeverityChanged() as fact:
            return _severity(incident, fact, by, drawing)
        case f.ServiceNamed():
            return _service(incident, by, drawing)
        case f.Acknowledged():
            return _line(incident, f"{_who(by)} is on it.")
        case f.RoleAssigned() as fact:
            return _line(incident, _role(fact, by))
        case f.NotInvited() as fact:
            return people.not_invited(incident, fact)
        case f.HandedOver() as fact:
            return people.handed_over(incident, fact, by)
        case f.HandoverAccepted() as fact:
            return people.handover_accepted(incident, fact, by)
        case f.HandoverWithdrawn() as fact:
            return people.handover_withdrawn(incident, fact, by)
        case f.ExpertJoined() as fact:
            return people.expert_joined(incident, fact, by)
        case f.ClueNamed() as fact:
            return corrections.clue(incident, fact, by)
        case f.TimeCorrected() as fact:
            return corrections.time_corrected(incident, fact, by)
        case f.UpdatePosted() as fact:
            return updates.update(incident, fact, by, at, drawing)
        case f.UpdateAsked() as fact:
            return updates.asked(incident, fact, at, drawing)
        case f.Snoozed() as fact:
            return updates.snoozed(incident, fact, by, drawing)
        case f.NoteAdded() as fact:
            return _note(incident, fact, by)
        case f.Diagnosed() as fact:
            return _diagnosed(incident, fact)
        case _ as fact:
            return _ended(incident, fact, by, drawing)


def _ended(incident: Incident, fact: ends.EndingFact, by: PersonId | None, drawing: Drawing) -> Message:  # noqa: C901, PLR0911 - as above
    match fact:
        case ends.ServiceRestored():
            return ending.restored(incident, fact, by, drawing)
        case ends.FixNamed() as fact:
            return ending.fix(incident, fact, by)
        case ends.WatchEnded():
            return watch.ended(incident, fact)
        case ends.WatchLooked():
            return watch.looked(incident, fact)
        case ends.NoProbes():
            return watch.no_probes(incident, fact, drawing)
        case ends.Relapsed():
            return watch.relapsed(incident, fact, by)
        case ends.Resolved():
            return ending.resolved(incident, fact, by, drawing)
        case ends.FalseAlarm():
            return ending.false_alarm(incident, fact, by)
        case ends.Reopened():
            return ending.reopened(incident, fact, by, drawing)
        case ends.RetrospectiveDrafted():
            return _line(
                incident,
                f"The post-mortem draft {text.code(fact.name)} is in this room. Write what it leaves open.",
            )
        case _:
            assert_never(fact)


def _line(incident: Incident, markup: str) -> Message:
    return Message(fallback(incident, markup), (section(markup),))


def _who(by: PersonId | None) -> str:
    return text.mention(by) if by else "Tocsin"


def _declared(incident: Incident, fact: f.Declared, drawing: Drawing) -> Message:
    by, at = text.mention(incident.declared_by), text.when(incident.declared_at)
    lines = [headline(incident, drawing, 1000), f"Declared as {incident.reference} by {by}, {at}."]
    if fact.assumed:
        taken = text.one_line(fact.severity, 40)
        lines.append(f"Nobody named a severity, so I took {taken}. Press *Change* if it is another.")
    if fact.source.startswith(("https://", "http://")):
        lines.append(f"Declared from {text.link(fact.source, 'this message')}.")
    lines += links(incident, drawing)
    return Message(fallback(incident, "declared"), (section("\n".join(lines)),))


def _room(incident: Incident, fact: f.RoomOpened) -> Message:
    if fact.in_thread:
        refusal = text.escaped(fact.refusal, 500).rstrip(".") or "the workspace does not allow it"
        line = text.code(f"/incident update {incident.reference} <what is new>")
        return _line(
            incident,
            f"I could not create a channel: {refusal}.\n"
            f"{incident.reference} is recorded and goes on in this thread. "
            f"The buttons on its card work here; lines need the reference, such as {line}.\n"
            "To have a channel next time, ask an administrator to let Tocsin create channels.",
        )
    return welcome(incident)


def welcome(incident: Incident) -> Message:
    """The first words in a new room: whose it is, and what to do first."""
    lines = (
        "The pinned card always shows where we stand. *The first minutes:*\n"
        f"1. Press *I'm on it* on the card, or type {text.code('/incident ack')}, so that others know.\n"
        "2. Take *Incident commander*, or assign it.\n"
        f"3. Look at the systems: {text.code('/diagnose db')}.\n"
        f"4. Say what is known: {text.code('/incident update <what is being done>')}."
    )
    return Message(fallback(incident, "this is its room"), (section(lines),))


def _unannounced(incident: Incident, fact: f.AnnouncementFailed) -> Message:
    channel, reason = f"#{text.one_line(fact.channel, 80)}", text.escaped(fact.reason, 500).rstrip(".")
    return _line(
        incident,
        f"I could not announce {incident.reference} in {channel}: {reason}.\n"
        f"The incident goes on{f' in {where(incident)}' if incident.room else ''}. "
        f"To have it announced, create {channel} or type {text.code('/invite @tocsin')} there.",
    )


def _service(incident: Incident, by: PersonId | None, drawing: Drawing) -> Message:
    named = f"{_who(by)} named the service: *{drawing.service(incident)}*."
    return Message(fallback(incident, named), (section("\n".join([named, *links(incident, drawing)])),))


def _severity(incident: Incident, fact: f.SeverityChanged, by: PersonId | None, drawing: Drawing) -> Message:
    after = drawing.severity(fact.after)
    if fact.before == fact.after:
        return _line(incident, f"{_who(by)} confirmed the severity: {after}.")
    line = f"{_who(by)} changed the severity from {text.one_line(fact.before, 40)} to {after}."
    return _line(incident, "\n".join([line, *_owed_now(incident, fact, drawing)]))


def _owed_now(incident: Incident, fact: f.SeverityChanged, drawing: Drawing) -> Iterator[str]:
    """What is owed from now on, and what no longer is."""
    before, after = drawing.policy.find(fact.before), drawing.policy.governing(fact.after)
    if incident.owed:
        yield f"The next update is due by {text.clock(incident.owed.due)}."
    elif before and before.cadence:
        yield "No update is owed by the clock any more."
    if before and before.retrospective and not after.retrospective:
        yield "No post-mortem is owed any more."


def _role(fact: f.RoleAssigned, by: PersonId | None) -> str:
    role = text.one_line(fact.role.noun, 60)
    if by == fact.person:
        line = f"{text.mention(fact.person)} is {role} now."
    else:
        line = f"{_who(by)} made {text.mention(fact.person)} {role}."
    return f"{line} Before: {text.mention(fact.before)}." if fact.before else line


def _note(incident: Incident, fact: f.NoteAdded, by: PersonId | None) -> Message:
    source = (
        [context(text.link(fact.link, "The message"))]
        if fact.link.startswith(("https://", "http://"))
        else []
    )
    what = f"added what {text.mention(fact.author)} wrote to" if fact.author else "noted in"
    return words(f"{_who(by)} {what} {incident.reference}: {text.escaped(fact.text, 2500)}", *source)


def _diagnosed(incident: Incident, fact: f.Diagnosed) -> Message:
    mark = HEALTH[Health(fact.health)] if fact.health in set(Health) else text.one_line(fact.health, 40)
    again = button("Look again", f"{Act.LOOK}:0", fact.target)
    line = section(f"{mark} · {text.one_line(fact.target, 100)}: {text.escaped(fact.sentence, 2000)}")
    return Message(fallback(incident, f"looked at {fact.target}"), (line, row([again])))
