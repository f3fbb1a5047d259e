"""The rules of standing checks: what turns a check, what holds it, what is said, and when it looks next."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from incidents.checking import BLIND_AFTER, LEASE, Around, begun, first_look, joined, known, looked
from incidents.checks import Check, CheckId, Seen, Standing, State, Turn, TurnKind
from incidents.errors import AlreadyTaken, Refused
from incidents.evidence import Health
from incidents.model import Incident, IncidentId, PersonId, Status
from incidents.work import ShowTurn

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ADA, BOB = PersonId("ada"), PersonId("bob")
API = CheckId("payments api")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
CHECK = Check(API, "payments", "payments api", 10 * SECOND, "SEV2", retry=10 * SECOND)
DAILY = replace(CHECK, every=timedelta(days=1), retry=MINUTE)
OK, WARN, BAD, BLIND = Health.OK, Health.WARN, Health.CRITICAL, Health.UNKNOWN


def an_incident(number: int = 1, **fields: object) -> Incident:
    bare = Incident(IncidentId(number), f"INC-2026-00{number}", "payments down", "SEV2", ADA, NOON)
    return replace(bare, service="payments", **fields)  # type: ignore[arg-type] # whatever fields it has


@dataclass
class Story:
    """A check's life, look by look; every look begins when it is due, or when it is told."""

    check: Check = CHECK
    at: datetime = NOON
    standing: Standing = field(default_factory=lambda: Standing(API, NOON))
    around: Around = field(default_factory=Around)
    shown: list[int] = field(default_factory=list)

    def sees(self, *healths: Health) -> Turn | None:
        """What these looks bring: the turn that lasts."""
        for health in healths:
            self.at = max(self.standing.looks_at, self.at)
            self.standing = begun(self.standing, self.at)
            seen = Seen(health, f"It is {health}.", "It is so.")
            judged = looked(self.standing, self.check, self.at, seen, self.around)
            self.standing = judged.standing
            self.shown += [work.number for work in judged.follow_ups if isinstance(work, ShowTurn)]
        return self.standing.current

    def sees_for(self, span: timedelta, *healths: Health) -> None:
        """The same looks again and again, for so long."""
        until = self.at + span
        while self.at < until:
            self.sees(*healths)


@pytest.fixture
def story() -> Story:
    return Story()


def test_two_bad_looks_are_not_enough_and_the_third_turns_it_with_the_first_as_its_onset(
    story: Story,
) -> None:
    assert story.sees(OK, BAD, BAD) is None
    first = story.standing.bad.since
    turn = story.sees(BAD)
    assert turn is not None
    assert (turn.number, turn.looks, turn.of, turn.began_at) == (1, 3, 3, first)
    assert story.standing.state is State.BAD
    assert story.shown == [1]


def test_a_good_look_in_between_counts_them_anew(story: Story) -> None:
    assert story.sees(BAD, BAD, OK, BAD, BAD) is None
    assert story.sees(BAD)


def test_it_says_nothing_more_while_it_stays_bad(story: Story) -> None:
    story.sees(BAD, BAD, BAD, BAD, BAD, BAD)
    assert story.shown == [1]


def test_bad_looks_must_last_as_long_as_is_asked_for() -> None:
    story = Story(replace(CHECK, bad_for=MINUTE))
    assert story.sees(BAD, BAD, BAD, BAD) is None
    story.sees(BAD, BAD, BAD)
    turn = story.standing.current
    assert turn is not None
    assert turn.turned_at - turn.began_at >= MINUTE
    assert turn.looks > 3


@pytest.mark.parametrize(("bad_from", "turned"), [(BAD, False), (WARN, True)])
def test_a_warning_is_bad_only_where_that_is_said(bad_from: Health, turned: bool) -> None:  # noqa: FBT001 - parametrized
    story = Story(replace(CHECK, bad_from=bad_from))
    assert (story.sees(WARN, WARN, WARN) is not None) is turned


