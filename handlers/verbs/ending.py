"""The verbs of the end: restored, relapse, resolve, reopen, false-alarm."""

from __future__ import annotations

import re

from handlers.front import Front
from handlers.messages import answers
from handlers.messages.drawing import sentence
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.views import forms
from handlers.views.forms import Form
from incidents.endings import watched
from incidents.errors import IncidentError, InvalidText, Refused
from incidents.model import Incident, Status
from incidents.moment import still_open
from incidents.values import Fix

_FIXES = {
    "fix forward": Fix.FORWARD,
    "fixed forward": Fix.FORWARD,
    "forward": Fix.FORWARD,
    "rollback": Fix.ROLLBACK,
    "roll back": Fix.ROLLBACK,
    "rolled back": Fix.ROLLBACK,
}


def fix_in(line: str) -> Fix | None:
    """The kind of fix that the words name, and nothing else; None if they name none."""
    return _FIXES.get(" ".join(re.split(r"[-_\s]+", line.casefold().strip())))


def is_fix(_front: Front, line: str) -> bool:
    """Whether the words can only be the kind of fix."""
    return fix_in(line) is not None


async def restored(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """The service works again, or the kind of fix that restored it."""
    fix = fix_in(line)
    if line and fix is None:
        raise Refused(
            f"I do not know which fix is meant by “{line:.80}”. Nothing was changed. "
            "Type `/incident restored`, `/incident restored fix forward` or `/incident restored rollback`."
        )
    watched_before = incident.status is Status.MONITORING or not incident.open
    await front.desk.restored(asked.request, incident.id, fix)
    recorded = f"is recorded as restored with a {fix.label}" if fix and watched_before else "is being watched"
    return _elsewhere(asked, incident, recorded)


async def relapse(front: Front, asked: Asked, incident: Incident, why: str) -> Message | None:
    """It failed again."""
    await front.desk.relapse(asked.request, incident.id, why)
    return _elsewhere(asked, incident, "goes on")


async def resolve(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Give the all-clear; without words the form."""
    still_open(incident)
    if not line:
        form = forms.resolve(incident, asked.room, watched=watched(incident, asked.request.at))
        await front.show(asked, form, line=f"/incident resolve {incident.reference} what it was")
        return None
    first, _, why = line.partition(" ")
    if first.casefold() != "now":
        if incident.open and not watched(incident, asked.request.at):
            return await _too_early(front, asked, incident, line)
        await front.desk.resolve(asked.request, incident.id, line)
    elif why.strip():
        await front.desk.resolve(asked.request, incident.id, why.strip(), reason=why.strip())
    else:
        raise InvalidText(
            "Say why the watch can be skipped: `/incident resolve now <why>`. Nothing was changed."
        )
    return _elsewhere(asked, incident, "is resolved")


async def _too_early(front: Front, asked: Asked, incident: Incident, summary: str) -> Message:
    """The form that asks why, with the summary in it; closed or not opened, the summary stands below it."""
    form = forms.resolve(incident, asked.room, watched=False, summary=summary)
    try:
        await front.show(asked, form, line=f"/incident resolve {incident.reference} now <why>")
        asks = "the form asks why the watch can be skipped"
        said = f"{incident.reference} is not resolved yet: {asks}. You typed:"
    except IncidentError as error:
        said = sentence(error, front.drawing.mention)
    return words(said, *answers.kept(summary))


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
