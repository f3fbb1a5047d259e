"""The rules of what was noticed first: who or what saw it, and the first suspect; kept for audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from incidents.errors import Refused
from incidents.facts import ClueNamed
from incidents.model import Incident
from incidents.moment import BOARDS, Moment
from incidents.texts import headline
from incidents.values import Clue
from incidents.work import Decision

LIMIT = 500
_NAMES = {Clue.DETECTED_BY: "detection", Clue.SUSPECT: "first suspect"}


def record(incident: Incident, now: Moment, said: Mapping[Clue, str]) -> Decision:
    """What was noticed, or noticed otherwise than is on record. Also after the end.

    Raises:
        Refused: all of it is on record already, or nothing was said.
        InvalidText: it is too long.
    """
    moved, facts = named(incident, said)
    if not facts:
        raise Refused(f"{incident.reference} has that on record already. Nothing was changed.")
    return now.decide(moved, facts, [*map(now.tell, facts), *BOARDS])


def named(incident: Incident, said: Mapping[Clue, str]) -> tuple[Incident, tuple[ClueNamed, ...]]:
    """The incident with these clues, and a fact for each that is new; empty ones stay as they were."""
    words = {clue: headline(text, _NAMES[clue], LIMIT) for clue, text in said.items() if text.strip()}
    before = incident.clues
    new = {clue: text for clue, text in words.items() if text != before.get(clue)}
    facts = tuple(ClueNamed(clue, text, before.get(clue, "")) for clue, text in new.items())
    return replace(incident, clues={**before, **new}), facts
