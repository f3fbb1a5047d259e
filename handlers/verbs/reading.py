"""The verbs that only read: status, timeline, report, list, help."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import answers
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from incidents.clocks import overdue
from incidents.errors import Refused
from incidents.model import Incident
from incidents.retrospective import draft_with_names, file_name


async def status(front: Front, _asked: Asked, incident: Incident, _words: str) -> Message | None:
    """Where it stands."""
    return answers.status(incident, front.drawing)


async def timeline(front: Front, _asked: Asked, incident: Incident, _words: str) -> Message | None:
    """What happened."""
    return answers.timeline(incident, await front.desk.ledger.timeline(incident.id), front.drawing)


async def report(front: Front, _asked: Asked, incident: Incident, _words: str) -> Message | None:
    """Write the post-mortem draft into the room."""
    if incident.room is None:
        raise Refused(f"The room of {incident.reference} is not there yet. Ask again in a moment.")
    entries = await front.desk.ledger.timeline(incident.id)
    text = await draft_with_names(incident, entries, front.policy, front.catalogue, front.chat.names)
    name = file_name(incident)
    title = f"Post-mortem draft of {incident.reference}"
    await front.chat.hand_over_file(incident.room.place, name=name, title=title, text=text)
    return words(f"The post-mortem draft of {incident.reference} is in its room.")


async def listed(front: Front, asked: Asked, _words: str) -> Message | None:
    """All open incidents: what is overdue first, then the worst, then the newest."""
    order = {severity.name: rank for rank, severity in enumerate(front.policy.severities)}
    found = await front.open_incidents(asked)
    found.sort(key=lambda incident: (not overdue(incident), order.get(incident.severity, len(order))))
    return answers.listed(found, front.drawing)


async def helped(_front: Front, _asked: Asked, _words: str) -> Message | None:
    """Every line that can be typed."""
    return answers.help_text()
