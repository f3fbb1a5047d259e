"""The forms about command, experts, first clues and corrected times; each has a default worth accepting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo

from slack_sdk.models.views import View

from handlers.messages.parts import context
from handlers.messages.text import one_line
from handlers.views import forms
from handlers.views.fields import Field, choice, field, form, line, person
from handlers.views.forms import Form, about
from incidents.corrections import time_of
from incidents.model import Incident, PersonId, RoomId
from incidents.values import Milestone
from incidents.when import EXAMPLES, stamp


def hand_over(incident: Incident, room: RoomId | None, who: PersonId | None = None) -> View:
    """Who is to have command, and the state of play, begun from what was said last."""
    state = line(Field.STATE, initial="\n".join(_state_of_play(incident)), multiline=True)
    blocks = [
        field(Field.PERSON, "Who is to have command", person(Field.PERSON, initial=who)),
        field(
            Field.STATE,
            "State of play",
            state,
            hint="What is known, what runs, what comes next, what to watch for.",
        ),
        context("You stay incident commander until they press *I have command*."),
    ]
    title = f"Hand over {incident.reference}"
    return form(Form.HAND_OVER, title, "Hand over", blocks, about(incident, room))


def _state_of_play(incident: Incident) -> Iterator[str]:
    yield f"Status: {incident.status.value}"
    yield f"Impact: {' '.join(incident.impact.split()) or 'not known yet'}"
    yield f"Being done: {' '.join(incident.actions.split()) or 'nothing yet'}"
    due = incident.owed.due.astimezone(UTC) if incident.owed else None
    yield f"Next: {f'the update due by {due:%H:%M} UTC' if due else 'nothing agreed yet'}"


def expert(incident: Incident, room: RoomId | None, who: PersonId | None = None) -> View:
    """Who knows what."""
    blocks = [
        field(Field.PERSON, "Person", person(Field.PERSON, initial=who)),
        field(Field.SUBJECT, "Subject", line(Field.SUBJECT, placeholder="database")),
    ]
    return form(Form.EXPERT, f"Expert {incident.reference}", "Bring in", blocks, about(incident, room))


def clues(incident: Incident, room: RoomId | None) -> View:
    """Who or what saw it, and what was suspected first, as far as they are on record."""
    title = f"Noticed {incident.reference}"
    return form(Form.CLUES, title, "Record", forms.clues(incident.clues), about(incident, room))


def time(incident: Incident, room: RoomId | None, zone: tzinfo) -> View:
    """Which time is wrong, and what it was; the form says in which zone it is read."""
    menu = choice(
        Field.WHICH,
        [(which.value, f"When {which.label}") for which in Milestone],
        initial=Milestone.BEGAN.value,
    )
    hint = f"Such as {EXAMPLES.replace('`', '')}, in the time zone {zone}."
    blocks = [
        context(one_line("; ".join(_recorded(incident, zone)), 1500)),
        field(Field.WHICH, "Which time", menu),
        field(Field.TIME, "It was", line(Field.TIME, placeholder="25 min ago"), hint=hint),
    ]
    return form(Form.TIME, f"Time {incident.reference}", "Correct", blocks, about(incident, room))


def _recorded(incident: Incident, zone: tzinfo) -> Iterator[str]:
    yield f"Declared {stamp(incident.declared_at, zone)}"
    for which in Milestone:
        at = time_of(incident, which)
        yield f"{which.value} {stamp(at, zone) if at else 'not recorded'}"
