"""The verbs of what was noticed first: `detected by Grafana alert`, `suspect the deploy of 14:02`."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.verbs import times
from handlers.views import people as forms
from incidents.model import Incident
from incidents.values import Clue, Milestone


def is_detected(front: Front, line: str) -> bool:
    """Whether the words can only be when it was detected; who saw it may be a title's end."""
    return times.is_time(front, f"{Milestone.DETECTED} {line}")


async def detected(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Who or what saw it; a time is when it was seen, and without words the form opens."""
    if is_detected(front, line):
        return await times.corrected(front, asked, incident, Milestone.DETECTED, line)
    first, _, rest = line.partition(" ")
    who = rest.strip() if first.casefold() == "by" else line
    return await _record(front, asked, incident, Clue.DETECTED_BY, who)


async def suspect(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """What was suspected first; without words the form."""
    return await _record(front, asked, incident, Clue.SUSPECT, line)


async def _record(front: Front, asked: Asked, incident: Incident, clue: Clue, said: str) -> Message | None:
    if not said:
        line = f"/incident suspect {incident.reference} the deploy of 14:02"
        await front.show(asked, forms.clues(incident, asked.room), line=line)
        return None
    await front.desk.record_clues(asked.request, incident.id, {clue: said})
    if incident.room is not None and incident.room.id == asked.room:
        return None
    return words(f"It is recorded in {incident.reference}.")
