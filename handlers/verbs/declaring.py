"""Declaring from a line: `/incident SEV1 payments down`."""

from __future__ import annotations

from handlers.front import Front
from handlers.messages import answers
from handlers.messages.parts import Message
from handlers.requests import Asked
from handlers.views import forms
from incidents import phrases

LINE = "/incident SEV1 what is wrong"


async def declare(front: Front, asked: Asked, line: str) -> Message | None:
    """Declare what the line says; without a title the form. Raises UnknownSeverity, InvalidText."""
    phrase = phrases.read(line, front.policy)
    if phrase.unknown:
        return answers.unknown_severity(phrase, front.drawing)
    if not phrase.title:
        form = forms.declare(front.drawing, asked.room, severity=phrase.severity or "")
        await front.show(asked, form, line=LINE)
        return None
    outcome = await front.desk.declare(asked.request, title=phrase.title, severity=phrase.severity)
    return answers.declared(outcome.incident, front.drawing, front.chat.wait_expected())


async def declared_after_all(front: Front, asked: Asked, line: str) -> Message | None:
    """The button *Declare an incident* under a question."""
    phrase = phrases.read(line, front.policy)
    if phrase.severity and not phrase.title:
        return await declare(front, asked, line)
    outcome = await front.desk.declare(asked.request, title=phrase.title or line, severity=phrase.severity)
    return answers.declared(outcome.incident, front.drawing, front.chat.wait_expected())
