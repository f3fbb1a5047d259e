"""The rules of command changing hands with a written state of play, and of experts joining."""

from __future__ import annotations

from dataclasses import replace

from incidents.errors import Refused
from incidents.facts import ExpertJoined, HandedOver, HandoverAccepted, HandoverWithdrawn, RoleAssigned
from incidents.model import Incident, PersonId
from incidents.moment import BOARDS, Moment, still_open
from incidents.roles import Role
from incidents.texts import checked, headline
from incidents.work import Decision, Invite


def may_hand_over(incident: Incident, by: PersonId | None) -> None:
    """Refuse whoever does not have command; the state of play is the commander's to write."""
    still_open(incident)
    if incident.commander is None:
        raise Refused(
            f"{incident.reference} has no commander yet, so nothing can be handed over. "
            "Take the role with `/incident role commander`."
        )
    if incident.commander != by:
        raise Refused(
            f"{{person}} has command of {incident.reference}, so only they can hand it over. "
            "Nothing was changed. If they cannot, press *Assign...*.",
            person=incident.commander,
        )


def hand_over(incident: Incident, now: Moment, person: PersonId, state: str) -> Decision:
    """Somebody is asked to take command, and nobody else any more; until they accept, the commander stays."""
    may_hand_over(incident, now.by)
    if person == incident.commander:
        raise Refused(f"You have command of {incident.reference} already. Choose somebody else.")
    fact = HandedOver(person, checked(state, "state of play", 3000))
    moved = replace(incident, handing_over_to=person)
    return now.decide(moved, [fact], [Invite((person,)), now.tell(fact), *BOARDS])


def accept(incident: Incident, now: Moment) -> Decision:
    """*I have command*, which only the one who was asked can say."""
    still_open(incident)
    asked, before = incident.handing_over_to, incident.commander
    if asked is None:
        raise Refused(
            f"Nobody is handing over command of {incident.reference} any more. Nothing was changed. "
            "`/incident roles` shows who has it."
        )
    if asked != now.by:
        raise Refused(
            f"{{person}} was asked to take command of {incident.reference}, so only they can accept it. "
            "Nothing was changed.",
            person=asked,
        )
    fact = HandoverAccepted(before)
    moved = incident.with_role(Role.COMMANDER, asked, now.at)
    facts = (RoleAssigned(Role.COMMANDER, asked, before), fact)
    return now.decide(moved, facts, [now.tell(fact), *BOARDS])


def withdraw(incident: Incident, now: Moment) -> Decision:
    """The commander keeps command after all; only they can say so."""
    may_hand_over(incident, now.by)
    asked = incident.handing_over_to
    if asked is None:
        raise Refused(
            f"You are not handing over command of {incident.reference}, so there is nothing to withdraw. "
            "Nothing was changed."
        )
    fact = HandoverWithdrawn(asked)
    return now.decide(replace(incident, handing_over_to=None), [fact], [now.tell(fact), *BOARDS])


def expert_joins(incident: Incident, now: Moment, person: PersonId, subject: str) -> Decision:
    """Somebody who knows a subject joins; there may be many, each with one subject."""
    still_open(incident)
    about = headline(subject, "subject", 200)
    if incident.experts.get(person) == about:
        raise Refused(
            f"{{person}} is an expert in {incident.reference} already. Nothing was changed.", person=person
        )
    fact = ExpertJoined(person, about)
    moved = replace(incident, experts={**incident.experts, person: about})
    return now.decide(moved, [fact], [Invite((person,)), now.tell(fact), *BOARDS])
