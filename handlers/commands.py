"""`/incident` and `/diagnose`: from a line to what it means."""

from __future__ import annotations

import re

from handlers import lines, looking
from handlers.front import Front
from handlers.messages import answers
from handlers.messages.answers import Doubt
from handlers.messages.drawing import sentence
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.typed import naming_people, spoken
from handlers.verbs import declaring, people, reading, table
from handlers.verbs.verb import FreeVerb, Takes, Verb
from handlers.views import forms
from incidents.errors import InvalidText, Refused
from incidents.model import Incident

_REFERENCE = re.compile(r"(inc-\d{4}-\d+)(?:[\s:,]+|$)", re.IGNORECASE)
_ECHOED = 200
_WORTH_KEEPING = 3
"""Words from which on a line that was refused is shown again, so that it can be sent elsewhere."""


async def incident(front: Front, asked: Asked, text: str) -> Message | None:
    """What a line after `/incident` asks for; a text that is too long comes back to be shortened."""
    try:
        return await _incident(front, asked, text.strip())
    except InvalidText as error:
        said = sentence(error, front.drawing.mention)
        return words(said, *(answers.kept(spoken(text)) if len(text) > _ECHOED else []))
    except Refused as error:
        if len(text.split()) < _WORTH_KEEPING:
            raise
        return words(sentence(error, front.drawing.mention), answers.typed(spoken(text)))


async def _incident(front: Front, asked: Asked, line: str) -> Message | None:
    if not line:
        await front.show(asked, forms.declare(front.drawing, asked.room), line=declaring.LINE)
        return None
    if named := _REFERENCE.match(spoken(line)):
        return await _named_first(front, asked, named[1], line)
    first, *rest = line.split(maxsplit=1)
    words_after = "".join(rest).strip()
    match table.verb(first):
        case None if people.is_only_role(front, line):
            return await _role_alone(front, asked, line)
        case None:
            return await lines.line(front, asked, spoken(line), table.near(first, alone=not rest))
        case FreeVerb() as verb:
            return await _free(front, asked, verb, spoken(line), spoken(words_after))
        case Verb() as verb:
            return await _about_one(front, asked, verb, spoken(line), _kept(verb, words_after))


def _kept(verb: Verb, typed: str) -> str:
    if verb.names_people:
        return typed
    return naming_people(typed) if verb.calls_people else spoken(typed)


async def _named_first(front: Front, asked: Asked, reference: str, line: str) -> Message | None:
    """A reference alone shows where it stands; one before a verb is read as behind it."""
    first, *rest = [*line.split(maxsplit=2)[1:], ""]
    incident = await front.named(asked, reference)
    verb = table.verb(first) if first else None
    if isinstance(verb, Verb):
        return await verb.run(front, asked, incident, _kept(verb, rest[0]).strip())
    if not first:
        return await reading.status(front, asked, incident, "")
    said = _REFERENCE.sub("", spoken(line), count=1).strip()
    return answers.doubted(Doubt(spoken(line), "update", "Post update", said), [incident])


async def _free(front: Front, asked: Asked, verb: FreeVerb, line: str, said: str) -> Message | None:
    if said and verb.takes is Takes.NOTHING:
        return answers.doubted(Doubt(line, verb.name, verb.label, ""), [], near=verb.name)
    return await verb.run(front, asked, said)


async def _about_one(front: Front, asked: Asked, verb: Verb, line: str, said: str) -> Message | None:
    reference = _REFERENCE.match(said)
    if reference:
        return await verb.run(
            front, asked, await front.named(asked, reference[1]), said[reference.end() :].strip()
        )
    here = await front.in_room(asked.room)
    if here is None:
        return await _from_outside(front, asked, verb, line, said)
    if said and verb.takes is Takes.NOTHING and not verb.certain(front, said):
        return answers.doubted(Doubt(line, verb.name, verb.label, "", likely=True), [here])
    return await verb.run(front, asked, here, said)


async def _role_alone(front: Front, asked: Asked, line: str) -> Message:
    """A role's name is hardly a title."""
    here = await front.in_room(asked.room)
    found = [here] if here and here.open else await front.likeliest(asked)
    return answers.doubted(Doubt(line, "role", "Assign a role", line, likely=True), found)


async def _from_outside(front: Front, asked: Asked, verb: Verb, line: str, said: str) -> Message:
    """Outside of a room: a verb alone needs a reference; a verb with words may be a title."""
    if not said or verb.certain(front, said):
        raise await front.nowhere(asked, verb.name, "" if verb.takes is Takes.NOTHING else " ...")
    kept = "" if verb.takes is Takes.NOTHING else said
    found = await front.likeliest(asked)
    return answers.doubted(Doubt(line, verb.name, verb.label, kept, likely=True), found)


async def carry_out(front: Front, asked: Asked, verb: str, here: Incident, said: str) -> Message | None:
    """The button that chooses the command under a question."""
    found = table.verb(verb)
    if not isinstance(found, Verb):
        return words("I do not know this command any more. Type it again; nothing was changed.")
    return await found.run(front, asked, here, said)


async def diagnose(front: Front, asked: Asked, text: str) -> Message | None:
    """What a line after `/diagnose` asks for."""
    return await looking.look(front, asked, spoken(text.strip()))
