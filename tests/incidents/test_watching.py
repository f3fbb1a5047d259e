"""The watch over a restored service: looks of its probes, a relapse that they find, and the exit criteria."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidents import decisions, endings, watching
from incidents.ending_facts import NoProbes, Relapsed, WatchEnded, WatchLooked
from incidents.evidence import Health
from incidents.facts import Fact
from incidents.model import PersonId, Status
from incidents.moment import Moment
from incidents.roles import Role
from incidents.values import Looks
from incidents.watching import Exit
from incidents.work import Board, Decision, Redraw, Watch
from tests.incidents.story import BOB, Story, declared, minute, told

FULL = "47 of 47 slots are taken."


def _restored(severity: str = "SEV3", service: str | None = "payments") -> Story:
    story = declared(severity=severity, service=service)
    story.does(20, BOB, endings.restored)
    return story


def _seen(health: Health, sentence: str = FULL) -> WatchLooked:
    return WatchLooked("payments", health.value, sentence)


def _begun(story: Story, at: float) -> list[Watch]:
    """The looks that begin at that minute."""
    decision = story.rings(at)
    return [work for work in decision.follow_ups if isinstance(work, Watch)] if decision else []


def _answered(story: Story, at: float, seen: WatchLooked | None, *, begun: float | None = None) -> Decision:
    """The answer comes at that minute to the look begun then."""
    now = Moment(minute(at), None, story.policy)
    since = minute(at if begun is None else begun)
    return story.take(watching.looked(story.incident, now, since, seen), at, None)


def _looks(story: Story, at: float, health: Health) -> Decision:
    """A look begins at that minute and is answered in it."""
    assert _begun(story, at)
    return _answered(story, at, _seen(health))


def _facts(story: Story, kind: type[Fact]) -> list[Fact]:
    return [entry.fact for entry in story.entries if isinstance(entry.fact, kind)]


def test_probes_look_at_once_and_then_as_often_as_the_policy_says() -> None:
    story = _restored()
    for at in (20, 25, 30):
        assert story.rings_at == at
        assert _begun(story, at) == [Watch("payments", minute(at))]
        _answered(story, at, _seen(Health.OK, "All is well."))
    assert story.rings_at == 35
    assert told(story.rings(35)) == [WatchEnded(looks=3, fine=3)]
    assert story.rings(40) is None


def test_a_look_begins_once_and_says_nothing_by_itself() -> None:
    story = _restored()
    decision = story.rings(20)
    assert decision
    assert decision.follow_ups == (Watch("payments", minute(20)),)
    assert story.rings(20) is None


def test_looks_missed_while_nobody_was_running_are_one() -> None:
    story = _restored()
    assert _begun(story, 32) == [Watch("payments", minute(32))]
    assert story.rings_at == 35


def test_a_watch_that_nobody_ran_through_ends_without_a_look() -> None:
    story = _restored()
    assert _begun(story, 60) == []
    assert story.entries[-1].fact == WatchEnded()


def test_a_fine_look_is_recorded_and_shown_but_not_said() -> None:
    decision = _looks(_restored(), 20, Health.OK)
    assert decision.facts == (_seen(Health.OK),)
    assert decision.follow_ups == (Redraw(Board.CARD),)


def test_a_critical_look_is_said_and_looked_at_again_after_a_minute() -> None:
    story = _restored()
    assert told(_looks(story, 20, Health.CRITICAL)) == [_seen(Health.CRITICAL)]
    assert story.incident.status is Status.MONITORING
    assert story.rings_at == 21


def test_two_critical_looks_in_a_row_are_a_relapse() -> None:
    story = _restored("SEV1")
    _looks(story, 20, Health.CRITICAL)
    decision = _looks(story, 21, Health.CRITICAL)
    assert decision.facts == (_seen(Health.CRITICAL), Relapsed(FULL))
    assert told(decision) == [Relapsed(FULL)]
    assert story.incident.status is Status.INVESTIGATING
    assert (story.incident.restored_at, story.incident.looks) == (None, None)
    assert (story.due, story.rings_at) == (36, 31)


def test_a_verdict_longer_than_a_reason_still_relapses() -> None:
    story = _restored()
    for at in (20, 21):
        assert _begun(story, at)
        _answered(story, at, _seen(Health.CRITICAL, "x" * 5000))
    assert story.incident.status is Status.INVESTIGATING


def test_a_second_look_that_is_fine_is_said_and_the_watch_goes_on() -> None:
    story = _restored()
    _looks(story, 20, Health.CRITICAL)
    assert told(_looks(story, 21, Health.OK)) == [_seen(Health.OK)]
    assert story.rings_at == 26
    assert told(_looks(story, 26, Health.CRITICAL)) == [_seen(Health.CRITICAL)]
    assert story.incident.status is Status.MONITORING


@pytest.mark.parametrize("health", [Health.UNKNOWN, Health.WARN])
def test_what_cannot_be_seen_or_is_a_warning_is_neither_fine_nor_a_relapse(health: Health) -> None:
    story = _restored()
    for at in (20, 25, 30):
        assert told(_looks(story, at, health)) == []
    assert told(story.rings(35)) == [WatchEnded(looks=3, fine=0)]


def test_critical_and_unseen_by_turns_is_no_relapse() -> None:
    story = _restored()
    _looks(story, 20, Health.CRITICAL)
    _looks(story, 21, Health.UNKNOWN)
    _looks(story, 26, Health.CRITICAL)
    assert story.incident.status is Status.MONITORING


def test_the_watch_lasts_until_a_critical_look_was_looked_at_again() -> None:
    story = _restored()
    _looks(story, 34.5, Health.CRITICAL)
    assert told(story.rings(35)) == []
    _looks(story, 35.5, Health.CRITICAL)
    assert story.incident.status is Status.INVESTIGATING


def test_an_answer_after_the_end_counts_until_the_all_clear() -> None:
    story = _restored()
    assert _begun(story, 34.9)
    story.rings(35)
    _answered(story, 35.1, _seen(Health.CRITICAL), begun=34.9)
    _looks(story, 36.1, Health.CRITICAL)
    assert story.incident.status is Status.INVESTIGATING


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    story = _restored()
    _looks(story, 20, Health.OK)
    before = story.incident
    assert _answered(story, 21, _seen(Health.CRITICAL), begun=20).facts == ()
    assert _answered(story, 21, _seen(Health.CRITICAL), begun=19).facts == ()
    assert story.incident == before


def test_a_look_that_is_under_way_is_void_after_a_relapse_and_after_the_all_clear() -> None:
    relapsed, resolved = _restored(), _restored()
    for story in (relapsed, resolved):
        assert _begun(story, 20)
    relapsed.does(20.1, BOB, lambda i, now: endings.relapse(i, now, ""))
    relapsed.does(20.2, BOB, endings.restored)
    resolved.does(20.1, BOB, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    for story in (relapsed, resolved):
        before = story.incident
        assert _answered(story, 20.3, _seen(Health.CRITICAL), begun=20).facts == ()
        assert story.incident == before


@pytest.mark.parametrize("service", ["payments", None])
def test_without_a_probe_the_room_is_told_once_and_the_watch_runs_without(service: str | None) -> None:
    story = _restored(service=service)
    assert _begun(story, 20) == [Watch(service, minute(20))]
    assert told(_answered(story, 20, None)) == [NoProbes(service)]
    assert story.rings_at == 35
    assert told(story.rings(35)) == [WatchEnded()]
    assert _facts(story, NoProbes) == [NoProbes(service)]


def test_a_service_named_during_the_watch_is_looked_at_from_then_on() -> None:
    story = _restored(service=None)
    assert _begun(story, 20)
    _answered(story, 20, None)
    story.does(22, BOB, lambda i, now: decisions.name_service(i, now, "search"))
    assert _begun(story, 22) == [Watch("search", minute(22))]


def test_an_answer_about_a_service_that_was_named_before_is_void() -> None:
    story = _restored()
    assert _begun(story, 20)
    story.does(20.1, BOB, lambda i, now: decisions.name_service(i, now, "search"))
    assert _answered(story, 20.2, _seen(Health.CRITICAL), begun=20).facts == ()


def test_a_watch_from_before_there_were_looks_ends_as_it_did() -> None:
    story = _restored()
    bare = story.incident.restored(minute(20), timedelta(minutes=15))
    story.incident = type(bare)(**{name: getattr(bare, name) for name in bare.__slots__} | {"looks": None})
    assert story.rings(20) is None
    assert told(story.rings(35)) == [WatchEnded()]


def _met(story: Story) -> set[Exit]:
    return {c.exit for c in watching.criteria(story.incident) if c.health is Health.OK}


def test_the_exit_criteria_are_met_one_after_another() -> None:
    story = declared(severity="SEV3", service="payments")
    assert _met(story) == set()
    story.does(10, BOB, decisions.nothing_new)
    story.does(20, BOB, endings.restored)
    assert _met(story) == {Exit.RESTORED}
    story.does(21, BOB, lambda i, now: decisions.assign(i, now, Role.COMMANDER, PersonId("carol")))
    story.does(22, BOB, decisions.nothing_new)
    assert _met(story) == {Exit.RESTORED, Exit.COMMANDER, Exit.UPDATE}
    _looks(story, 25, Health.OK)
    story.rings(35)
    assert _met(story) == set(Exit)


def test_the_probes_speak_for_themselves_among_the_criteria() -> None:
    story = _restored()
    _looks(story, 20, Health.WARN)
    assert {c.exit: c.health for c in watching.criteria(story.incident)}[Exit.PROBES] is Health.WARN


def test_looks_begin_anew_with_each_watch() -> None:
    story = _restored()
    _looks(story, 20, Health.CRITICAL)
    story.does(20.5, BOB, lambda i, now: endings.relapse(i, now, ""))
    story.does(30, BOB, endings.restored)
    assert story.incident.looks == Looks(minute(30))
