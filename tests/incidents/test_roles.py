"""*I'm on it*, and roles: one taker wins, the other is told who."""

from __future__ import annotations

import pytest

from incidents import decisions, endings
from incidents.errors import AlreadyTaken, Refused
from incidents.facts import Acknowledged, RoleAssigned
from incidents.roles import BUILT_IN, Role
from incidents.work import Invite
from tests.incidents.story import ALICE, BOB, CAROL, Story, declared, minute, told


def _take(story: Story, at: float, by: str, role: Role = Role.COMMANDER) -> None:
    story.does(
        at, {"alice": ALICE, "bob": BOB, "carol": CAROL}[by], lambda i, now: decisions.take(i, now, role)
    )


def test_whoever_takes_a_free_role_has_it_and_is_invited() -> None:
    story = declared()
    _take(story, 2, "bob")
    assert story.incident.commander == BOB
    assert Invite((BOB,)) in story.decision.follow_ups
    assert told(story.decision) == [RoleAssigned(Role.COMMANDER, BOB)]


def test_of_two_who_take_a_role_the_first_wins_and_the_other_is_told_who_it_is() -> None:
    story = declared()
    _take(story, 2, "bob")
    with pytest.raises(AlreadyTaken) as refusal:
        _take(story, 2, "carol")
    assert story.incident.commander == BOB
    assert refusal.value.person == BOB
    assert "bob was first and is incident commander of INC-2026-001" in str(refusal.value)


def test_taking_a_role_twice_changes_nothing() -> None:
    story = declared()
    _take(story, 2, "bob")
    with pytest.raises(Refused, match="bob is incident commander of INC-2026-001 already"):
        _take(story, 3, "bob")


def test_an_assigned_role_changes_hands_and_the_record_knows_from_whom() -> None:
    story = declared()
    _take(story, 2, "bob")
    story.does(5, ALICE, lambda i, now: decisions.assign(i, now, Role.COMMANDER, CAROL))
    assert story.incident.commander == CAROL
    assert told(story.decision) == [RoleAssigned(Role.COMMANDER, CAROL, before=BOB)]


def test_the_time_to_command_counts_to_the_first_commander() -> None:
    story = declared()
    _take(story, 2, "bob")
    story.does(5, ALICE, lambda i, now: decisions.assign(i, now, Role.COMMANDER, CAROL))
    assert story.incident.commanded_at == minute(2)


def test_another_role_is_not_a_command() -> None:
    story = declared()
    _take(story, 2, "bob", Role.SCRIBE)
    assert story.incident.commanded_at is None
    assert story.incident.commander is None


def test_one_person_may_hold_several_roles() -> None:
    story = declared()
    _take(story, 2, "bob")
    _take(story, 3, "bob", Role.COMMUNICATIONS)
    assert story.incident.roles == {Role.COMMANDER: BOB, Role.COMMUNICATIONS: BOB}


def test_the_first_who_is_on_it_sets_the_time_and_every_other_is_named_too() -> None:
    story = declared()
    story.does(3, BOB, decisions.acknowledge)
    story.does(4, CAROL, decisions.acknowledge)
    assert story.incident.acknowledged_at == minute(3)
    assert story.incident.responders == (BOB, CAROL)
    assert told(story.decision) == [Acknowledged()]
    assert Invite((CAROL,)) in story.decision.follow_ups


def test_pressing_im_on_it_twice_says_nothing_twice() -> None:
    story = declared()
    story.does(3, BOB, decisions.acknowledge)
    with pytest.raises(Refused, match="You are on INC-2026-001 already"):
        story.does(4, BOB, decisions.acknowledge)


def test_taking_command_does_not_acknowledge_and_an_update_does_not_either() -> None:
    story = declared()
    _take(story, 2, "bob")
    story.does(3, BOB, decisions.nothing_new)
    assert story.incident.acknowledged_at is None


@pytest.mark.parametrize("role", BUILT_IN, ids=lambda role: role.key)
def test_after_the_end_no_role_is_taken_and_the_way_back_is_named(role: Role) -> None:
    story = declared()
    _take(story, 1, "carol", role)
    story.does(9, ALICE, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    with pytest.raises(Refused, match=r"is resolved.*/incident reopen INC-2026-001"):
        _take(story, 10, "bob", role)
    with pytest.raises(Refused, match="is resolved"):
        story.does(10, BOB, decisions.acknowledge)
