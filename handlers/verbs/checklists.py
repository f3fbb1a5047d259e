"""The verbs of guided checklists: `checklist data-loss`, `tick 3`, `untick 3`."""

from __future__ import annotations

import re

from handlers.front import Front
from handlers.messages import checklists as messages
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from incidents.errors import Refused
from incidents.model import Incident
from incidents.ticking import chosen

_NUMBERS = re.compile(r"\d{1,4}(?:[\s./]+\d{1,4})?")


def is_checklist(front: Front, line: str) -> bool:
    """Whether the words are a checklist's name."""
    return front.desk.checklists.guides.of_runbook(line.strip().casefold()) is not None


def is_step(_front: Front, line: str) -> bool:
    """Whether the words are a step's number, or a checklist's and a step's."""
    return bool(_NUMBERS.fullmatch(line.strip()))


async def checklist(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Without words those that there are; with them, begin that one."""
    desk = front.desk.checklists
    if not line.strip():
        return messages.listed(incident, tuple(desk.guides))
    await desk.begin(asked.request, incident.id, line.strip())
    return (
        None
        if _here(asked, incident)
        else words(f"The checklist stands in the room of {incident.reference}.")
    )


async def tick(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """That step is done."""
    number, step = _chosen(incident, line)
    await front.desk.checklists.tick(asked.request, incident.id, number, step)
    return words(f"Step {step} is done. It stands in the checklist of {incident.reference}.")


async def untick(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """That step is not done after all."""
    number, step = _chosen(incident, line)
    await front.desk.checklists.untick(asked.request, incident.id, number, step)
    return words(f"Step {step} is open again in the checklist of {incident.reference}.")


def _chosen(incident: Incident, line: str) -> tuple[int, int]:
    if not _NUMBERS.fullmatch(line.strip()):
        raise Refused(
            "Which step? Type its number, such as `/incident tick 3`; with several checklists that of the "
            "checklist first, such as `/incident tick 2 3`. Nothing was changed."
        )
    return chosen(incident, [int(number) for number in re.findall(r"\d+", line)])


def _here(asked: Asked, incident: Incident) -> bool:
    return incident.room is not None and incident.room.id == asked.room
