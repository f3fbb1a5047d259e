"""The forms: each asks for what it needs and has a default worth accepting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers.messages import text
from handlers.messages.acts import packed
from handlers.messages.drawing import Drawing
from handlers.messages.parts import context, section, sections
from handlers.messages.watch import checklist
from handlers.views.fields import Field, choice, field, form, line, person, tick
from incidents.model import Incident, RoomId, Status
from incidents.policy import Policy
from incidents.roles import Role
from incidents.values import Clue
from incidents.wording import duration


class Form(StrEnum):
    """A form's callback id."""

    DECLARE = "declare"
    UPDATE = "update"
    UPDATE_PREVIEWED = "update_previewed"
    RESOLVE = "resolve"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    EXPERT = "expert"
    TIME = "time"
    CLUES = "clues"
    SEVERITY = "severity"
    SERVICE = "service"
    RELAPSE = "relapse"
    REOPEN = "reopen"
    FALSE_ALARM = "false_alarm"
    NOTE = "note"
    BREAK_GLASS = "break_glass"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class News:
    """What the update form shows; `minutes` until the next update, empty for what was agreed."""

    status: Status
    impact: str
    actions: str
    minutes: str = ""


def about(incident: Incident | None, room: RoomId | None, source: str = "") -> str:
    """What a form carries: the incident, since when its status stands, the channel, a message's address."""
    since = int(incident.status_since.timestamp()) if incident and incident.status_since else ""
    fields = {
        "incident": incident.id if incident else "",
        "since": since,
        "room": room or "",
        "source": source[:1500],
    }
    return packed({name: value for name, value in fields.items() if value != ""})


def declare(
    drawing: Drawing,
    room: RoomId | None,
    *,
    severity: str = "",
    title: str = "",
    impact: str = "",
    source: str = "",
) -> View:
    """Severity with its meaning, title, service, impact, private or not, and what was noticed first."""
    policy = drawing.policy
    services = [(s.key, s.name) for s in drawing.catalogue]
    blocks: list[Block] = [
        field(
            Field.SEVERITY,
            "Severity",
            choice(Field.SEVERITY, _severities(policy), initial=severity or policy.assumed),
            hint=f"Unsure? Take {policy.assumed}; it can be changed at any time.",
        ),
        field(
            Field.TITLE, "What is wrong?", line(Field.TITLE, initial=title, placeholder="Payments are down")
        ),
    ]
    if services:
        menu = choice(Field.SERVICE, services, placeholder="Found in the title if left empty")
        blocks.append(field(Field.SERVICE, "Service", menu, optional=True))
    notice = line(Field.IMPACT, initial=impact, placeholder="Who notices, and how?", multiline=True)
    blocks.append(field(Field.IMPACT, "Impact", notice, optional=True))
    private = tick(Field.PRIVATE, "Only those invited may see it")
    blocks.append(field(Field.PRIVATE, "Private", private, optional=True))
    blocks += clues({})
    return form(Form.DECLARE, "Declare an incident", "Declare", blocks, about(None, room, source))


_CLUES = {
    Clue.DETECTED_BY: (Field.DETECTION, "An alert, a customer, a person, and how"),
    Clue.SUSPECT: (Field.SUSPECT, "The deploy of 14:02"),
}


def clues(known: Mapping[Clue, str]) -> Iterator[Block]:
    """Who or what saw it, and the first suspect; each can be left empty."""
    for clue, (name, placeholder) in _CLUES.items():
        words = line(name, initial=known.get(clue, ""), placeholder=placeholder)
        yield field(name, clue.label, words, optional=True)


def clues_said(said: Mapping[Field, str]) -> dict[Clue, str]:
    """What was entered into these fields."""
    return {clue: said[name] for clue, (name, _) in _CLUES.items()}


def _severities(policy: Policy) -> list[tuple[str, str]]:
    return [(s.name, f"{s.mark} {s.name} · {s.meaning}") for s in policy.severities]


def update(
    incident: Incident, drawing: Drawing, news: News, room: RoomId | None, *, preview: str = ""
) -> View:
    """Status, impact, actions and the next update; with a preview the next press posts it."""
    statuses = [(s.value, s.label) for s in Status if s is not Status.RESOLVED]
    blocks: list[Block] = [
        *_previewed(preview),
        field(Field.STATUS, "Status", choice(Field.STATUS, statuses, initial=news.status.value)),
        field(
            Field.IMPACT,
            "Impact",
            line(Field.IMPACT, initial=news.impact, placeholder="Who notices, and how?", multiline=True),
            optional=True,
        ),
        field(
            Field.ACTIONS,
            "Actions",
            line(
                Field.ACTIONS,
                initial=news.actions,
                placeholder="What is being done, by whom?",
                multiline=True,
            ),
            optional=True,
        ),
        field(
            Field.NEXT,
            "Next update",
            choice(Field.NEXT, _minutes(incident, drawing), initial=news.minutes or "0"),
        ),
    ]
    callback, submit = (Form.UPDATE_PREVIEWED, "Post it") if preview else (Form.UPDATE, "Preview")
    return form(callback, f"Update {incident.reference}", submit, blocks, about(incident, room))


