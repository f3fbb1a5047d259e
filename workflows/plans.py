"""The message of a proposed change: posted once, redrawn as the proposal moves on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from incidents import proposals
from incidents.mitigation_facts import MitigationProposed
from incidents.model import Incident, IncidentId, Place, Proposal
from incidents.ports import Delivery, PlaceUnwritableError, PlanNotice
from incidents.work import PlanBoard
from workflows.ports import Ports
from workflows.steps import SKEW


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


async def links(ports: Ports, incident: Incident) -> Mapping[int, str]:
    """Where the proposals stand that wait for approval; those without an address are left out."""
    found: dict[int, str] = {}
    for proposal in proposals.proposed(incident):
        posted = await ports.journal.board(incident.id, PlanBoard(proposal.number))
        if posted:
            with suppress(PlaceUnwritableError):
                found[proposal.number] = await ports.chat.link_to(posted)
    return found


async def draw(ports: Ports, delivery: Delivery, incident: Incident, number: int) -> None:
    """Draw the message anew, or post it. Raises PlaceUnwritableError, Unavailable."""
    proposal = incident.proposal(number)
    if proposal is None:
        return
    notice = PlanNotice(incident, await plan_of(ports, incident.id, number))
    board, place = PlanBoard(number), asked_at(incident, proposal)
    posted = await ports.journal.board(incident.id, board)
    if posted is None and delivery.attempted:
        posted = await ports.chat.find_said(place, delivery.id, since=delivery.created_at - SKEW)
    if posted:
        await ports.chat.revise(posted, notice)
    else:
        posted = await ports.chat.say(place, notice, delivery=delivery.id)
    await ports.journal.keep_board(incident.id, board, posted)
