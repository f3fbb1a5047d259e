"""Status updates in the operators' shape, and the reminders of those that are owed."""

from __future__ import annotations

from datetime import datetime

from slack_sdk.models.blocks import ButtonElement

from handlers.messages import text
from handlers.messages.acts import Act, Subject
from handlers.messages.drawing import Drawing, consequence, fallback, next_due
from handlers.messages.parts import Message, button, context, row, section, sections
from incidents.facts import Snoozed, UpdateAsked, UpdatePosted
from incidents.model import Incident, PersonId


def update_text(incident: Incident, fact: UpdatePosted, at: datetime, drawing: Drawing) -> str:
    """The update in its template's shape."""
    values = {
        "severity": drawing.severity(incident.severity),
        "title": text.title(incident.title, 300),
        "status": fact.status.label,
        "impact": text.escaped(fact.impact, 3500) or "not known yet",
        "actions": text.escaped(fact.actions, 3500) or "none named yet",
        "next_update": next_due(fact.next_due),
        "time": text.clock(at),
        "reference": incident.reference,
    }
    return drawing.templates.written(values, automatic=fact.automatic, unchanged=fact.unchanged)


def update(
    incident: Incident, fact: UpdatePosted, by: PersonId | None, at: datetime, drawing: Drawing
) -> Message:
    """A status update; an automatic one says that a human one is still owed."""
    what = "no new information" if fact.unchanged else text.one_line(fact.actions or fact.impact or "update")
    said = fallback(incident, f"{fact.status.label}, {what}")
    body = sections(update_text(incident, fact, at, drawing))
    if not fact.automatic:
        return Message(said, (*body, *([context(f"Posted by {text.mention(by)}")] if by else [])))
    owed = f"Nobody had posted, so I did. {text.mention(incident.asked_for_updates())} still owes an update."
    return Message(said, (*body, context(owed)))


def asked(incident: Incident, fact: UpdateAsked, at: datetime, drawing: Drawing) -> Message:
    """The reminder: what is owed, since when, and what happens next by itself."""
    people = " ".join(drawing.mention(person) for person in fact.people)
    if fact.called:
        called = " ".join(drawing.mention(name) for name in fact.called)
        asked = f"{people} {'was' if len(fact.people) == 1 else 'were'} asked. " if fact.people else ""
        first = f"{called}: no update was posted by {text.clock(fact.due)}. {asked}Please post one."
    elif at >= fact.due:
        first = f"{people}: the update due by {text.clock(fact.due)} is still owed."
    else:
        first = f"{people}: an update is due by {text.clock(fact.due)}."
    lines = "\n".join(line for line in (first, consequence(incident, drawing)) if line)
    said = fallback(incident, f"an update is due by {fact.due:%H:%M} UTC")
    return Message(said, (section(lines), row(_answers(incident, fact, drawing))))


def _answers(incident: Incident, fact: UpdateAsked, drawing: Drawing) -> list[ButtonElement]:
    minutes = int(drawing.policy.snooze.total_seconds() // 60)
    value = str(Subject.of(incident, fact.epoch))
    buttons = [
        button("Post update", Act.UPDATE, value, style="primary"),
        button("Nothing new", Act.NOTHING_NEW, value),
    ]
    return [*buttons, button(f"Snooze {minutes} min", Act.SNOOZE, value)] if fact.snoozable else buttons


def snoozed(incident: Incident, fact: Snoozed, by: PersonId | None, drawing: Drawing) -> Message:
    """The due time was put off."""
    who = f"{text.mention(by)} put" if by else "Somebody put"
    lines = (
        f"{who} the update off. It is due by {text.clock(fact.until)} now.\n{consequence(incident, drawing)}"
    )
    return Message(fallback(incident, "the update was put off"), (section(lines.strip()),))