def _previewed(preview: str) -> Iterator[Block]:
    if preview:
        yield context("*This is what everybody will read.* Press *Post it*. What you change below goes in.")
        yield from sections(preview)


def _minutes(incident: Incident, drawing: Drawing) -> Iterator[tuple[str, str]]:
    severity = drawing.policy.find(incident.severity)
    cadence = severity.cadence if severity else None
    yield ("0", f"As agreed: in {duration(cadence)}" if cadence else "When there is something to say")
    for minutes in (10, 15, 20, 30, 45, 60, 120):
        if cadence is None or minutes * 60 < cadence.total_seconds():
            yield (str(minutes), f"In {minutes} min")


def resolve(
    incident: Incident, room: RoomId | None, *, watched: bool, summary: str = "", changed: str = ""
) -> View:
    """A summary; before the end of the watch also the reason for skipping it.

    `changed` says what is new since the form was opened first.
    """
    placeholder = "What it was, and what ended it"
    blocks: list[Block] = [
        checklist(incident),
        field(
            Field.SUMMARY,
            "Summary",
            line(Field.SUMMARY, initial=summary, placeholder=placeholder, multiline=True),
        ),
    ]
    if not watched:
        why = line(Field.REASON, placeholder="Why it is safe to end the watch now", multiline=True)
        blocks.insert(0, context(_watch(incident)))
        blocks.append(field(Field.REASON, "Reason for resolving now", why))
    if changed:
        blocks.insert(0, section(changed))
    return form(Form.RESOLVE, f"Resolve {incident.reference}", "Resolve", blocks, about(incident, room))


def _watch(incident: Incident) -> str:
    if incident.monitor_until and incident.status is Status.MONITORING:
        return (
            f"The service is watched until {text.clock(incident.monitor_until)}. "
            "To resolve it now, say why the rest of the watch can be skipped."
        )
    return (
        "The service is not on record as restored, so it is not watched. "
        "To resolve it now, say why that can be skipped."
    )


def assign(incident: Incident, drawing: Drawing, room: RoomId | None) -> View:
    """A role and the person who is to have it."""
    roles = drawing.policy.roles
    first = next((role for role in roles if role not in incident.roles), Role.COMMANDER)
    menu = choice(
        Field.ROLE,
        [(role.key, role.label) for role in roles],
        initial=first.key,
        below={role.key: role.duty for role in roles if role.duty},
    )
    blocks = [
        field(Field.ROLE, "Role", menu),
        field(Field.PERSON, "Person", person(Field.PERSON)),
    ]
    return form(Form.ASSIGN, f"Assign in {incident.reference}", "Assign", blocks, about(incident, room))


def severity(incident: Incident, drawing: Drawing, room: RoomId | None) -> View:
    """Another severity, or the assumed one confirmed."""
    menu = choice(Field.SEVERITY, _severities(drawing.policy), initial=incident.severity)
    return form(
        Form.SEVERITY,
        f"Severity {incident.reference}",
        "Change",
        [field(Field.SEVERITY, "Severity", menu)],
        about(incident, room),
    )


def service(incident: Incident, drawing: Drawing, room: RoomId | None) -> View:
    """Which service is broken; there must be services to choose from."""
    menu = choice(Field.SERVICE, [(s.key, s.name) for s in drawing.catalogue], initial=incident.service or "")
    return form(
        Form.SERVICE,
        f"Service {incident.reference}",
        "Name it",
        [field(Field.SERVICE, "Service", menu)],
        about(incident, room),
    )


_REASONS = {
    Form.RELAPSE: ("What failed again?", "It failed again", "What people see, or what you see"),
    Form.REOPEN: ("Why is it not over?", "Reopen", "What people see, or what you see"),
    Form.FALSE_ALARM: ("Why was it a false alarm?", "False alarm", "What it was instead"),
}


def reason(kind: Form, incident: Incident, room: RoomId | None) -> View:
    """Why: for a relapse, a reopening or a false alarm."""
    label, submit, placeholder = _REASONS[kind]
    why = field(
        Field.REASON, label, line(Field.REASON, placeholder=placeholder, multiline=True), optional=True
    )
    head = section(f"*{incident.reference}* · {text.title(incident.title)}")
    return form(kind, submit, submit, [head, why], about(incident, room))
