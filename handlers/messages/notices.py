"""Every notice of the domain, drawn."""

from __future__ import annotations

from typing import assert_never

from handlers.messages import checklists, checks, diagnosis, facts, mitigation
from handlers.messages.announcement import announcement
from handlers.messages.card import card
from handlers.messages.drawing import Drawing, status, where
from handlers.messages.parts import Message, context
from handlers.messages.text import plain, title
from incidents.model import Incident, Place
from incidents.notices import (
    BoardNotice,
    ChecklistNotice,
    CheckNotice,
    FactNotice,
    FindingsNotice,
    Notice,
    PlanNotice,
    VerdictNotice,
)
from incidents.work import Board

_TOPIC = 250


def drawn(notice: Notice, drawing: Drawing) -> Message:  # noqa: PLR0911 - one row for each kind of notice
    """The message for a notice."""
    match notice:
        case BoardNotice():
            return _board(notice, drawing)
        case FactNotice():
            return facts.drawn(notice, drawing)
        case VerdictNotice():
            return diagnosis.verdict(notice, drawing.policy.runbooks_url, drawing.guides)
        case FindingsNotice():
            return diagnosis.findings(notice, drawing.policy.codes_url)
        case PlanNotice():
            return mitigation.plan(notice)
        case ChecklistNotice():
            return checklists.checklist(notice)
        case CheckNotice():
            return checks.turn(notice, drawing)
        case _:
            assert_never(notice)


def _board(notice: BoardNotice, drawing: Drawing) -> Message:
    match notice.board:
        case Board.CARD:
            return card(notice.incident, drawing, notice.links)
        case Board.ANNOUNCEMENT:
            return announcement(notice.incident, drawing)
        case Board.TOPIC:
            raise ValueError("a topic is set, not posted")
        case _:
            assert_never(notice.board)


def elsewhere(message: Message, notice: Notice, place: Place) -> Message:
    """The message with the incident's name below it, if it is said outside of the incident's own room."""
    if not isinstance(notice, FactNotice):
        return message
    incident = notice.incident
    if incident.room is not None and incident.room.id == place.room:
        return message
    about = " · ".join(
        part for part in (incident.reference, title(incident.title, 150), where(incident)) if part
    )
    return Message(message.text, (*message.blocks, context(about)))


def topic(incident: Incident, drawing: Drawing) -> str:
    """The room's topic: what seldom changes, since Slack tells the room of every new one."""
    service = drawing.catalogue.get(incident.service)
    parts = [incident.severity, status(incident), incident.reference, *([service.name] if service else [])]
    return plain(" · ".join([*parts, incident.title]), _TOPIC)
