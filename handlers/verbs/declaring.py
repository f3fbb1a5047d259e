"""Declaring from a line: `/incident SEV1 payments down`."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import answers
from handlers.messages.answers import Doubt
from handlers.messages.parts import Message
from handlers.requests import Asked
from handlers.views import forms
from incidents import phrases

LINE = "/incident SEV1 what is wrong"


async def declare(front: Front, asked: Asked, line: str) -> Message | None:
    """Declare what the line says; without a title the form. Raises UnknownSeverity, InvalidText."""
    phrase = phrases.read(line, front.policy)
    if phrase.unknown:
        front.policy.severity(phrase.unknown)
    if not phrase.title:
        form = forms.declare(front.drawing, asked.room, severity=phrase.severity or "")
        await front.show(asked, form, line=LINE)
        return None
    outcome = await front.desk.declare(asked.request, title=phrase.title, severity=phrase.severity)
    return answers.declared(outcome.incident, front.drawing, front.chat.wait_expected())


async def line(front: Front, asked: Asked, text: str, near: str) -> Message | None:
    """A line that begins with no verb: declared, unless it may have been meant for this room's incident."""
    phrase = phrases.read(text, front.policy)
    if phrase.severity or phrase.unknown or not phrase.title:
        return await declare(front, asked, text)
    here = await front.in_room(asked.room)
    if here is None and not near:
        return await declare(front, asked, text)
    doubt = Doubt(text, "update", "Post update", text)
    incidents = [here] if here and here.open else []
    return answers.doubted(doubt, incidents, near=near)


async def declared_after_all(front: Front, asked: Asked, line: str) -> Message | None:
    """The button *Declare an incident* under a question."""
    phrase = phrases.read(line, front.policy)
    outcome = await front.desk.declare(asked.request, title=phrase.title or line, severity=phrase.severity)
    return answers.declared(outcome.incident, front.drawing, front.chat.wait_expected())
