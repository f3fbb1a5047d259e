"""Status updates, notes and the service: what they change and what they keep."""

from __future__ import annotations

import pytest

from incidents import decisions, endings
from incidents.decisions import News
from incidents.ending_facts import Relapsed, ServiceRestored
from incidents.errors import InvalidText, Refused
from incidents.facts import NoteAdded, ServiceNamed, UpdatePosted
from incidents.model import Status
from incidents.values import Quote
from incidents.work import Board, Decision, Redraw
from tests.incidents.story import BOB, Story, declared, minute, told


def _post(story: Story, at: float, news: News) -> Decision:
    return story.does(at, BOB, lambda i, now: decisions.update(i, now, news))


def test_an_update_changes_what_it_says_and_keeps_the_rest() -> None:
    story = declared()
    _post(story, 2, News(Status.IDENTIFIED, "checkout fails", "rolling back"))
    _post(story, 5, News(actions="rolled back"))
    incident = story.incident
    assert (incident.status, incident.impact, incident.actions) == (
        Status.IDENTIFIED,
        "checkout fails",
        "rolled back",
    )
    assert incident.last_update_at == minute(5)


def test_an_update_may_clear_a_field() -> None:
    story = declared()
    _post(story, 2, News(impact="checkout fails"))
    _post(story, 3, News(impact=""))
    assert story.incident.impact == ""


def test_an_update_is_told_with_the_next_due_time() -> None:
    decision = _post(declared(), 2, News(Status.MITIGATING, "checkout fails", "rolling back"))
    assert told(decision) == [UpdatePosted(Status.MITIGATING, "checkout fails", "rolling back", minute(17))]


def test_nothing_new_repeats_what_was_said_and_says_so() -> None:
    story = declared()
    _post(story, 2, News(impact="checkout fails"))
    decision = story.does(9, BOB, decisions.nothing_new)
    assert told(decision) == [
        UpdatePosted(Status.INVESTIGATING, "checkout fails", "", minute(24), unchanged=True)
    ]


def test_the_status_is_so_since_it_changed() -> None:
    story = declared()
    _post(story, 2, News(Status.IDENTIFIED))
    _post(story, 9, News(Status.IDENTIFIED, actions="still at it"))
    assert story.incident.status_since == minute(2)


def test_the_next_update_can_be_promised_earlier_but_not_later_than_the_cadence() -> None:
    story = declared()
    _post(story, 2, News(next_due=minute(8)))
    assert story.due == 8
    with pytest.raises(InvalidText, match="SEV1 asks for one every 15 min"):
        _post(story, 3, News(next_due=minute(18.1)))
    assert story.due == 8
    _post(story, 3, News(next_due=minute(18)))
    assert story.due == 18


def test_the_topic_is_set_anew_only_if_the_status_changes() -> None:
    story = declared()
    assert Redraw(Board.TOPIC) not in _post(story, 2, News(actions="looking")).follow_ups
    assert Redraw(Board.TOPIC) in _post(story, 3, News(Status.IDENTIFIED)).follow_ups


def test_a_next_update_in_the_past_is_refused() -> None:
    with pytest.raises(InvalidText, match="cannot be due in the past"):
        _post(declared(), 5, News(next_due=minute(5)))


def test_a_level_without_a_cadence_keeps_any_promise() -> None:
    story = declared(severity="SEV3")
    _post(story, 5, News(next_due=minute(600)))
    assert story.due == 600
    _post(story, 6, News(actions="looking"))
    assert story.due is None


def test_an_update_cannot_resolve() -> None:
    with pytest.raises(Refused, match=r"cannot resolve.*\*Resolve\*"):
        _post(declared(), 5, News(Status.RESOLVED))


def test_the_status_monitoring_says_that_the_service_is_restored_and_begins_the_watch() -> None:
    story = declared()
    decision = _post(story, 20, News(Status.MONITORING, actions="rolled back"))
    assert told(decision) == [
        UpdatePosted(Status.MONITORING, "", "rolled back", minute(35)),
        ServiceRestored(minute(35)),
    ]
    assert story.incident.restored_at == minute(20)
    with pytest.raises(Refused, match="being watched until 10:35 UTC"):
        story.does(30, BOB, lambda i, now: endings.resolve(i, now, "fixed", ""))


def test_an_update_during_the_watch_does_not_begin_it_again() -> None:
    story = declared()
    story.does(20, BOB, endings.restored)
    _post(story, 25, News(Status.MONITORING, actions="error rate is normal"))
    assert story.incident.monitor_until == minute(35)
    assert story.incident.restored_at == minute(20)


def test_an_update_that_leaves_monitoring_says_that_it_failed_again_and_ends_the_watch() -> None:
    story = declared()
    story.does(20, BOB, endings.restored)
    decision = _post(story, 25, News(Status.IDENTIFIED))
    assert Relapsed("") in told(decision)
    assert story.incident.status is Status.IDENTIFIED
    assert (story.incident.monitor_until, story.incident.restored_at) == (None, None)
    assert story.rings_at == 35


@pytest.mark.parametrize("news", [News(impact="x" * 2001), News(actions="x" * 2001)])
def test_a_text_that_is_too_long_is_refused_with_its_length_and_changes_nothing(news: News) -> None:
    story = declared()
    with pytest.raises(InvalidText, match=r"ha(s|ve) 2,001 characters; 2,000 is the most"):
        _post(story, 5, news)
    assert story.incident.last_update_at is None


def test_after_the_end_no_update_is_taken() -> None:
    story = declared()
    story.does(5, BOB, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    with pytest.raises(Refused, match="is resolved"):
        _post(story, 6, News(actions="x"))


def test_a_note_is_kept_also_after_the_end_and_moves_no_clock() -> None:
    story = declared()
    story.does(5, BOB, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    decision = story.does(
        6, BOB, lambda i, now: decisions.note(i, now, " cache was cold ", Quote(link="https://x"))
    )
    assert decision.facts == (NoteAdded("cache was cold", "https://x"),)
    assert decision.rings_at is None


def test_an_empty_note_is_refused() -> None:
    with pytest.raises(InvalidText, match="The note is empty"):
        declared().does(6, BOB, lambda i, now: decisions.note(i, now, "\n", Quote()))


def test_a_service_named_later_is_told_and_shown() -> None:
    story = declared()
    decision = story.does(6, BOB, lambda i, now: decisions.name_service(i, now, "payments"))
    assert told(decision) == [ServiceNamed("payments")]
    assert Redraw(Board.CARD) in decision.follow_ups
    with pytest.raises(Refused, match="is about payments already"):
        story.does(7, BOB, lambda i, now: decisions.name_service(i, now, "payments"))
