"""Having systems looked at: which target of which service, and where the answer goes."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.front import Front
from handlers.messages import answers, text
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from incidents.errors import Refused
from incidents.model import Incident


async def look(front: Front, asked: Asked, line: str) -> Message | None:
    """Look at what the line names, such as `db`, `payments db` or `payments`; without words, the list."""
    here = await front.in_room(asked.room)
    target, service = _read(front, here, line)
    if not target:
        known = front.targets(here.service if here else None) or front.targets(None)
        return _unknown(line, known) if line else answers.targets(known)
    return await _examine(front, asked, here, target, service)


async def again(front: Front, asked: Asked, target: str, service: str | None) -> Message | None:
    """Look once more at what a verdict was about."""
    return await _examine(front, asked, await front.in_room(asked.room), target, service)


async def _examine(
    front: Front, asked: Asked, here: Incident | None, target: str, service: str | None
) -> Message | None:
    """Have it looked at; in an incident's room the verdict comes at once, so that nothing more is said."""
    if asked.place is None:
        raise Refused("I do not know where to answer. Type `/diagnose` in a channel.")
    await front.desk.examine(asked.request, target, place=asked.place, incident=here, service=service)
    if here:
        return None
    of = f" of {text.one_line(service, 80)}" if service else ""
    return words(f"Looking at *{text.one_line(target, 80)}*{of}. The answer comes here, as a thread.")


def _read(front: Front, here: Incident | None, line: str) -> tuple[str, str | None]:
    """Target and service; an empty target if the line names none."""
    plain = " ".join(line.casefold().split())
    if not plain:
        return "", None
    own = here.service if here else None
    for candidate in (own, None):
        if plain in _names(front, candidate):
            return plain, candidate
    owners = [service.key for service in front.catalogue if plain in front.targets(service.key)]
    if len(owners) == 1 and plain != "all":
        return plain, owners[0]
    for target, rest in _splits(plain):
        service = front.catalogue.get(rest) or front.catalogue.mentioned_in(rest)
        if service and target in _names(front, service.key):
            return target, service.key
    whole = front.catalogue.get(plain) or front.catalogue.mentioned_in(plain)
    if whole and plain in {whole.key, whole.name.casefold(), *(a.casefold() for a in whole.aliases)}:
        return "all", whole.key
    return "", None


def _names(front: Front, service: str | None) -> set[str]:
    return {name.casefold() for name in front.targets(service)} | {"all"}


def _splits(line: str) -> list[tuple[str, str]]:
    first, _, after = line.partition(" ")
    before, _, last = line.rpartition(" ")
    return [(last, before), (first, after)] if after else []


def _unknown(line: str, known: Sequence[str]) -> Message:
    listed = answers.targets(known)
    return Message(
        listed.text,
        (*words(f"There is nothing called “{text.one_line(line, 200)}” to look at.").blocks, *listed.blocks),
    )
