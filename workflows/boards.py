"""A board just posted, kept, and drawn anew if the incident has changed meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from incidents.model import Incident
from incidents.ports import BoardNotice, Posted
from workflows.ports import Ports
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
