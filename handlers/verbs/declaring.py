"""Declaring from a line: `/incident SEV1 payments down`."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import answers
from handlers.messages.parts import Message
from handlers.requests import Asked
from handlers.views import forms
from incidents import phrases
from incidents.errors import Unavailable
from incidents.model import Incident

LINE = "/incident SEV1 what is wrong"


async def declare(front: Front, asked: Asked, line: str) -> Message | None:
    """Declare what the line says; without a title the form. Raises UnknownSeverity, InvalidText."""
    phrase = phrases.read(line, front.policy)
    if phrase.unknown:
        return answers.unknown_severity(phrase, front.drawing)
    if not phrase.title:
        form = forms.declare(front.drawing, asked.room, severity=phrase.severity or "")
        await front.show(asked, form, line=LINE)
        return None
    outcome = await front.desk.declare(asked.request, title=phrase.title, severity=phrase.severity)
    return await told(front, asked, outcome.incident)


async def declared_after_all(front: Front, asked: Asked, line: str) -> Message | None:
    """The button *Declare an incident* under a question."""
    phrase = phrases.read(line, front.policy)
    if phrase.severity and not phrase.title:
        return await declare(front, asked, line)
    outcome = await front.desk.declare(asked.request, title=phrase.title or line, severity=phrase.severity)
    return await told(front, asked, outcome.incident)


async def told(front: Front, asked: Asked, incident: Incident) -> Message:
    """What the declarer reads: it is on record, and what was open for the same service before."""
    return answers.declared(
        incident, front.drawing, front.chat.wait_expected(), await _beside(front, asked, incident)
    )


async def _beside(front: Front, asked: Asked, incident: Incident) -> list[Incident]:
    """The older ones that are open; none where the record is too slow to tell, since this one is declared."""
    if incident.service is None:
        return []
    try:
        found = await front.desk.ledger.open_incidents(incident.service)
    except Unavailable:
        return []
    return [other for other in found if other.id < incident.id and other.known_to(asked.person)]
