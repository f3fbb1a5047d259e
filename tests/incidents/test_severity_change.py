"""Raising, lowering and confirming the severity, and what the clock makes of it."""

from __future__ import annotations

import pytest

from incidents import decisions, endings
from incidents.decisions import News
from incidents.errors import Refused, UnknownSeverity
from incidents.facts import SeverityChanged
from incidents.work import Board, Redraw
from tests.incidents.story import BOB, Story, declared, minute, told


def _change(story: Story, at: float, word: str) -> None:
    story.does(at, BOB, lambda i, now: decisions.change_severity(i, now, word))


def test_a_change_is_told_and_shown_everywhere() -> None:
    story = declared(severity="SEV2")
    _change(story, 3, "p1")
    assert story.incident.severity == "SEV1"
    assert told(story.decision) == [SeverityChanged("SEV2", "SEV1")]
    assert {Redraw(board) for board in Board} <= set(story.decision.follow_ups)


def test_raised_the_next_update_is_due_within_the_shorter_cadence() -> None:
    story = declared(severity="SEV2")
    _change(story, 3, "SEV1")
    assert (story.due, story.rings_at) == (18, 13)


def test_raised_shortly_before_the_due_time_the_promise_stands_and_nobody_is_reminded_twice() -> None:
    story = declared(severity="SEV2")
    story.rings(25)
    _change(story, 27, "SEV1")
    assert story.due == 30
    assert story.rings(27) is None


def test_lowered_the_promised_update_is_still_due_when_it_was_promised() -> None:
    story = declared(severity="SEV1")
    _change(story, 3, "SEV2")
    assert story.due == 15
    story.does(14, BOB, decisions.nothing_new)
    assert story.due == 44


def test_an_overdue_update_gets_five_minutes_after_a_change() -> None:
    story = declared(severity="SEV2")
    story.rings(35)
    _change(story, 37, "SEV1")
    assert (story.due, story.rings_at) == (42, 42)


def test_from_a_level_without_a_cadence_the_clock_starts() -> None:
    story = declared(severity="SEV3")
    _change(story, 60, "SEV1")
    assert (story.due, story.rings_at) == (75, 70)


def test_lowered_to_a_level_without_a_cadence_nothing_is_owed() -> None:
    story = declared(severity="SEV1")
    asked = story.asked(10)
    _change(story, 11, "SEV3")
    assert (story.due, story.rings_at) == (None, None)
    assert story.incident.epoch != asked.epoch


def test_an_assumed_severity_is_confirmed_and_the_clock_goes_on_as_it_was() -> None:
    story = declared(severity=None)
    story.rings(25)
    before = story.incident.owed
    _change(story, 26, "SEV2")
    assert not story.incident.assumed
    assert story.incident.owed == before
    assert told(story.decision) == [SeverityChanged("SEV2", "SEV2")]


def test_a_snoozed_due_time_cannot_be_snoozed_again_by_way_of_the_severity() -> None:
    story = declared(severity="SEV1")
    story.does(10, BOB, lambda i, now: decisions.snooze(i, now, None))
    _change(story, 11, "SEV2")
    assert story.due == 25
    with pytest.raises(Refused, match="put off once already"):
        story.does(12, BOB, lambda i, now: decisions.snooze(i, now, None))


def test_the_same_severity_again_changes_nothing() -> None:
    with pytest.raises(Refused, match="INC-2026-001 is SEV1 already"):
        _change(declared(severity="SEV1"), 1, "p0")


def test_an_unknown_severity_changes_nothing() -> None:
    story = declared()
    with pytest.raises(UnknownSeverity, match="Nothing was changed"):
        _change(story, 1, "SEV9")
    assert story.incident.severity == "SEV1"


def test_a_resolved_incident_keeps_its_severity() -> None:
    story = declared()
    story.does(5, BOB, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    with pytest.raises(Refused, match="is resolved"):
        _change(story, 6, "SEV2")


def test_the_next_update_after_a_change_follows_the_new_cadence() -> None:
    story = declared(severity="SEV2")
    _change(story, 3, "SEV1")
    story.does(10, BOB, lambda i, now: decisions.update(i, now, News(actions="rolling back")))
    assert story.incident.owed is not None
    assert story.incident.owed.due == minute(25)
