"""The message of a proposed change: posted once, redrawn as the proposal moves on."""

from __future__ import annotations

from incidents.mitigation_facts import MitigationProposed
from incidents.model import Incident, IncidentId, Place, Proposal
from incidents.notices import PlanNotice
from incidents.ports import Delivery
from incidents.work import PlanBoard
from workflows import boards
from workflows.ports import Ports


async def plan_of(ports: Ports, incident: IncidentId, number: int) -> MitigationProposed:
    """What was proposed under that number, as the timeline has it."""
    for entry in await ports.ledger.timeline(incident):
        if isinstance(entry.fact, MitigationProposed) and entry.fact.number == number:
            return entry.fact
    raise LookupError(f"proposal {number} of incident {incident} has no plan")


async def place_of(ports: Ports, incident: Incident, proposal: Proposal) -> Place:
    """Below the message of the plan: the thread in which it was asked for, or one under the message."""
    place = asked_at(incident, proposal)
    posted = await ports.journal.board(incident.id, PlanBoard(proposal.number))
    return Place(place.room, place.thread or (posted.message if posted else None))


def asked_at(incident: Incident, proposal: Proposal) -> Place:
    """Where it was asked for: a thread of the room, or the room."""
    if incident.room is None:
        raise LookupError("the lane waits for the room")
    return Place(incident.room.id, incident.room.thread or proposal.thread)


async def draw(ports: Ports, delivery: Delivery, incident: Incident, number: int) -> None:
    """Draw the message anew, or post it. Raises PlaceUnwritableError, Unavailable."""
    proposal = incident.proposal(number)
    if proposal is None:
        return
    notice = PlanNotice(incident, await plan_of(ports, incident.id, number))
    await boards.draw(ports, delivery, PlanBoard(number), asked_at(incident, proposal), notice)
