"""The verbs of command and experts: handover, expert."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.typed import naming_people, spoken
from handlers.views import people as forms
from incidents.errors import Refused
from incidents.handovers import may_hand_over
from incidents.model import Incident, PersonId


def names_somebody(_front: Front, line: str) -> bool:
    """Whether the words begin with a mention, so that they cannot be a title's end."""
    return line.startswith(("<@", "@"))


def is_handover(front: Front, line: str) -> bool:
    """Whether the words can only be about a handover: to somebody, or withdrawn."""
    return names_somebody(front, line) or _withdraws(line)


def _withdraws(line: str) -> bool:
    return line.casefold() in {"withdraw", "withdrawn"}


async def hand_over(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Hand command over with the state of play, or keep it; alone the form, for the commander alone."""
    if _withdraws(line):
        await front.desk.withdraw_handover(asked.request, incident.id)
        return _elsewhere(asked, incident, "The handover is withdrawn.")
    may_hand_over(incident, asked.request.by)
    who, state = _first(line)
    person = await _person(front, who, "handover @name what is known") if who else None
    if person is None or not state:
        form = forms.hand_over(incident, asked.room, person)
        await front.show(asked, form, line=f"/incident handover {incident.reference} @name state of play")
        return None
    await front.desk.hand_over(asked.request, incident.id, person, naming_people(state))
    return _elsewhere(asked, incident, "The handover is in the room.")


async def expert(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Bring in somebody who knows a subject; without it the form."""
    who, subject = _first(line)
    person = await _person(front, who, "expert @name database") if who else None
    if person is None or not subject:
        form = forms.expert(incident, asked.room, person)
        await front.show(asked, form, line=f"/incident expert {incident.reference} @name database")
        return None
    await front.desk.bring_expert(asked.request, incident.id, person, spoken(subject))
    return _elsewhere(asked, incident, "The expert is invited.")


def _first(line: str) -> tuple[str, str]:
    """The first word and the rest; either may be empty."""
    first, *rest = line.split(maxsplit=1) or [""]
    return first, "".join(rest)


async def _person(front: Front, who: str, example: str) -> PersonId:
    person = await front.chat.people.responder(who)
    if person is None:
        raise Refused(
            f"I know nobody called “{spoken(who)}”. Nothing was changed. "
            f"Type `/incident {example}` and choose the person from Slack's list."
        )
    return person


def _elsewhere(asked: Asked, incident: Incident, done: str) -> Message | None:
    """In the room everybody sees what was done; elsewhere the one who asked is told."""
    if incident.room is not None and incident.room.id == asked.room:
        return None
    return words(f"{done} It is in {incident.reference}.")
