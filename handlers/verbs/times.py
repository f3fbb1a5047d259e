"""The verbs that correct a recorded time: `/incident time restored 13:40`, `/incident began 13:40`."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import text
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.typed import spoken
from handlers.views import people as forms
from incidents import when
from incidents.corrections import time_of
from incidents.errors import InvalidText, Refused
from incidents.model import Incident
from incidents.values import Milestone
from incidents.when import EXAMPLES

_OTHER_WORDS = {
    "start": Milestone.BEGAN,
    "started": Milestone.BEGAN,
    "begin": Milestone.BEGAN,
    "ack": Milestone.ACKNOWLEDGED,
}


def which_in(line: str) -> tuple[Milestone, str] | None:
    """The time that the line begins with, and the rest; None if it begins with none."""
    first, _, rest = line.strip().partition(" ")
    word = first.casefold().rstrip(":,")
    found = Milestone(word) if word in set(Milestone) else _OTHER_WORDS.get(word)
    return (found, rest.strip()) if found else None


def is_time(_front: Front, line: str) -> bool:
    """Whether the words can only be which time, and a time."""
    found = which_in(line)
    return found is not None and when.is_time(found[1])


async def time(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Correct a time; without words the form. It is read in the time zone of the one who types."""
    if not line:
        zone = await front.chat.people.zone(asked.person)
        form = forms.time(incident, asked.room, zone or front.policy.time_zone)
        await front.show(asked, form, line=f"/incident time {incident.reference} began 13:40")
        return None
    found = which_in(line)
    if found is None:
        raise Refused(
            f"I do not know which time is meant by “{spoken(line):.80}”. Nothing was changed. "
            f"Say one of {', '.join(Milestone)} and then the time, such as "
            "`/incident time began 13:40`."
        )
    if not found[1]:
        raise InvalidText(
            f"Say the time too, such as {EXAMPLES}: `/incident time {found[0]} 13:40`. Nothing was changed."
        )
    return await corrected(front, asked, incident, found[0], found[1])


def is_beginning(front: Front, line: str) -> bool:
    """Whether the words after `began` can only be a time."""
    return is_time(front, f"{Milestone.BEGAN} {line}")


async def began(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """When it began, in one word less; without a time the form."""
    return await time(front, asked, incident, f"{Milestone.BEGAN} {line}" if line else "")


async def corrected(
    front: Front, asked: Asked, incident: Incident, which: Milestone, said: str
) -> Message | None:
    """Record it. In the room everybody sees how it was read; elsewhere the one who asked is told."""
    known = await front.chat.people.zone(asked.person)
    zone = known or front.policy.time_zone
    moved = (await front.desk.correct_time(asked.request, incident.id, which, said, zone)).incident
    guess = "" if known else f"Slack does not tell me your time zone, so I read the time in {zone}."
    if incident.room is not None and incident.room.id == asked.room:
        return words(guess) if guess else None
    at = time_of(moved, which)
    read_as = f" at *{text.when(at)}* ({when.clock(at, zone)})" if at else ""
    return words(f"Recorded for {incident.reference}: {which.label}{read_as}. {guess}".rstrip())
