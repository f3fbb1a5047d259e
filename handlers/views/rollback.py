"""The form that asks what decides between a rollback and a fix forward."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from slack_sdk.models.blocks import InputBlock
from slack_sdk.models.views import View

from handlers.messages.parts import context
from handlers.views.fields import Field, choice, field, form
from handlers.views.forms import Form, about
from incidents.model import Incident, RoomId
from incidents.rollback import Cause, Deployed, Duration, Harm, LastChange, Size


def rollback_or_fix(incident: Incident, room: RoomId | None, change: LastChange) -> View:
    """Five questions, each with the careful answer chosen; the first with what the probes say of it."""
    blocks = [
        context("From your answers follows a proposal with its reasons, said in the room. People decide."),
        _menu(Field.DEPLOYED, "When was the last deploy?", Deployed, change.deployed, _seen(change)),
        _menu(Field.CAUSE, "What is known of the cause?", Cause, Cause.UNCLEAR),
        _menu(Field.DURATION, "How long until a fix is deployed?", Duration, Duration.UNCLEAR),
        _menu(Field.HARM, "What would a rollback do?", Harm, Harm.UNKNOWN),
        _menu(Field.SIZE, "How much did the deploy bring?", Size, Size.FEW),
    ]
    return form(Form.ROLLBACK, "Rollback or fix", "Propose", blocks, about(incident, room))


def _seen(change: LastChange) -> str:
    return f"Tocsin has looked: {change.words}" if change.words else ""


def _menu(
    name: Field, question: str, answers: Iterable[StrEnum], initial: StrEnum, hint: str = ""
) -> InputBlock:
    options = [(answer.name, answer.value.capitalize()) for answer in answers]
    return field(name, question, choice(name, options, initial=initial.name), hint=hint)
