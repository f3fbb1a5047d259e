"""The update clock: reminded before, answered for at the due time, the next ones called after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from incidents import clocks, decisions, endings
from incidents.decisions import News
from incidents.facts import EVERYONE, UpdateAsked, UpdatePosted
from incidents.model import Status
from incidents.policy import Policy
from incidents.roles import Role
from incidents.work import Board, Invite, Redraw, Tell, TellAll, TellPerson
from tests.incidents.story import ALICE, BOB, CAROL, POLICY, Story, declared, minute, told


def _short(minutes: float) -> Policy:
    worst = replace(POLICY.severities[0], cadence=timedelta(minutes=minutes))
    return replace(POLICY, severities=(worst, *POLICY.severities[1:]))


def _commanded_by_bob(story: Story) -> Story:
    story.does(1, ALICE, lambda i, now: decisions.assign(i, now, Role.COMMANDER, BOB))
    return story


def test_until_five_minutes_before_the_due_time_the_clock_is_silent() -> None:
    assert declared().rings(9.99) is None


def test_five_minutes_before_the_due_time_somebody_is_reminded_who_can_still_snooze() -> None:
    story = declared()
    assert story.asked(10) == UpdateAsked(minute(15), (ALICE,), (), snoozable=True, epoch=1)
    assert story.rings_at == 15


def test_a_reminder_is_given_once() -> None:
    story = declared()
    story.rings(10)
    assert story.rings(10) is None
    assert story.rings(14.9) is None


def test_at_the_due_time_the_bot_posts_the_last_status_marked_automatic_and_reminds_again() -> None:
    story = declared()
    news = News(Status.IDENTIFIED, "checkout fails", "rolling back")
    story.does(1, BOB, lambda i, now: decisions.update(i, now, news))
    story.rings(11)
    decision = story.rings(16)
    assert decision is not None
    posted, asked = decision.facts
    assert posted == UpdatePosted(
        Status.IDENTIFIED, "checkout fails", "rolling back", minute(31), automatic=True, unchanged=True
    )
    assert isinstance(asked, UpdateAsked)
    assert story.incident.last_update_at == minute(16)
    assert told(decision) == [posted, asked]
    assert Redraw(Board.CARD) in decision.follow_ups


def test_after_an_automatic_update_the_human_one_is_still_owed() -> None:
    story = declared()
    story.rings(10)
    story.rings(15)
    assert story.due == 15
    assert story.rings_at == 20


def test_nobody_is_called_before_five_minutes_after_the_due_time() -> None:
    story = declared()
    assert story.asked(10).called == ()
    assert story.asked(15).called == ()


def test_calls_climb_from_the_commander_over_the_ladder_to_everyone() -> None:
    story = _commanded_by_bob(declared())
    story.does(1, ALICE, lambda i, now: decisions.assign(i, now, Role.COMMUNICATIONS, ALICE))
    called = [story.asked(at).called for at in (10, 15, 20, 25, 30, 45, 60)]
    assert called == [(), (), (BOB,), ("@carol",), ("@dan",), (EVERYONE,), (EVERYONE,)]


def test_a_commander_who_was_asked_already_is_not_called_as_the_next() -> None:
    story = _commanded_by_bob(declared())
    assert story.asked(10).people == (BOB,)
    assert [story.asked(at).called for at in (15, 20, 25)] == [(), ("@carol",), ("@dan",)]


def test_whoever_stands_on_the_ladder_as_well_is_called_once() -> None:
    story = declared(policy=replace(POLICY, ladder=("bob", "alice", "carol")))
    story.does(1, ALICE, lambda i, now: decisions.assign(i, now, Role.COMMANDER, BOB))
    story.does(1, ALICE, lambda i, now: decisions.assign(i, now, Role.COMMUNICATIONS, ALICE))
    story.rings(15)
    assert [story.asked(at).called for at in (20, 25, 30)] == [(BOB,), (CAROL,), (EVERYONE,)]


def test_without_commander_and_ladder_everyone_is_called() -> None:
    story = declared(policy=replace(POLICY, ladder=()))
    story.rings(15)
    assert story.asked(20).called == (EVERYONE,)


def test_communications_is_asked_before_the_commander_and_the_commander_before_the_declarer() -> None:
    assert declared().asked(10).people == (ALICE,)
    assert _commanded_by_bob(declared()).asked(10).people == (BOB,)
    story = _commanded_by_bob(declared())
    story.does(1, ALICE, lambda i, now: decisions.assign(i, now, Role.COMMUNICATIONS, CAROL))
    assert story.asked(10).people == (CAROL,)


def test_unanswered_the_bot_posts_again_at_every_cadence() -> None:
    story = declared()
    posts = [at for at in range(121) if story.heard(at, UpdatePosted)]
    assert posts == [15, 30, 45, 60, 75, 90, 105, 120]


def test_each_automatic_update_names_the_next_one() -> None:
    story = declared()
    story.rings(10)
    assert [story.posted(at).next_due for at in (15, 30, 45)] == [minute(30), minute(45), minute(60)]


@pytest.mark.parametrize("cadence", [1, 3, 5, 7, 10, 12, 15, 30, 240])
def test_no_silence_lasts_longer_than_the_cadence_and_the_next_rung(cadence: int) -> None:
    story = declared(policy=_short(cadence))
    posts = [at for at in range(8 * max(cadence, 15)) if story.heard(at, UpdatePosted)]
    gaps = [after - before for before, after in zip([0, *posts], posts, strict=False)]
    assert max(gaps) < cadence + 5


def test_with_a_cadence_of_ten_minutes_one_person_is_called_at_a_time() -> None:
    story = declared(policy=_short(10))
    heard = {at: story.heard(at, UpdateAsked) for at in range(41)}
    assert {at: asked[0].called for at, asked in heard.items() if asked} == {
        5: (),
        10: (),
        15: ("@carol",),
        20: ("@dan",),
        30: (EVERYONE,),
        40: (EVERYONE,),
    }


def test_each_call_names_those_who_were_asked_before_without_an_answer() -> None:
    story = declared()
    heard = [asked for at in range(31) for asked in story.heard(at, UpdateAsked) if asked.called]
    assert [asked.people for asked in heard] == [(ALICE,), (ALICE, "@carol"), (ALICE, "@carol", "@dan")]


def test_who_is_called_is_invited_before_the_room_is_told_and_called_alone_too() -> None:
    story = declared()
    story.rings(15)
    decision = story.rings(20)
    assert decision is not None
    kinds = [type(work) for work in decision.follow_ups]
    assert kinds[:3] == [Invite, Tell, TellPerson]
    assert decision.follow_ups[0] == Invite(("@carol",))


@pytest.mark.parametrize("private", [False, True])
def test_the_last_call_reaches_the_channel_of_announcements_unless_the_incident_is_private(
    *, private: bool
) -> None:
    story = declared()
    story.incident = replace(story.incident, private=private)
    decision = story.rings(30)
    assert decision is not None
    assert any(isinstance(work, TellAll) for work in decision.follow_ups) is not private


def test_with_a_cadence_of_ten_minutes_the_bot_posts_every_ten_minutes() -> None:
    story = declared(policy=_short(10))
    assert [at for at in range(51) if story.heard(at, UpdatePosted)] == [10, 20, 30, 40, 50]


def test_a_human_update_starts_the_clock_anew() -> None:
    story = declared()
    story.rings(10)
    story.does(12, BOB, decisions.nothing_new)
    assert (story.due, story.rings_at) == (27, 22)
    assert story.rings(15) is None


def test_a_reminder_is_void_once_somebody_has_answered() -> None:
    story = declared()
    decision = story.rings(10)
    assert decision is not None
    (tell,) = (work for work in decision.follow_ups if isinstance(work, Tell))
    assert tell.epoch == story.incident.epoch
    story.does(12, BOB, decisions.nothing_new)
    assert tell.epoch != story.incident.epoch


def test_an_automatic_update_is_no_answer_and_voids_no_reminder() -> None:
    story = declared()
    story.rings(10)
    before = story.incident.epoch
    story.rings(15)
    assert story.incident.epoch == before


def test_an_update_promised_within_five_minutes_is_not_reminded_of_at_once() -> None:
    story = declared()
    story.does(2, BOB, lambda i, now: decisions.update(i, now, News(next_due=minute(5))))
    assert story.rings_at == 5
    assert story.rings(2) is None
    assert story.posted(5).automatic


def test_rungs_missed_in_an_outage_are_taken_together_with_one_automatic_update() -> None:
    story = _commanded_by_bob(declared())
    decision = story.rings(200)
    assert decision is not None
    posted, asked = decision.facts
    assert isinstance(posted, UpdatePosted)
    assert isinstance(asked, UpdateAsked)
    assert posted.next_due == minute(210)
    assert asked.called == ("@carol", "@dan", EVERYONE)
    assert story.rings(200) is None
    assert story.rings_at == 210


def test_a_year_of_missed_rungs_is_still_one_reminder() -> None:
    story = declared()
    assert len(story.asked(365 * 24 * 60).called) == 3


def test_a_short_outage_after_the_reminder_brings_only_what_was_missed() -> None:
    story = declared()
    story.rings(10)
    assert story.asked(21).called == ("@carol",)
    assert story.asked(25).called == ("@dan",)


def test_a_clock_that_runs_behind_another_replicas_rings_nothing_twice() -> None:
    story = declared()
    story.rings(20)
    assert story.rings(15) is None


def test_sev3_owes_nothing_and_is_never_reminded() -> None:
    story = declared(severity="SEV3")
    assert story.rings(100_000) is None


def test_an_update_promised_for_a_sev3_is_owed_and_the_bot_posts_every_hour_after_it() -> None:
    story = declared(severity="SEV3")
    story.does(0, BOB, lambda i, now: decisions.update(i, now, News(next_due=minute(60))))
    assert story.asked(55).due == minute(60)
    assert [at for at in range(60, 300) if story.heard(at, UpdatePosted)] == [60, 120, 180, 240]


def test_a_resolved_incident_owes_no_update() -> None:
    story = declared()
    story.rings(20)
    story.does(21, BOB, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    assert (story.due, story.rings_at) == (None, None)
    assert story.rings(100_000) is None


def test_resolving_voids_the_reminders_still_to_be_said() -> None:
    story = declared()
    asked = story.asked(10)
    story.does(11, BOB, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    assert story.incident.epoch != asked.epoch


def test_what_follows_is_known_before_it_happens() -> None:
    story = _commanded_by_bob(declared())
    assert clocks.next_automatic(story.incident, POLICY) == minute(15)
    assert clocks.next_called(story.incident, POLICY) == "@carol"
    story.rings(20)
    assert clocks.next_automatic(story.incident, POLICY) == minute(30)
    assert clocks.next_called(story.incident, POLICY) == "@dan"


def test_where_nothing_is_owed_nothing_follows() -> None:
    incident = declared(severity="SEV3").incident
    assert clocks.next_automatic(incident, POLICY) is None
    assert clocks.next_called(incident, POLICY) is None
    with pytest.raises(ValueError, match="no update is owed"):
        clocks.rung_at(incident, POLICY, 0)
