"""The announcement: what everybody in the announcement channel sees of an incident, edited in place."""

from __future__ import annotations

from datetime import timedelta

from handlers.messages import text
from handlers.messages.drawing import Drawing, fallback, headline, links, owed, status, where
from handlers.messages.parts import Message, context, section
from incidents.model import Incident
from incidents.wording import duration


def announcement(incident: Incident, drawing: Drawing) -> Message:
    """The incident as it is now, for those outside of its room; of a private one only that it exists."""
    if incident.private:
        return _private(incident, drawing)
    said = fallback(incident, f"{text.title(incident.title)} ({status(incident)})")
    return Message(said, (section("\n".join(_lines(incident, drawing))), context(*_small_print(incident))))


def _lines(incident: Incident, drawing: Drawing) -> list[str]:
    lines = [headline(incident, drawing, 500), f"*{status(incident)}*{_since(incident)}"]
    if incident.impact:
        lines.append(f"*Impact:* {text.one_line(incident.impact, 800)}")
    if service := drawing.service(incident):
        lines.append(f"*Service:* {service}")
    if not incident.open:
        return lines if incident.false_alarm else [*lines, *_outcome(incident)]
    commander = text.mention(incident.commander) if incident.commander else "_nobody yet_"
    lines.append(f"*Incident commander:* {commander}")
    if incident.owed:
        lines.append(f"*Next update:* {owed(incident)}")
    return [*lines, *links(incident, drawing)]


def _since(incident: Incident) -> str:
    if incident.resolved_at and not incident.open:
        return f" {text.when(incident.resolved_at)}"
    return f" since {text.when(incident.status_since or incident.declared_at)}"


def _outcome(incident: Incident) -> list[str]:
    lines = [f"*What it was:* {text.one_line(incident.summary, 800)}"] if incident.summary else []
    if incident.resolved_at:
        begun = incident.began_at or incident.detected
        lines.append(f"*Lasted:* {duration(max(incident.resolved_at - begun, timedelta()))}")
    return lines


def _small_print(incident: Incident) -> list[str]:
    place = where(incident)
    if incident.room and incident.room.thread:
        place = "goes on in the thread below"
    parts = [incident.reference, f"declared by {text.mention(incident.declared_by)}", place]
    return [" · ".join(part for part in parts if part)]


def _private(incident: Incident, drawing: Drawing) -> Message:
    said = f"{incident.severity} {incident.reference}: a private incident ({status(incident)})"
    severity = drawing.severity(incident.severity)
    line = f"{severity} · *A private incident*\n*{status(incident)}*{_since(incident)}"
    return Message(
        said, (section(line), context(f"{incident.reference} · its room is open to those invited"))
    )
