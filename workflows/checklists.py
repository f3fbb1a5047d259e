"""The message of a guided checklist: posted once in the room, redrawn with every step."""

from __future__ import annotations

from incidents.model import Incident, Place
from incidents.notices import ChecklistNotice
from incidents.ports import Delivery
from incidents.work import ChecklistBoard
from workflows import boards
from workflows.ports import Ports


async def draw(ports: Ports, delivery: Delivery, incident: Incident, number: int) -> None:
    """Draw the message anew, or post it. Raises PlaceUnwritableError, Unavailable."""
    if incident.room is None:
        raise LookupError("the lane waits for the room")
    place = Place(incident.room.id, incident.room.thread)
    await boards.draw(ports, delivery, ChecklistBoard(number), place, ChecklistNotice(incident, number))
