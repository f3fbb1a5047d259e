"""What was noticed first: said with the declaration or later, corrected for all to see, and kept."""

from __future__ import annotations

import pytest

from incidents import clues, endings
from incidents.errors import InvalidText, Refused
from incidents.facts import ClueNamed, Declared
from incidents.values import Clue
from incidents.work import Board, Decision, Redraw
from tests.incidents.story import ALICE, BOB, Story, declared, minute, told

SEEN = {Clue.DETECTED_BY: "Grafana alert"}


def _recorded(story: Story, at: float, said: dict[Clue, str]) -> Decision:
    return story.does(at, BOB, lambda i, now: clues.record(i, now, said))


def test_who_saw_it_is_recorded_told_and_drawn_on_the_card() -> None:
    story = declared()
    _recorded(story, 5, SEEN)
    assert story.incident.detected_by == "Grafana alert"
    assert told(story.decision) == [ClueNamed(Clue.DETECTED_BY, "Grafana alert")]
    assert Redraw(Board.CARD) in story.decision.follow_ups


def test_a_correction_keeps_what_was_said_before_and_who_changed_it() -> None:
    story = declared()
    _recorded(story, 5, {Clue.SUSPECT: "the deploy"})
    _recorded(story, 6, {Clue.SUSPECT: "the pool"})
    assert story.entries[-1].fact == ClueNamed(Clue.SUSPECT, "the pool", before="the deploy")
    assert (story.entries[-1].by, story.entries[-1].at) == (BOB, minute(6))
    assert story.incident.clues == {Clue.SUSPECT: "the pool"}


def test_what_is_said_with_the_declaration_stands_on_the_timeline_from_the_first_minute() -> None:
    story = declared(noticed={Clue.DETECTED_BY: "a customer", Clue.SUSPECT: "  "})
    kinds = [type(entry.fact) for entry in story.entries]
    assert kinds == [Declared, ClueNamed]
    assert story.incident.clues == {Clue.DETECTED_BY: "a customer"}


def test_what_is_left_empty_stays_as_it_was() -> None:
    story = declared(noticed=SEEN)
    decision = _recorded(story, 5, {Clue.DETECTED_BY: "", Clue.SUSPECT: "the pool"})
    assert decision.facts == (ClueNamed(Clue.SUSPECT, "the pool"),)
    assert story.incident.clues == {**SEEN, Clue.SUSPECT: "the pool"}


@pytest.mark.parametrize("said", [SEEN, {}, {Clue.SUSPECT: " "}])
def test_what_is_on_record_already_is_said(said: dict[Clue, str]) -> None:
    with pytest.raises(Refused, match="has that on record already"):
        _recorded(declared(noticed=SEEN), 5, said)


def test_after_the_end_it_can_be_set_right_and_stays_resolved() -> None:
    story = declared()
    story.does(40, ALICE, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    _recorded(story, 900, SEEN)
    assert not story.incident.open
    assert story.rings_at is None


@pytest.mark.parametrize(("clue", "named"), [(Clue.DETECTED_BY, "detection"), (Clue.SUSPECT, "suspect")])
def test_a_text_that_is_too_long_is_refused_by_its_name(clue: Clue, named: str) -> None:
    with pytest.raises(InvalidText, match=f" {named} has 501 characters"):
        _recorded(declared(), 5, {clue: "x" * 501})
