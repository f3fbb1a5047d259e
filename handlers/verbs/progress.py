"""The verbs of the work: update, nothing-new, snooze, severity, service, note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.front import Front
from handlers.messages.parts import Message, words
from handlers.requests import Asked
from handlers.views import forms
from handlers.views.forms import News
from incidents.errors import InvalidText, Refused
from incidents.model import Incident, Status
from incidents.moment import still_open

_PART = re.compile(r"(?:^|[\n;])\s*(status|impact|actions?|next)\s*:\s*", re.IGNORECASE)
_MINUTES = re.compile(r"(?:in\s+)?(\d{1,4})\s*(m|min|minutes?|h|hours?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Update:
    """A status update read from a line; None is what the line does not say."""

    status: Status | None = None
    impact: str | None = None
    actions: str | None = None
    minutes: int | None = None


def read_update(line: str) -> Update:
    """`identified: the pool leaks`, or parts such as `impact: checkout fails; next: 20 min`.

    Raises:
        InvalidText: a part is not what its name asks for.
    """
    head, *parts = _PART.split(line.strip())
    named = {name.casefold().rstrip("s"): value.strip(" ;\n") for name, value in _pairs(parts)}
    status, rest = _status_first(head.strip(" ;\n"))
    if "statu" in named:
        status = _status(named["statu"])
    actions = " ".join(part for part in (rest, named.get("action", "")) if part)
    return Update(status, named.get("impact"), actions or None, _minutes(named.get("next")))


def _pairs(parts: list[str]) -> Iterator[tuple[str, str]]:
    return zip(parts[::2], parts[1::2], strict=True)


def _status_first(line: str) -> tuple[Status | None, str]:
    first, _, rest = line.partition(" ")
    word = first.rstrip(":,").casefold()
    if word in set(Status):
        return Status(word), rest.lstrip(" :,-–")
    return None, line


def _status(word: str) -> Status:
    try:
        return Status(word.casefold())
    except ValueError:
        known = ", ".join(status.value for status in Status)
        raise InvalidText(
            f"There is no status “{word}”. Choose one of: {known}. Nothing was posted."
        ) from None


def _minutes(text: str | None) -> int | None:
    if not text:
        return None
    found = _MINUTES.fullmatch(text)
    if found is None:
        raise InvalidText(
            f"“{text}” is no time until the next update. Write `next: 20 min`. Nothing was posted."
        )
    return int(found[1]) * (60 if (found[2] or "").casefold().startswith("h") else 1)


def due(at: datetime, minutes: int | None) -> datetime | None:
    """When the next update was promised; None for what was agreed."""
    return at + timedelta(minutes=minutes) if minutes else None


async def update(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Post a status update; without words the form."""
    still_open(incident)
    if not line:
        news = News(incident.status, incident.impact, incident.actions)
        form = forms.update(incident, front.drawing, news, asked.room)
        await front.show(asked, form, line=f"/incident update {incident.reference} what is new")
        return None
    said = read_update(line)
    await front.desk.update(
        asked.request,
        incident.id,
        status=said.status,
        impact=said.impact,
        actions=said.actions,
        next_due=due(asked.request.at, said.minutes),
    )
    return _elsewhere(asked, incident, "The update is posted.")


async def nothing_new(front: Front, asked: Asked, incident: Incident, _words: str) -> Message | None:
    """Post the templated update."""
    await front.desk.nothing_new(asked.request, incident.id)
    return _elsewhere(asked, incident, "The update is posted.")


async def snooze(front: Front, asked: Asked, incident: Incident, _words: str) -> Message | None:
    """Put the update off."""
    await front.desk.snooze(asked.request, incident.id)
    return _elsewhere(asked, incident, "The update is put off.")


def is_severity(front: Front, line: str) -> bool:
    """Whether the words are one severity and nothing else."""
    return front.policy.find(line) is not None


async def severity(front: Front, asked: Asked, incident: Incident, word: str) -> Message | None:
    """Change or confirm the severity; without a word the form."""
    still_open(incident)
    if not word:
        form = forms.severity(incident, front.drawing, asked.room)
        await front.show(asked, form, line=f"/incident severity {incident.reference} SEV2")
        return None
    if front.policy.find(word) is None:
        first, _, why = word.partition(" ")
        if front.policy.find(first):
            raise Refused(
                f"Type `/incident severity {first}` alone. Nothing was changed. To keep why, add "
                f"`/incident note {why:.80}`."
            )
        choices = " · ".join(f"{s.name} ({s.meaning})" for s in front.policy.severities)
        raise Refused(f"There is no severity “{word}”. Choose one of: {choices}. Nothing was changed.")
    await front.desk.change_severity(asked.request, incident.id, word)
    return _elsewhere(asked, incident, "The severity is changed.")


def is_service(front: Front, line: str) -> bool:
    """Whether the words are one service's key and nothing else."""
    return front.catalogue.get(line) is not None


async def service(front: Front, asked: Asked, incident: Incident, key: str) -> Message | None:
    """Name the service; without a word the form."""
    if key:
        await front.desk.name_service(asked.request, incident.id, key)
        return _elsewhere(asked, incident, "The service is named.")
    if not front.catalogue.services:
        raise Refused("No services are known yet. Add them to services.toml; nothing was changed.")
    form = forms.service(incident, front.drawing, asked.room)
    await front.show(asked, form, line=f"/incident service {incident.reference} name")
    return None


async def note(front: Front, asked: Asked, incident: Incident, line: str) -> Message | None:
    """Add a line to the timeline."""
    await front.desk.note(asked.request, incident.id, line)
    return words(f"Noted in the timeline of {incident.reference}.")


def _elsewhere(asked: Asked, incident: Incident, done: str) -> Message | None:
    """In the room everybody sees what was done; elsewhere the one who asked is told."""
    if incident.room is not None and incident.room.id == asked.room:
        return None
    return words(f"{done} It is in {incident.reference}.")
