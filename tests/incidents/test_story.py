"""The timeline as it is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from incidents import facts as f
from incidents.facts import Entry, Fact, Via
from incidents.model import IncidentId, PersonId
from incidents.story import story
from incidents.values import Clue
from tests.incidents.story import ALICE, BOB, declared, minute


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def entry(after: int, by: PersonId, fact: Fact) -> Entry:
    return Entry(IncidentId(1), minute(after), by, Via.COMMAND, fact)


def test_it_goes_by_when_things_happened() -> None:
    told = [entry(2, BOB, f.Acknowledged()), entry(9, BOB, f.NoteAdded("x", "", ALICE, minute(1)))]
    lines = story(declared().incident, told, str.capitalize, _clock)
    assert [line[:5] for line in lines] == ["10:01", "10:02"]


def test_when_it_began_and_was_detected_stand_where_they_belong() -> None:
    incident = replace(
        declared().incident,
        began_at=minute(-20),
        detected_at=minute(-5),
        clues={Clue.DETECTED_BY: "Grafana alert"},
    )
    lines = story(incident, [entry(-10, BOB, f.NoteAdded("deployed"))], str.capitalize, _clock)
    assert lines == [
        "09:40  It began.",
        "09:50  Bob noted: deployed",
        "09:55  It was detected by Grafana alert.",
    ]


def test_what_nobody_told_of_stands_nowhere() -> None:
    assert story(declared().incident, [], str.capitalize, _clock) == []
