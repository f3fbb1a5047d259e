"""Recorded times can be corrected, with what they were before, and never out of order."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from incidents import corrections, decisions, endings
from incidents.errors import Refused
from incidents.facts import TimeCorrected
from incidents.model import Incident
from incidents.times import times
from incidents.values import Milestone
from incidents.work import Board, Decision, Redraw
from tests.incidents.story import ALICE, BOB, Story, declared, minute, told


def _corrected(story: Story, at: float, which: Milestone, to: float) -> Decision:
    return story.does(at, BOB, lambda i, now: corrections.correct(i, now, which, minute(to), UTC))


def _over() -> Story:
    """Acknowledged after 2 minutes, restored after 20, resolved after 40."""
    story = declared()
    story.does(2, BOB, decisions.acknowledge)
    story.does(20, BOB, endings.restored)
    story.does(40, ALICE, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    return story


def test_when_it_began_is_recorded_and_told_and_the_time_to_detect_follows() -> None:
    story = declared()
    _corrected(story, 5, Milestone.BEGAN, -25)
    assert story.incident.began_at == minute(-25)
    assert times(story.incident).to_detect == timedelta(minutes=25)
    assert told(story.decision) == [TimeCorrected(Milestone.BEGAN, minute(-25), zone="UTC")]
    assert Redraw(Board.CARD) in story.decision.follow_ups


def test_a_correction_keeps_what_was_there_before_and_who_changed_it() -> None:
    story = declared()
    _corrected(story, 5, Milestone.BEGAN, -25)
    _corrected(story, 6, Milestone.BEGAN, -20)
    assert story.entries[-1].fact == TimeCorrected(
        Milestone.BEGAN, minute(-20), before=minute(-25), zone="UTC"
    )
    assert (story.entries[-1].by, story.entries[-1].at) == (BOB, minute(6))


@pytest.mark.parametrize(
    ("which", "to"),
    [
        (Milestone.BEGAN, -30),
        (Milestone.DETECTED, -10),
        (Milestone.ACKNOWLEDGED, 1),
        (Milestone.RESTORED, 18),
    ],
)
def test_after_the_end_one_time_is_corrected_and_no_other_moves(which: Milestone, to: float) -> None:
    story = _over()
    before = _all_times(story.incident)
    _corrected(story, 900, which, to)
    after = _all_times(story.incident)
    assert after.pop(which) == minute(to)
    before.pop(which)
    assert after == before
    assert not story.incident.open
    assert story.rings_at is None


def _all_times(incident: Incident) -> dict[str, object]:
    named: dict[str, object] = {which: corrections.time_of(incident, which) for which in Milestone}
    return named | {"declared": incident.declared_at, "resolved": incident.resolved_at}


def test_the_durations_follow_a_correction() -> None:
    story = _over()
    _corrected(story, 50, Milestone.DETECTED, -10)
    _corrected(story, 51, Milestone.RESTORED, 15)
    shown = times(story.incident)
    assert shown.to_mitigate == timedelta(minutes=25)
    assert shown.to_resolve == timedelta(minutes=50)


@pytest.mark.parametrize(
    ("which", "to", "said"),
    [
        (Milestone.BEGAN, 3, "it was declared at 2026-01-15 10:00 UTC, which is earlier"),
        (Milestone.DETECTED, 1, "it was declared at .* which is earlier"),
        (Milestone.ACKNOWLEDGED, -5, "it was declared at .* which is later.*time detected 13:40"),
        (Milestone.ACKNOWLEDGED, 41, "it was resolved at .* which is earlier"),
        (Milestone.RESTORED, 41, "it was resolved at .* which is earlier.*Write the day too"),
        (Milestone.RESTORED, -1, "it was declared at .* which is later"),
    ],
)
def test_a_time_that_passes_another_is_refused_and_the_other_is_named(
    which: Milestone, to: float, said: str
) -> None:
    story = _over()
    with pytest.raises(Refused, match=said):
        _corrected(story, 50, which, to)


def test_a_detection_before_the_beginning_is_refused() -> None:
    story = declared()
    _corrected(story, 5, Milestone.BEGAN, -25)
    with pytest.raises(Refused, match=r"it began at 2026-01-15 09:35 UTC, which is later.*time began 13:40"):
        _corrected(story, 6, Milestone.DETECTED, -26)


def test_within_one_minute_seconds_do_not_count() -> None:
    story = declared()
    story.does(0.9, BOB, decisions.acknowledge)
    _corrected(story, 5, Milestone.BEGAN, 0.5)
    assert times(story.incident).to_detect == timedelta(0)


def test_what_is_so_already_is_said() -> None:
    story = declared()
    _corrected(story, 5, Milestone.BEGAN, -25)
    with pytest.raises(Refused, match="has that time already: it began at 2026-01-15 09:35 UTC"):
        _corrected(story, 6, Milestone.BEGAN, -25)


@pytest.mark.parametrize(
    ("which", "press"), [(Milestone.ACKNOWLEDGED, "I'm on it"), (Milestone.RESTORED, "Service restored")]
)
def test_what_nobody_has_pressed_yet_has_no_time_to_correct(which: Milestone, press: str) -> None:
    with pytest.raises(Refused, match=press):
        _corrected(declared(), 5, which, 1)


def test_after_the_end_a_time_that_nobody_pressed_can_be_given() -> None:
    story = declared()
    story.does(40, ALICE, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    _corrected(story, 50, Milestone.RESTORED, 30)
    assert times(story.incident).to_mitigate == timedelta(minutes=30)


def test_a_correction_leaves_the_clock_and_the_watch_alone() -> None:
    story = declared()
    story.does(20, BOB, endings.restored)
    before = story.incident
    _corrected(story, 21, Milestone.RESTORED, 15)
    assert (story.incident.owed, story.incident.monitor_until) == (before.owed, before.monitor_until)