def test_one_good_look_is_not_enough_and_the_second_ends_it_at_the_first(story: Story) -> None:
    story.sees(BAD, BAD, BAD)
    assert story.sees(OK)
    good_since = story.at
    assert story.sees(OK) is None
    turn = story.standing.turn
    assert turn is not None
    assert (turn.over, turn.recovered_at) == (True, good_since)
    assert (story.standing.state, story.standing.since) == (State.GOOD, good_since)
    assert story.shown == [1, 1]


def test_a_look_that_sees_nothing_speaks_neither_for_nor_against(story: Story) -> None:
    turn = story.sees(BAD, BLIND, BAD, BLIND, BAD)
    assert turn is not None
    assert (turn.looks, turn.of) == (3, 5)


def test_what_cannot_be_looked_at_is_said_once_after_a_while_and_when_it_can_be_again(story: Story) -> None:
    story.sees(OK)
    assert story.sees(BLIND, BLIND, BLIND) is None
    story.sees_for(BLIND_AFTER, BLIND)
    turn = story.standing.current
    assert turn is not None
    assert turn.kind is TurnKind.BLIND
    story.sees(BLIND, BLIND)
    assert story.shown == [1]
    assert story.sees(OK) is None
    assert story.standing.turn is not None
    assert story.standing.turn.recovered_at == story.at
    assert story.shown == [1, 1]


def test_a_bad_check_that_cannot_be_looked_at_stays_bad_and_says_so(story: Story) -> None:
    story.sees(BAD, BAD, BAD)
    story.sees_for(BLIND_AFTER + MINUTE, BLIND)
    turn = story.standing.bad_turn
    assert turn is not None
    assert turn.unseen_since is not None
    assert story.sees(OK)
    assert story.sees(OK) is None
    assert story.shown == [1, 1, 1, 1]


def test_a_blind_check_that_turns_bad_ends_one_turn_and_begins_another() -> None:
    story = Story(replace(CHECK, bad_after=1))
    story.sees_for(BLIND_AFTER + MINUTE, BLIND)
    turn = story.sees(BAD)
    assert turn is not None
    assert (turn.number, turn.kind) == (2, TurnKind.BAD)
    assert story.shown == [1, 1, 2]


def test_the_fourth_turn_within_half_an_hour_says_that_it_flaps_and_is_held_until_it_is_steady(
    story: Story,
) -> None:
    turning = (BAD, BAD, BAD, OK, OK)
    story.sees(*turning, *turning, *turning)
    assert [turn.number for turn in [story.standing.turn] if turn] == [3]
    turn = story.sees(BAD, BAD, BAD)
    assert turn is not None
    assert (turn.number, turn.flaps) == (4, 4)
    shown = list(story.shown)
    story.sees(*turning, *turning)
    story.sees_for(timedelta(minutes=25), OK)
    assert story.shown == shown, "nothing is said while it is held"
    story.sees_for(timedelta(minutes=10), OK)
    assert story.standing.state is State.GOOD
    assert story.shown == [*shown, 4]


def test_turns_that_lie_apart_are_no_flapping(story: Story) -> None:
    for _ in range(5):
        story.sees(BAD, BAD, BAD, OK, OK)
        story.sees_for(timedelta(minutes=15), OK)
    assert story.standing.turn is not None
    assert story.standing.turn.flaps == 0


def test_where_an_incident_is_open_the_turn_is_its_own(story: Story) -> None:
    story.around = Around(open=an_incident())
    turn = story.sees(BAD, BAD, BAD)
    assert turn is not None
    assert (turn.incident, turn.declared) == (1, False)


def test_an_incident_that_somebody_declares_meanwhile_is_about_the_turn(story: Story) -> None:
    story.sees(BAD, BAD, BAD)
    story.around = Around(open=an_incident())
    turn = story.sees(BAD)
    assert turn is not None
    assert turn.incident == 1
    assert story.shown == [1, 1]


