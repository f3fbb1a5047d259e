"""The verbs about who does what: ack, role, roles."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import answers
from handlers.messages.parts import Message
from handlers.requests import Asked
from handlers.typed import spoken
from handlers.verbs import command
from handlers.views import forms
from incidents.errors import Refused
from incidents.model import Incident
from incidents.moment import still_open
from incidents.roles import MYSELF


def is_role(front: Front, words: str) -> bool:
    """Whether the words can only be a role and a person."""
    if (after := _after_expert(words)) is not None:
        return command.names_somebody(front, after)
    found = front.policy.role_in(words)
    return found is not None and len(found[1].split()) <= 1


def is_only_role(front: Front, words: str) -> bool:
    """Whether the words are a role's name and nothing else, or with somebody who is to have it."""
    found = front.policy.role_in(words)
    return found is not None and (not found[1] or found[1].casefold() in MYSELF or found[1].startswith("<@"))


def _after_expert(words: str) -> str | None:
    """What follows the word *expert*, which is no role of one person's; None if it is not said."""
    first, _, rest = words.partition(" ")
    return rest.strip() if first.casefold() == "expert" else None


async def acknowledge(front: Front, asked: Asked, incident: Incident, _words: str) -> Message | None:
    """*I'm on it*."""
    await front.desk.acknowledge(asked.request, incident.id)
    return None


async def roles(front: Front, _asked: Asked, incident: Incident, _words: str) -> Message | None:
    """Who does what."""
    return answers.roles(incident, front.drawing)


async def role(front: Front, asked: Asked, incident: Incident, words: str) -> Message | None:
    """Take a role or give it; without words the form."""
    still_open(incident)
    if not words:
        line = f"/incident role {incident.reference} commander @name"
        await front.show(asked, forms.assign(incident, front.drawing, asked.room), line=line)
        return None
    if (after := _after_expert(words)) is not None:
        return await command.expert(front, asked, incident, after)
    found = front.policy.role_in(words)
    if found is None:
        raise front.policy.unknown_role(spoken(words))
    wanted, who = found
    if not who or who.casefold() in MYSELF:
        await front.desk.take(asked.request, incident.id, wanted)
        return None
    person = await front.chat.people.responder(who)
    if person is None:
        raise Refused(
            f"I know nobody called “{spoken(who)}”. Nothing was changed. "
            f"Type `/incident role {wanted.noun} @name` and choose the person from Slack's list."
        )
    await front.desk.assign(asked.request, incident.id, wanted, person)
    return None
