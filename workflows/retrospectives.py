"""The post-mortem draft, written from the record and put into the room."""

from __future__ import annotations

from uuid import UUID

from incidents import retrospective
from incidents.model import Incident, Place
from workflows.ports import Ports


async def hand_over(ports: Ports, incident: Incident, place: Place, delivery: UUID) -> None:
    """Upload the draft. An upload cannot be looked for, so a kill between it and its record repeats it.

    Raises:
        PlaceUnwritableError, Unavailable.
    """
    entries = await ports.ledger.timeline(incident.id)
    text = await retrospective.draft_with_names(
        incident, entries, ports.policy, ports.catalogue, ports.chat.names
    )
    name = retrospective.file_name(incident)
    title = f"Post-mortem draft of {incident.reference}"
    await ports.chat.hand_over_file(place, name=name, title=title, text=text)
    await ports.desk.drafted(ports.request(f"drafted:{delivery}"), incident.id, name)