def test_what_is_still_bad_after_the_end_of_its_incident_is_counted_and_proposed_anew(story: Story) -> None:
    story.around = Around(open=an_incident())
    story.sees(BAD, BAD, BAD)
    story.around = Around(covering=an_incident(status=Status.RESOLVED, resolved_at=NOON))
    assert story.sees(BAD) is None
    assert story.sees(BAD) is None
    turn = story.sees(BAD)
    assert turn is not None
    assert (turn.number, turn.incident) == (2, None)


def test_after_a_false_alarm_nothing_more_is_proposed_until_it_is_good_again(story: Story) -> None:
    story.around = Around(open=an_incident())
    story.sees(BAD, BAD, BAD)
    story.around = Around(covering=an_incident(status=Status.RESOLVED, resolved_at=NOON, false_alarm=True))
    turn = story.sees(BAD, BAD, BAD, BAD)
    assert turn is not None
    assert turn.number == 1
    assert story.sees(OK, OK) is None


def test_a_look_that_nobody_waits_for_any_more_changes_nothing(story: Story) -> None:
    story.sees(OK)
    late = looked(begun(story.standing, NOON + MINUTE), CHECK, NOON, Seen(BAD, "Late."), Around())
    assert late.standing.health is OK
    assert late.follow_ups == ()


def test_while_a_look_is_under_way_the_next_is_due_only_when_it_is_given_up_for_lost(story: Story) -> None:
    assert begun(story.standing, NOON).looks_at == NOON + LEASE


def test_a_daily_check_is_looked_at_again_within_a_minute_once_it_is_not_well() -> None:
    story = Story(DAILY)
    story.sees(OK)
    assert timedelta(days=1) <= story.standing.looks_at - story.at <= timedelta(days=1, seconds=30)
    for health in (BAD, BLIND, BAD, BAD, OK):
        story.sees(health)
        assert MINUTE <= story.standing.looks_at - story.at <= 1.1 * MINUTE


def test_new_checks_are_not_all_looked_at_in_the_same_moment() -> None:
    firsts = {first_look(replace(CHECK, id=CheckId(f"payments {n}")), NOON) for n in range(20)}
    assert len(firsts) > 15
    assert max(firsts) <= NOON + 10 * SECOND


def test_who_says_that_it_is_no_incident_is_kept_and_may_say_so_twice(story: Story) -> None:
    story.sees(BAD, BAD, BAD)
    judged = known(story.standing, 1, ADA, NOON)
    assert judged.standing.turn is not None
    assert (judged.standing.turn.known_by, judged.standing.turn.known_at) == (ADA, NOON)
    assert judged.follow_ups == (ShowTurn(API, 1),)
    assert known(judged.standing, 1, ADA, NOON + MINUTE).follow_ups == ()
    with pytest.raises(AlreadyTaken, match="ada said already"):
        known(judged.standing, 1, BOB, NOON)


def test_nothing_can_be_said_of_a_turn_that_is_over_or_that_an_incident_is_about(story: Story) -> None:
    with pytest.raises(Refused, match="does not stand so any more"):
        known(story.standing, 1, ADA, NOON)
    story.sees(BAD, BAD, BAD)
    taken = joined(story.standing, 1, IncidentId(7)).standing
    with pytest.raises(Refused, match="An incident is about"):
        known(taken, 1, ADA, NOON)
    story.sees(OK, OK)
    with pytest.raises(Refused, match="does not stand so any more"):
        known(story.standing, 1, ADA, NOON)


def test_an_incident_declared_from_a_turn_is_about_it_also_when_it_is_over_by_then(story: Story) -> None:
    story.sees(BAD, BAD, BAD, OK, OK)
    judged = joined(story.standing, 1, IncidentId(7))
    assert judged.standing.turn is not None
    assert (judged.standing.turn.incident, judged.standing.turn.declared) == (7, True)
    assert joined(judged.standing, 1, IncidentId(8)).follow_ups == ()
    assert joined(story.standing, 2, IncidentId(7)).follow_ups == ()
