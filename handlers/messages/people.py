"""People and command: a handover and its acceptance, experts who join, people who cannot come."""

from __future__ import annotations

from handlers.messages import text
from handlers.messages.acts import Act, Subject
from handlers.messages.drawing import fallback
from handlers.messages.parts import Message, button, row, section, sections
from incidents.facts import ExpertJoined, HandedOver, HandoverAccepted, HandoverWithdrawn, NotInvited
from incidents.model import Incident, PersonId

_NAMED = 12


def handed_over(incident: Incident, fact: HandedOver, by: PersonId | None) -> Message:
    """Who is asked to take command, the state of play, and who has command until then."""
    person, commander = text.mention(fact.person), text.mention(by) if by else "Tocsin"
    head = f"{commander} hands command of {incident.reference} over to {person}. *State of play:*"
    below = (
        f"{person}: press *I have command*, or type {text.code('/incident role commander')}. "
        f"Until then {commander} stays incident commander."
    )
    value = str(Subject.of(incident))
    mine = button("I have command", Act.HAVE_COMMAND, value, style="primary")
    back = button("Withdraw", Act.WITHDRAW, value)
    state = sections(text.escaped(fact.state, 8000))
    said = fallback(incident, f"command is handed over to {person}")
    return Message(said, (section(head), *state, section(below), row([mine, back])))


def handover_accepted(incident: Incident, fact: HandoverAccepted, by: PersonId | None) -> Message:
    """Who has command from now on."""
    person = text.mention(by) if by else "Tocsin"
    before = f" Before: {text.mention(fact.before)}." if fact.before else ""
    line = f"{person} has command of {incident.reference} now.{before}"
    return Message(fallback(incident, f"{person} has command"), (section(line),))


def handover_withdrawn(incident: Incident, fact: HandoverWithdrawn, by: PersonId | None) -> Message:
    """Who stays in command."""
    commander, person = text.mention(by) if by else "Tocsin", text.mention(fact.person)
    line = f"{commander} stays incident commander: the handover to {person} is withdrawn."
    return Message(fallback(incident, line), (section(line),))


def expert_joined(incident: Incident, fact: ExpertJoined, by: PersonId | None) -> Message:
    """Who knows what."""
    person, about = text.mention(fact.person), text.one_line(fact.subject, 1000)
    who = text.mention(by) if by else "Tocsin"
    joined = f"{person} joins as an expert" if by == fact.person else f"{who} brought in {person}"
    return Message(fallback(incident, "an expert joined"), (section(f"{joined}: *{about}*."),))


def not_invited(incident: Incident, fact: NotInvited) -> Message:
    """Who is not in the room although wanted, why, and how they can come."""
    people = ", ".join(text.mention(person) for person in fact.people[:_NAMED])
    reason = text.escaped(fact.reason, 500).rstrip(".")
    lines = (
        f"I could not bring {people} into this room: {reason}.\n"
        f"They do not see what is said here. Type {text.code('/invite @name')} or reach them another way."
    )
    return Message(fallback(incident, "somebody could not be brought in"), (section(lines),))


def experts(incident: Incident) -> str:
    """All of them on one line, each with the subject; empty where there are none."""
    known = [f"{text.mention(who)} ({text.one_line(about, 60)})" for who, about in incident.experts.items()]
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    return f"*Experts:* {', '.join(known[:_NAMED])}{more}" if known else ""
