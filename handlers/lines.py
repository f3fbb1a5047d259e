"""A line that begins with no verb: a declaration, unless it may have been meant otherwise."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import answers
from handlers.messages.answers import Doubt
from handlers.messages.parts import Message
from handlers.requests import Asked
from handlers.verbs import declaring, table
from handlers.verbs.verb import Takes, Verb
from incidents import phrases
from incidents.model import Incident
from incidents.phrases import Phrase


async def line(front: Front, asked: Asked, text: str, near: str) -> Message | None:
    """A line that begins with no verb: declared, unless it may have been meant for this room's incident."""
    phrase = phrases.read(text, front.policy)
    here = await front.in_room(asked.room)
    about = here if here and here.open else None
    if phrase.severity or phrase.unknown or not phrase.title:
        if about and (meant := _meant(phrase, text, about)):
            return answers.doubted(meant, [about])
        return await declaring.declare(front, asked, text)
    if here is None and not near:
        return await declaring.declare(front, asked, text)
    doubt = _mistyped(text, near) or Doubt(text, "update", "Post update", text)
    return answers.doubted(doubt, [about] if about else [], near=near)


def _meant(phrase: Phrase, text: str, about: Incident) -> Doubt | None:
    """In an incident's room: a severity alone may be its new one, and one before a verb meant for it."""
    if phrase.severity and not phrase.title:
        if phrase.severity == about.severity and not about.assumed:
            return None
        return Doubt(text, "severity", "Change severity", phrase.severity, likely=True)
    first, _, rest = phrase.title.partition(" ")
    verb = table.verb(first)
    return Doubt(text, verb.name, verb.label, rest.strip()) if isinstance(verb, Verb) else None


def _mistyped(text: str, near: str) -> Doubt | None:
    """The verb that was probably meant, with the words after it."""
    verb = table.verb(near) if near else None
    if not isinstance(verb, Verb):
        return None
    said = "" if verb.takes is Takes.NOTHING else text.partition(" ")[2].strip()
    return Doubt(text, verb.name, verb.label, said, likely=True)
