"""The kind of fix: said at once or afterwards, and how long the service is watched because of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from incidents import decisions, endings, fixes, watching
from incidents.ending_facts import FixNamed, ServiceRestored, WatchEnded, WatchLooked
from incidents.errors import Refused
from incidents.evidence import Health
from incidents.moment import Moment
from incidents.values import Fix
from incidents.work import Board, Decision, Redraw, Watch
from tests.incidents.story import BOB, POLICY, Story, declared, minute, told


def _restored(fix: Fix | None = None, severity: str = "SEV3") -> Story:
    story = declared(severity=severity, service="payments")
    _says(story, 20, fix)
    return story


def _says(story: Story, at: float, fix: Fix | None) -> Decision:
    return story.does(at, BOB, lambda i, now: fixes.restored(i, now, fix))


def _until(story: Story) -> float | None:
    until = story.incident.monitor_until
    return (until - minute(0)) / timedelta(minutes=1) if until else None


@pytest.mark.parametrize(("fix", "until"), [(None, 35), (Fix.ROLLBACK, 35), (Fix.FORWARD, 80)])
def test_a_fix_forward_is_watched_for_an_hour_anything_else_for_the_usual_time(
    fix: Fix | None, until: float
) -> None:
    story = _restored(fix)
    assert told(story.decision) == [ServiceRestored(minute(until), fix)]
    assert (_until(story), story.incident.fix) == (until, fix)


def test_the_hour_is_the_policys() -> None:
    policy = replace(POLICY, monitor_fix_forward=timedelta(minutes=90))
    story = declared(policy=policy)
    _says(story, 20, Fix.FORWARD)
    assert _until(story) == 110


def test_a_fix_said_afterwards_lengthens_the_watch_from_its_beginning() -> None:
    story = _restored()
    decision = _says(story, 22, Fix.FORWARD)
    assert told(decision) == [FixNamed(Fix.FORWARD, minute(80))]
    assert Redraw(Board.CARD) in decision.follow_ups
    assert told(story.rings(35)) == []
    assert told(story.rings(80)) == [WatchEnded()]


def test_during_the_longer_watch_the_all_clear_is_refused_and_the_probes_go_on_looking() -> None:
    story = _restored(Fix.FORWARD)
    with pytest.raises(Refused, match=r"watched until 11:20 UTC"):
        story.does(40, BOB, lambda i, now: endings.resolve(i, now, "fixed", ""))
    decision = story.rings(60)
    assert decision
    assert decision.follow_ups == (Watch("payments", minute(60)),)


def test_a_wrong_press_is_set_right_and_the_watch_is_as_long_as_it_would_have_been() -> None:
    story = _restored(Fix.FORWARD)
    assert told(_says(story, 22, Fix.ROLLBACK)) == [FixNamed(Fix.ROLLBACK, minute(35), before=Fix.FORWARD)]
    assert _until(story) == 35


def test_set_right_after_the_shorter_time_the_watch_ends_at_once() -> None:
    story = _restored(Fix.FORWARD)
    _says(story, 50, Fix.ROLLBACK)
    assert _until(story) == 50
    assert told(story.rings(50)) == [WatchEnded()]


def test_a_fix_forward_said_after_the_watch_begins_it_again_for_what_is_left_of_the_hour() -> None:
    story = _restored()
    assert told(story.rings(35)) == [WatchEnded()]
    _says(story, 40, Fix.FORWARD)
    assert _until(story) == 80
    decision = story.rings(40)
    assert decision
    assert decision.follow_ups == (Watch("payments", minute(40)),)


def test_a_fix_said_after_all_of_it_is_only_recorded() -> None:
    story = _restored()
    story.rings(35)
    assert told(_says(story, 90, Fix.FORWARD)) == [FixNamed(Fix.FORWARD)]
    assert _until(story) is None


def test_a_second_look_is_waited_for_whatever_the_fix() -> None:
    story = _restored(Fix.FORWARD)
    story.rings(49.5)
    seen = WatchLooked("payments", Health.CRITICAL.value, "No slot is free.")
    now = Moment(minute(49.5), None, story.policy)
    story.take(watching.looked(story.incident, now, minute(49.5), seen), 49.5, None)
    _says(story, 50, Fix.ROLLBACK)
    assert _until(story) == 51.5


def test_the_fix_of_a_resolved_incident_can_be_said_and_it_stays_resolved() -> None:
    story = _restored()
    story.does(40, BOB, lambda i, now: endings.resolve(i, now, "fixed", ""))
    assert told(_says(story, 900, Fix.ROLLBACK)) == [FixNamed(Fix.ROLLBACK)]
    assert (story.incident.fix, story.incident.open, story.rings_at) == (Fix.ROLLBACK, False, None)
    with pytest.raises(Refused, match="is resolved"):
        _says(story, 901, None)


def test_a_false_alarm_was_not_fixed() -> None:
    story = declared()
    story.does(10, BOB, lambda i, now: endings.false_alarm(i, now, ""))
    with pytest.raises(Refused, match="nothing was fixed"):
        _says(story, 11, Fix.ROLLBACK)


@pytest.mark.parametrize("fix", Fix)
def test_what_is_on_record_already_is_said(fix: Fix) -> None:
    with pytest.raises(Refused, match=f"on record already: a {fix.label}"):
        _says(_restored(fix), 21, fix)


def test_an_old_press_does_not_restore_a_service_that_failed_again() -> None:
    story = _restored()
    story.does(30, BOB, lambda i, now: endings.relapse(i, now, ""))
    with pytest.raises(Refused, match=r"is not restored, .*\*Service restored\*"):
        story.does(31, BOB, lambda i, now: fixes.name(i, now, Fix.FORWARD))


def test_a_fix_that_did_not_hold_is_forgotten_and_stays_on_the_timeline() -> None:
    relapsed, moved_on, reopened = (_restored(Fix.FORWARD) for _ in range(3))
    relapsed.does(30, BOB, lambda i, now: endings.relapse(i, now, ""))
    moved_on.does(30, BOB, lambda i, now: decisions.update(i, now, decisions.News(actions="again")))
    reopened.does(30, BOB, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    resolved = reopened.incident
    reopened.does(31, BOB, lambda i, now: endings.reopen(i, now, ""))
    fixes_known = [i.fix for i in (relapsed.incident, reopened.incident, moved_on.incident, resolved)]
    assert fixes_known == [None, None, Fix.FORWARD, Fix.FORWARD]
    assert any(entry.fact == ServiceRestored(minute(80), Fix.FORWARD) for entry in relapsed.entries)
