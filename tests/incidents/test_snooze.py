"""*Snooze*: true, and once for each due time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from incidents import decisions
from incidents.errors import Refused
from incidents.facts import Snoozed, UpdatePosted
from incidents.model import Incident
from incidents.moment import Moment
from incidents.work import Decision
from tests.incidents.story import BOB, POLICY, Story, declared, minute, told


def _snooze(incident: Incident, now: Moment) -> Decision:
    return decisions.snooze(incident, now, None)


def _pressed_on(story: Story, at: float, epoch: int) -> Decision:
    return story.does(at, BOB, lambda i, now: decisions.snooze(i, now, epoch))


def test_a_snooze_puts_the_due_time_off_by_ten_minutes_and_says_until_when() -> None:
    story = declared()
    asked = story.asked(10)
    decision = _pressed_on(story, 11, asked.epoch)
    assert told(decision) == [Snoozed(minute(25), asked.epoch)]
    assert (story.due, story.rings_at) == (25, 20)


def test_a_snooze_is_true_nothing_is_posted_before_the_new_due_time() -> None:
    story = declared()
    story.rings(10)
    story.does(11, BOB, _snooze)
    assert [at for at in range(11, 60) if story.heard(at, UpdatePosted)] == [25, 40, 55]


def test_after_a_snooze_the_reminder_comes_again_and_cannot_be_snoozed() -> None:
    story = declared()
    story.rings(10)
    story.does(11, BOB, _snooze)
    assert not story.asked(20).snoozable


def test_a_due_time_is_put_off_once() -> None:
    story = declared()
    asked = story.asked(10)
    _pressed_on(story, 11, asked.epoch)
    with pytest.raises(Refused, match=r"put off once already.*Post update"):
        _pressed_on(story, 12, asked.epoch)
    with pytest.raises(Refused, match="put off once already"):
        story.does(21, BOB, _snooze)
    assert story.due == 25


def test_a_reminder_still_to_be_said_is_void_after_a_snooze() -> None:
    story = declared()
    asked = story.asked(10)
    _pressed_on(story, 11, asked.epoch)
    assert story.incident.epoch != asked.epoch


def test_the_next_due_time_can_be_put_off_again() -> None:
    story = declared()
    story.does(11, BOB, _snooze)
    story.does(12, BOB, decisions.nothing_new)
    assert story.asked(22).snoozable
    story.does(23, BOB, _snooze)
    assert story.due == 37


def test_after_the_due_time_a_snooze_counts_from_now_and_stops_the_calls() -> None:
    story = declared()
    story.rings(15)
    story.does(17, BOB, _snooze)
    assert story.due == 27
    assert story.rings(21.9) is None
    assert story.asked(22).called == ()


def test_a_snooze_that_was_taken_before_any_reminder_counts_from_the_due_time() -> None:
    story = declared()
    story.does(1, BOB, _snooze)
    assert story.due == 25


def test_a_snooze_shorter_than_the_warning_is_not_followed_by_a_warning_at_once() -> None:
    story = declared(policy=replace(POLICY, snooze=timedelta(minutes=3)))
    story.rings(15)
    story.does(16, BOB, _snooze)
    assert story.rings_at == 19
    assert story.rings(16) is None


def test_the_button_of_an_old_reminder_puts_nothing_off_and_says_what_is_due() -> None:
    story = declared()
    asked = story.asked(10)
    story.does(11, BOB, decisions.nothing_new)
    with pytest.raises(Refused, match=r"out of date.*due by 10:26 UTC"):
        _pressed_on(story, 12, asked.epoch)
    assert story.due == 26


def test_where_nothing_is_owed_there_is_nothing_to_put_off() -> None:
    with pytest.raises(Refused, match="owes no update"):
        declared(severity="SEV3").does(1, BOB, _snooze)
