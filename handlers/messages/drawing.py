"""What every message is drawn with, and the sentences that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from handlers.messages import text
from handlers.messages.templates import Templates
from incidents import clocks
from incidents.catalogue import Catalogue
from incidents.checklists import Guides
from incidents.errors import IncidentError
from incidents.model import Incident
from incidents.policy import Policy
from incidents.roles import Role
from incidents.values import Clue

_POSTS, _FIRST_CALL = 1, 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """The team's rules and words, by which messages are drawn.

    Attributes:
        mention: writes a person, a handle of the ladder or "everyone".
    """

    policy: Policy
    catalogue: Catalogue
    templates: Templates
    mention: Callable[[str], str] = field(default=text.mention)
    guides: Guides = field(default_factory=Guides)

    def severity(self, name: str) -> str:
        """The severity with its mark; a name that the policy no longer has stands alone."""
        found = self.policy.find(name)
        return f"{found.mark} {found.name}".strip() if found else text.one_line(name, 40)

    def service(self, incident: Incident) -> str:
        """The service's name; empty if none is known."""
        service = self.catalogue.get(incident.service)
        return text.one_line(service.name if service else incident.service or "", 150)


def clues(incident: Incident) -> list[str]:
    """What was noticed first, as far as somebody said it: one line each."""
    said = [(clue.label, incident.clues[clue]) for clue in Clue if clue in incident.clues]
    return [f"*{label}:* {text.one_line(words, 300)}" for label, words in said]


def links(incident: Incident, drawing: Drawing) -> list[str]:
    """The service's pages on one line, such as its dashboard; no line where it has none."""
    service = drawing.catalogue.get(incident.service)
    pages = [text.link(link.url, link.title) for link in service.links[:5]] if service else []
    return [" · ".join(pages)] if pages else []


def sentence(error: IncidentError, mention: Callable[[str], str] = text.mention) -> str:
    """An error as Slack shows it: its text is ours, the words that people typed are made safe."""
    kept = text.escaped(error.text, 2800)
    safe = type(error)(kept, person=error.person, until=error.until)
    return safe.said(mention, text.clock)


def headline(incident: Incident, drawing: Drawing, limit: int = 200) -> str:
    """Severity and title."""
    return f"{drawing.severity(incident.severity)} · *{text.title(incident.title, limit)}*"


def fallback(incident: Incident, what: str) -> str:
    """The line that a notification shows."""
    return f"{incident.severity} {incident.reference}: {what}"


def status(incident: Incident) -> str:
    """What it is in, for people."""
    return "False alarm" if incident.false_alarm else incident.status.label


def where(incident: Incident) -> str:
    """Where the incident goes on; empty while there is no room."""
    if incident.room is None:
        return ""
    link = text.room(incident.room.id)
    return f"a thread in {link}" if incident.room.thread else link


def role_line(incident: Incident, role: Role, drawing: Drawing) -> str:
    """A role and who holds it; if nobody does, what its holder would do, and whether that is required."""
    return f"*{text.one_line(role.label, 60)}:* {_holder(incident, role) or _vacant(incident, role, drawing)}"


def _vacant(incident: Incident, role: Role, drawing: Drawing) -> str:
    severity = drawing.policy.governing(incident.severity)
    must = incident.open and role in severity.roles
    needed = f"needed at {text.one_line(severity.name, 40)}" if must else ""
    return " · ".join(part for part in ("_nobody yet_", needed, text.one_line(role.duty, 150)) if part)


def _holder(incident: Incident, role: Role) -> str:
    person = incident.roles.get(role)
    if person and incident.handing_over_to and role == Role.COMMANDER:
        return f"{text.mention(person)}, handing over to {text.mention(incident.handing_over_to)}"
    return text.mention(person) if person else ""


def consequence(incident: Incident, drawing: Drawing) -> str:
    """What follows by itself if nobody posts; empty where nothing is owed."""
    if incident.owed is None:
        return ""
    rung = max(incident.owed.rung, _POSTS)
    due = clocks.rung_at(incident, drawing.policy, rung)
    at, posts = text.clock(due), clocks.next_automatic(incident, drawing.policy) == due
    person = drawing.mention(clocks.next_called(incident, drawing.policy) or "everyone")
    if rung == _POSTS:
        call_at = text.clock(clocks.rung_at(incident, drawing.policy, _FIRST_CALL))
        return f"If nobody posts by {at}, I post *no new information*; at {call_at} I call {person}."
    if posts:
        return f"If nobody posts by {at}, I post *no new information* again and call {person}."
    return f"If nobody posts by {at}, I call {person}."


def owed(incident: Incident) -> str:
    """When the next update is owed; once that time has passed, that it is overdue."""
    if incident.owed is None:
        return ""
    word = "overdue since" if clocks.overdue(incident) else "by"
    return f"{word} {text.clock(incident.owed.due)}"


def next_due(due: datetime | None) -> str:
    """When the next update comes."""
    return text.clock(due) if due else "when there is something to say"
