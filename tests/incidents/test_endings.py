"""The end: restored, watched, resolved; or relapsed, reopened, or never an incident at all."""

from __future__ import annotations

import pytest

from incidents import decisions, endings
from incidents.ending_facts import FalseAlarm, Relapsed, Reopened, Resolved, ServiceRestored, WatchEnded
from incidents.errors import InvalidText, Refused
from incidents.model import Status
from incidents.work import Decision, DraftRetrospective
from tests.incidents.story import BOB, Story, declared, minute, told


def _restored(severity: str = "SEV1") -> Story:
    story = declared(severity=severity)
    story.does(20, BOB, endings.restored)
    return story


def _resolve(story: Story, at: float, summary: str = "rolled back", reason: str = "") -> Decision:
    return story.does(at, BOB, lambda i, now: endings.resolve(i, now, summary, reason))


def _relapse(story: Story, at: float, reason: str = "errors again") -> Decision:
    return story.does(at, BOB, lambda i, now: endings.relapse(i, now, reason))


def _reopen(story: Story, at: float, reason: str = "it is back") -> Decision:
    return story.does(at, BOB, lambda i, now: endings.reopen(i, now, reason))


def test_a_restored_service_is_watched_for_the_window_of_the_policy() -> None:
    story = _restored()
    assert story.incident.status is Status.MONITORING
    assert story.incident.restored_at == minute(20)
    assert told(story.decision) == [ServiceRestored(minute(35))]


def test_updates_are_owed_during_the_watch_too() -> None:
    assert _restored().due == 35


def test_a_service_being_watched_cannot_be_restored_again() -> None:
    with pytest.raises(Refused, match="being watched already"):
        _restored().does(21, BOB, endings.restored)


def test_the_end_of_the_watch_is_told_once() -> None:
    story = _restored("SEV3")
    assert told(story.rings(34.9)) == []
    assert story.rings_at == 35
    assert told(story.rings(35)) == [WatchEnded()]
    assert story.rings(36) is None
    assert story.rings_at is None


def test_after_the_watch_the_all_clear_needs_no_reason() -> None:
    story = _restored()
    assert told(_resolve(story, 35)) == [Resolved("rolled back")]


def test_the_all_clear_does_not_wait_for_the_clock_to_have_said_that_the_watch_ended() -> None:
    story = _restored()
    _resolve(story, 35)
    assert not story.incident.open


def test_before_the_end_of_the_watch_the_all_clear_names_the_time_and_the_way_around() -> None:
    with pytest.raises(Refused, match=r"watched until 10:35 UTC.*/incident resolve now <why>"):
        _resolve(_restored(), 34)


def test_without_a_restoration_the_all_clear_names_the_press_that_is_missing() -> None:
    with pytest.raises(Refused, match=r"not restored yet.*\*Service restored\*.*resolve now <why>"):
        _resolve(declared(), 34)


def test_resolve_now_skips_the_watch_and_keeps_the_reason() -> None:
    story = _restored()
    assert told(_resolve(story, 21, reason="seen by all")) == [Resolved("rolled back", "seen by all")]
    assert told(_resolve(declared(), 5, reason="never was up")) == [Resolved("rolled back", "never was up")]


def test_a_reason_given_after_the_watch_is_not_recorded_as_a_skipped_watch() -> None:
    assert told(_resolve(_restored(), 40, reason="all fine")) == [Resolved("rolled back", "")]


def test_the_all_clear_needs_a_summary_and_changes_nothing_without_one() -> None:
    story = _restored()
    with pytest.raises(InvalidText, match="The summary is empty"):
        _resolve(story, 40, summary=" ")
    assert story.incident.open


def test_resolution_silences_everything() -> None:
    story = _restored()
    _resolve(story, 40)
    assert (story.due, story.rings_at, story.incident.monitor_until) == (None, None, None)
    assert story.rings(100_000) is None


def test_a_post_mortem_is_drafted_where_the_policy_owes_one() -> None:
    assert DraftRetrospective() in _resolve(_restored("SEV2"), 40).follow_ups
    assert DraftRetrospective() not in _resolve(_restored("SEV3"), 40).follow_ups


def test_what_nobody_called_restored_is_not_recorded_as_restored() -> None:
    story = declared()
    _resolve(story, 40, reason="seen by all")
    assert story.incident.restored_at is None
    assert story.incident.resolved_at == minute(40)


def test_an_incident_is_resolved_once() -> None:
    story = _restored()
    _resolve(story, 40)
    with pytest.raises(Refused, match="is resolved, so nothing was changed"):
        _resolve(story, 41, reason="again")


def test_a_relapse_ends_the_watch_and_keeps_the_incident_open() -> None:
    story = _restored()
    assert told(_relapse(story, 30)) == [Relapsed("errors again")]
    assert story.incident.status is Status.INVESTIGATING
    assert (story.incident.restored_at, story.incident.monitor_until) == (None, None)
    assert (story.due, story.rings_at) == (45, 40)


def test_a_relapse_after_the_watch_but_before_the_all_clear_is_one_too() -> None:
    story = _restored()
    story.rings(36)
    _relapse(story, 37)
    assert story.incident.status is Status.INVESTIGATING


def test_what_is_not_watched_cannot_relapse() -> None:
    with pytest.raises(Refused, match="not being watched"):
        _relapse(declared(), 5)


def test_a_second_restoration_is_watched_anew() -> None:
    story = _restored()
    _relapse(story, 30)
    story.does(50, BOB, endings.restored)
    assert (story.incident.restored_at, story.incident.monitor_until) == (minute(50), minute(65))


def test_a_reopened_incident_owes_updates_again_and_forgets_how_it_ended() -> None:
    story = _restored()
    _resolve(story, 40)
    assert told(_reopen(story, 100)) == [Reopened("it is back")]
    incident = story.incident
    assert incident.status is Status.INVESTIGATING
    assert (incident.resolved_at, incident.restored_at, incident.summary) == (None, None, "")
    assert (story.due, story.rings_at) == (115, 110)


def test_a_reminder_from_before_the_end_is_void_after_a_reopening() -> None:
    story = declared()
    asked = story.asked(10)
    _resolve(story, 11, reason="seen by all")
    _reopen(story, 12)
    assert story.incident.epoch > asked.epoch
    with pytest.raises(Refused, match="out of date"):
        story.does(13, BOB, lambda i, now: decisions.snooze(i, now, asked.epoch))


def test_an_open_incident_cannot_be_reopened() -> None:
    with pytest.raises(Refused, match="nothing to reopen"):
        _reopen(declared(), 5)


def test_a_false_alarm_is_over_at_once_without_watch_draft_or_figures() -> None:
    story = declared()
    decision = story.does(5, BOB, lambda i, now: endings.false_alarm(i, now, "a test alert"))
    assert told(decision) == [FalseAlarm("a test alert")]
    assert DraftRetrospective() not in decision.follow_ups
    assert story.incident.false_alarm
    assert not story.incident.open
    assert story.incident.restored_at is None
    assert decision.rings_at is None


def test_a_false_alarm_that_was_none_can_be_reopened() -> None:
    story = declared()
    story.does(5, BOB, lambda i, now: endings.false_alarm(i, now, ""))
    _reopen(story, 9)
    assert not story.incident.false_alarm
    assert story.incident.open
