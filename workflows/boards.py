"""Boards: posted once, kept, and drawn anew when the incident has changed."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from incidents import proposals
from incidents.model import Incident, Place
from incidents.notices import BoardNotice, ChecklistNotice, PlanNotice
from incidents.ports import Delivery, PlaceUnwritableError, Posted
from incidents.work import AnyBoard, ChecklistBoard, PlanBoard
from workflows.ports import Ports
from workflows.steps import SKEW
from workflows.together import together


async def keep_fresh(ports: Ports, posted: Posted, notice: BoardNotice, noted: Awaitable[None]) -> None:
    """Remember where the board stands; from then on every redraw finds it, before it nobody does.

    What changed while it was being posted was redrawn by nobody, so it is looked at once more.
    """
    drawn = notice.incident
    await together(ports.journal.keep_board(drawn.id, notice.board, posted), noted)
    latest = await ports.ledger.get(drawn.id)
    if differs(latest, drawn):
        await ports.chat.revise(posted, replace(notice, incident=latest))


def differs(latest: Incident, drawn: Incident) -> bool:
    """Whether it must be drawn anew. That the room is not on record yet is no difference to the drawing."""
    return replace(latest, room=latest.room or drawn.room) != drawn


async def draw(
    ports: Ports,
    delivery: Delivery,
    board: PlanBoard | ChecklistBoard,
    place: Place,
    notice: PlanNotice | ChecklistNotice,
) -> None:
    """Draw the board's message anew, or post it there; one whose posting was attempted is looked for first.

    Raises PlaceUnwritableError, Unavailable.
    """
    posted = await ports.journal.board(notice.incident.id, board)
    if posted is None and delivery.attempted:
        posted = await ports.chat.find_said(place, delivery.id, since=delivery.created_at - SKEW)
    if posted:
        await ports.chat.revise(posted, notice)
    else:
        posted = await ports.chat.say(place, notice, delivery=delivery.id)
    await ports.journal.keep_board(notice.incident.id, board, posted)


async def links(ports: Ports, incident: Incident) -> Mapping[AnyBoard, str]:
    """Where the messages stand to which the card leads; those without an address are left out."""
    found: dict[AnyBoard, str] = {}
    for board in _linked(incident):
        posted = await ports.journal.board(incident.id, board)
        if posted:
            with suppress(PlaceUnwritableError):
                found[board] = await ports.chat.link_to(posted)
    return found


def _linked(incident: Incident) -> Iterator[AnyBoard]:
    yield from (PlanBoard(proposal.number) for proposal in proposals.proposed(incident))
    yield from (ChecklistBoard(checklist.number) for checklist in incident.checklists if checklist.next)
