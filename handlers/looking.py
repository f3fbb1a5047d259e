"""Having systems looked at: which target of which service, and where the answer goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.front import Front
from handlers.messages import answers, text
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from incidents.catalogue import Service
from incidents.errors import Refused
from incidents.evidence import Sought
from incidents.model import Incident

_FIND = re.compile(r"(?P<target>.{0,200}?)(?:^|\s)find(?:\s(?P<text>.*))?$", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"[\w\s.,-]*")
_SEARCHED = "logs"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be looked at, and the text to look for there, if any; what began before `fresh` is old."""

    target: str
    service: str | None
    sought: Sought | None = None
    fresh: datetime | None = None


async def look(front: Front, asked: Asked, line: str) -> Message | None:
    """Look at what the line names, such as `db`, `payments db` or `payments`; without words, the list.

    `logs find connection refused` looks for that text, exactly as it stands, in the logs.

    Raises:
        InvalidText: the text to find is missing or too long.
    """
    here = await front.in_room(asked.room)
    named, sought = _split(line)
    target, service = _read(front, here, named)
    if not target:
        known = front.targets(here.service if here else None) or front.targets(None)
        unread = bool(sought and named == _SEARCHED and here and here.service)
        return _unknown(line, known, unread=unread) if line else answers.targets(known)
    return await _examine(front, asked, here, Wish(target, service, sought))


async def again(front: Front, asked: Asked, wish: Wish) -> Message | None:
    """Look once more at what a verdict was about."""
    return await _examine(front, asked, await front.in_room(asked.room), wish)


async def _examine(front: Front, asked: Asked, here: Incident | None, wish: Wish) -> Message | None:
    """Have it looked at; in an incident's room the verdict comes at once, so that nothing more is said."""
    if asked.place is None:
        raise Refused("I do not know where to answer. Type `/diagnose` in a channel.")
    if wish.sought and front.masked(wish.sought.text) != wish.sought.text:
        raise Refused(
            "What is to be found looks like a secret, so I do not look for it: it would stand on a button, "
            "in the record and in messages that others read. Nothing was looked at. Look for what stands "
            "beside it, such as `/diagnose logs find authentication failed`."
        )
    await front.desk.examine(
        asked.request,
        wish.target,
        place=asked.place,
        incident=here,
        service=wish.service,
        sought=wish.sought,
        fresh=wish.fresh,
    )
    if here:
        return None
    of = f" of {text.one_line(wish.service, 80)}" if wish.service else ""
    return words(f"Looking at *{text.one_line(wish.target, 80)}*{of}. The answer comes here, as a thread.")


def _split(line: str) -> tuple[str, Sought | None]:
    """What is named, and the text to find there; marks that people put around it are left out."""
    found = _FIND.match(line)
    if not found:
        return line, None
    said = (found["text"] or "").strip()
    for mark in ("`", '"', "'"):
        if len(said) > 1 and said[0] == mark == said[-1]:
            said = said[1:-1]
            break
    return found["target"].strip() or _SEARCHED, Sought(said)


def _read(front: Front, here: Incident | None, line: str) -> tuple[str, str | None]:
    """Target and service; an empty target if the line names none."""
    plain = " ".join(line.casefold().split())
    return next(_readings(front, here.service if here else None, plain), ("", None)) if plain else ("", None)


def _readings(front: Front, own: str | None, plain: str) -> Iterator[tuple[str, str | None]]:
    """What the words may mean, the likeliest first."""
    yield from ((plain, key) for key in (own, None) if plain in _names(front.targets(key)))
    owners = [service.key for service in front.catalogue if plain in front.targets(service.key)]
    if len(owners) == 1 and plain not in {"all", "everything"}:
        yield plain, owners[0]
    for target, rest in _splits(plain):
        service = _service(front, rest)
        if service and target in _names(front.understood(service.key)):
            yield target, service.key
    whole = _service(front, plain)
    if whole and plain in {whole.key, whole.name.casefold(), *(a.casefold() for a in whole.aliases)}:
        yield "all", whole.key
    yield from ((plain, key) for key in (own, None) if plain in _names(front.understood(key)))


def _service(front: Front, said: str) -> Service | None:
    """The service of that name, or the one that a few plain words speak of; signs among them mean more."""
    named = front.catalogue.get(said)
    return named or (front.catalogue.mentioned_in(said) if _PLAIN.fullmatch(said) else None)


def _names(names: Sequence[str]) -> set[str]:
    return {name.casefold() for name in names} | {"all", "everything"}


def _splits(line: str) -> list[tuple[str, str]]:
    first, _, after = line.partition(" ")
    before, _, last = line.rpartition(" ")
    return [(last, before), (first, after)] if after else []


def _unknown(line: str, known: Sequence[str], *, unread: bool) -> Message:
    listed = answers.targets(known)
    said = f"There is nothing called “{text.one_line(line, 200)}” to look at."
    if unread:
        said = "No logs of this incident's service are read, so no text can be found in them."
    return Message(listed.text, (*words(said).blocks, *listed.blocks))
