"""The verbs of the end: restored, relapse, resolve, reopen, false-alarm."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.views import forms
from handlers.views.forms import Form
from incidents.endings import watched
from incidents.errors import InvalidText
from incidents.model import Incident


async def restored(front: Front, asked: Asked, incident: Incident, _words: str) -> Message | None:
    """The service works again."""
    await front.desk.restored(asked.request, incident.id)
    return _elsewhere(asked, incident, "is being watched")


async def relapse(front: Front, asked: Asked, incident: Incident, why: str) -> Message | None:
    """It failed again."""
    await front.desk.relapse(asked.request, incident.id, why)
    return _elsewhere(asked, incident, "goes on")


async def resolve(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Give the all-clear; without words the form."""
    if not line:
        form = forms.resolve(incident, asked.room, watched=watched(incident, asked.request.at))
        await front.show(asked, form, line=f"/incident resolve {incident.reference} what it was")
        return None
    first, _, why = line.partition(" ")
    if first.casefold() != "now":
        await front.desk.resolve(asked.request, incident.id, line)
    elif why.strip():
        await front.desk.resolve(asked.request, incident.id, why.strip(), reason=why.strip())
    else:
        raise InvalidText(
            "Say why the watch can be skipped: `/incident resolve now <why>`. Nothing was changed."
        )
    return _elsewhere(asked, incident, "is resolved")


async def reopen(front: Front, asked: Asked, incident: Incident, why: str) -> Message | None:
    """It was not over."""
    await front.desk.reopen(asked.request, incident.id, why)
    return _elsewhere(asked, incident, "is open again")


async def false_alarm(front: Front, asked: Asked, incident: Incident, why: str) -> Message | None:
    """There was no incident; without words the form."""
    if not why:
        form = forms.reason(Form.FALSE_ALARM, incident, asked.room)
        await front.show(asked, form, line=f"/incident false-alarm {incident.reference} why")
        return None
    await front.desk.false_alarm(asked.request, incident.id, why)
    return _elsewhere(asked, incident, "is closed as a false alarm")


def _elsewhere(asked: Asked, incident: Incident, what: str) -> Message | None:
    """In the room everybody sees what was done; elsewhere the one who asked is told."""
    if incident.room is not None and incident.room.id == asked.room:
        return None
    return words(f"{incident.reference} {what}.")
