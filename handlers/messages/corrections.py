"""What was put on record beside the work: what was noticed first, times that were corrected."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from handlers.messages import ending, text
from handlers.messages.drawing import fallback
from handlers.messages.parts import Message, section
from incidents import when
from incidents.facts import ClueNamed, TimeCorrected
from incidents.model import Incident, PersonId


def clue(incident: Incident, fact: ClueNamed, by: PersonId | None) -> Message:
    """Who or what saw it, or the first suspect, as somebody says now and said before."""
    who = text.mention(by) if by else "Tocsin"
    before = f"\nBefore: {text.one_line(fact.before, 1000)}" if fact.before else ""
    said = text.one_line(fact.text, 1000)
    line = f"{who} recorded *{fact.which.label}:* {said}{before}"
    return Message(fallback(incident, f"{fact.which.label}: {said}"), (section(line),))


def time_corrected(incident: Incident, fact: TimeCorrected, by: PersonId | None) -> Message:
    """Who recorded or corrected which time, from what to what; of a resolved incident all durations anew."""
    who = text.mention(by) if by else "Tocsin"
    before = f" Before: {text.when(fact.before)}." if fact.before else ""
    line = f"{who} {fact.verb} when {fact.which.label}: *{text.when(fact.at)}*{_as_read(fact)}.{before}"
    blocks = [section(line)]
    if not incident.open:
        blocks.append(section("\n".join(_after_the_end(incident))))
    return Message(fallback(incident, f"{fact.verb} when {fact.which.label}"), tuple(blocks))


def _as_read(fact: TimeCorrected) -> str:
    """The time of day where it was typed, since everybody reads the time before it on their own clock."""
    return f" ({text.one_line(when.clock(fact.at, ZoneInfo(fact.zone)), 100)})" if fact.zone else ""


def _after_the_end(incident: Incident) -> Iterator[str]:
    yield from ending.durations(incident)
    report = text.code(f"/incident report {incident.reference}")
    yield f"These replace what the all-clear said. To write the post-mortem draft anew, type {report}."
