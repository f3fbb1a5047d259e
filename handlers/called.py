"""People in texts that are typed into fields: “@bob” read as a person, and written so again in a form."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress

from handlers.people import MENTION, People
from handlers.views.fields import LONGEST
from handlers.wire import Json, SlackRefusalError
from incidents.texts import naming, people_in, with_people

_CALL = re.compile(r"(?<![\w@/.<])@\w[\w.-]*")
_NOBODY = frozenset({"@channel", "@here", "@everyone"})
_LOOKED_UP = 10
"""At most so many names of one form are looked up."""
_SOON = 1.0
"""Seconds that looking them up may take; a form has three to open or to be answered."""


async def named(people: People, typed: Iterable[str]) -> list[str]:
    """What was typed into fields, with each “@name” of somebody known as that person."""
    texts = list(typed)
    words = {_handle(call) for text in texts for call in _CALL.finditer(text)}
    with suppress(TimeoutError, SlackRefusalError):  # who is not known by then stays text
        async with asyncio.timeout(_SOON):
            await people.learn(sorted(words - _NOBODY)[:_LOOKED_UP])
    return [_CALL.sub(lambda call: _person(people, call), MENTION.sub(_mentioned, text)) for text in texts]


async def spelled(people: People, view: Json) -> Json:
    """A form, with the people in its fields as one would type them."""
    fields: list[Json] = [block.get("element") or {} for block in view.get("blocks") or []]
    filled = [field for field in fields if field.get("initial_value")]
    handles: dict[str, str] = {}
    with suppress(TimeoutError):  # who is not known by then is written as Slack does
        async with asyncio.timeout(_SOON):
            for person in people_in("".join(field["initial_value"] for field in filled)):
                handles[person] = await people.handle(person)
    for field in filled:
        words = with_people(field["initial_value"], lambda person: handles.get(person) or f"<@{person}>")
        field["initial_value"] = words[:LONGEST]
    return view


def _handle(call: re.Match[str]) -> str:
    return call[0].casefold().rstrip(".-")


def _person(people: People, call: re.Match[str]) -> str:
    handle = _handle(call)
    person = None if handle in _NOBODY else people.known(handle)
    return f"{naming(person)}{call[0][len(handle) :]}" if person else call[0]


def _mentioned(mention: re.Match[str]) -> str:
    return naming(mention[1])
