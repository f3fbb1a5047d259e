"""What people are told who ask for a change or decide on it when that cannot be."""

from __future__ import annotations

from datetime import datetime

from incidents.errors import AlreadyTaken, Refused
from incidents.mitigation import Approval, Stage
from incidents.model import Incident, PersonId, Proposal


def asked_already(proposal: Proposal) -> Refused:
    """What whoever asks for the same has to know."""
    what = f"{proposal.offer.title} ({proposal.offer.target})"
    match proposal.stage:
        case Stage.ASKED:
            return AlreadyTaken(
                f"{{person}} has just asked for this: {what}. What it would hit is being looked up.",
                person=proposal.asked_by,
            )
        case Stage.PROPOSED:
            return AlreadyTaken(
                f"This waits for approval already: {what}, asked for by {{person}}. Press *Approve* or "
                f"*Decline* there, or type `/incident mitigate approve {proposal.number}`.",
                person=proposal.asked_by,
            )
        case _:
            return AlreadyTaken(
                f"{{person}} approved this already: {what}. It is being carried out.",
                person=proposal.decided_by,
            )


def not_you(proposal: Proposal, incident: Incident, by: PersonId | None) -> Refused:
    """Why whoever asked for it may not approve it, and what they can do."""
    alone = " If it cannot wait, press *Break the glass…*." if by and by == incident.commander else ""
    if proposal.offer.approval is Approval.COMMANDER:
        who = "somebody else or the incident commander"
    else:
        who = "somebody else"
    return Refused(
        f"You asked for this, so {who} must approve it, by {{until}}. Nothing was changed.{alone}",
        until=proposal.expires_at,
    )


def meanwhile(proposal: Proposal) -> Refused:
    """What an old button has to say."""
    person, since = proposal.decided_by, proposal.since
    match proposal.stage:
        case Stage.APPROVED | Stage.BEGUN:
            said = "{person} approved this already, at {until}. It is being carried out."
            return AlreadyTaken(said, person=person, until=since)
        case Stage.DONE | Stage.CHECKED:
            return AlreadyTaken(
                "{person} approved this, and it is done. Nothing was changed now.", person=person
            )
        case Stage.DECLINED:
            return AlreadyTaken(
                "{person} declined this at {until}. Nothing was changed.", person=person, until=since
            )
        case _:
            return Refused(_over(proposal), until=_over_at(proposal))


def _over(proposal: Proposal) -> str:
    """Why nobody can decide on it any more, with the time at which that came."""
    match proposal.stage:
        case Stage.WITHDRAWN:
            return "The incident ended at {until}, so nothing was changed."
        case Stage.FAILED:
            return "This was tried already and failed at {until}. Nothing was changed now."
        case Stage.PROPOSED | Stage.EXPIRED:
            again = f"/incident mitigate {proposal.offer.word} {proposal.offer.target}"
            return (
                "This expired at {until}, so nothing was changed: the system may be another one by now. "
                f"To look again, type `{again}`."
            )
        case _:
            return "There is nothing to approve here. Nothing was changed."


def _over_at(proposal: Proposal) -> datetime | None:
    expired = proposal.stage in {Stage.PROPOSED, Stage.EXPIRED}
    return proposal.expires_at if expired else proposal.since
