"""Command changes hands with a written state of play and an acknowledgement; experts join."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidents import decisions, endings, handovers
from incidents.errors import InvalidText, Refused
from incidents.facts import ExpertJoined, HandedOver, HandoverAccepted, HandoverWithdrawn, RoleAssigned
from incidents.model import PersonId
from incidents.roles import Role
from incidents.work import Invite
from tests.incidents.story import ALICE, BOB, CAROL, DAN, Story, declared, minute, told


def _commanded() -> Story:
    """Alice has command."""
    story = declared()
    story.does(1, ALICE, lambda i, now: decisions.take(i, now, Role.COMMANDER))
    return story


def _hands_over(story: Story, to: PersonId, by: PersonId = ALICE, state: str = "rolling back") -> None:
    story.does(5, by, lambda i, now: handovers.hand_over(i, now, to, state))


def _joins(story: Story, person: PersonId, subject: str) -> None:
    story.does(5, ALICE, lambda i, now: handovers.expert_joins(i, now, person, subject))


def test_until_it_is_accepted_the_old_commander_stays() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    assert (story.incident.commander, story.incident.handing_over_to) == (ALICE, BOB)
    assert told(story.decision) == [HandedOver(BOB, "rolling back")]
    assert story.decision.follow_ups[0] == Invite((BOB,))  # a mention calls only those who are in the room


def test_whoever_was_asked_takes_command_and_the_record_knows_both_facts() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    story.does(7, BOB, handovers.accept)
    assert (story.incident.commander, story.incident.handing_over_to) == (BOB, None)
    assert story.decision.facts == (RoleAssigned(Role.COMMANDER, BOB, ALICE), HandoverAccepted(ALICE))
    assert told(story.decision) == [HandoverAccepted(ALICE)]
    assert story.incident.commanded_at == minute(1)


def test_taking_command_that_is_offered_accepts_it() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    story.does(7, BOB, lambda i, now: decisions.take(i, now, Role.COMMANDER))
    assert story.incident.commander == BOB
    assert told(story.decision) == [HandoverAccepted(ALICE)]


def test_a_handover_that_is_withdrawn_can_no_longer_be_accepted() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    story.does(6, ALICE, handovers.withdraw)
    assert (story.incident.commander, story.incident.handing_over_to) == (ALICE, None)
    assert told(story.decision) == [HandoverWithdrawn(BOB)]
    with pytest.raises(Refused, match="any more"):
        story.does(7, BOB, handovers.accept)


def test_only_the_commander_withdraws_and_only_what_is_pending() -> None:
    story = _commanded()
    with pytest.raises(Refused, match="nothing to withdraw"):
        story.does(5, ALICE, handovers.withdraw)
    _hands_over(story, BOB)
    with pytest.raises(Refused, match="only they can hand it over"):
        story.does(6, BOB, handovers.withdraw)
    assert story.incident.handing_over_to == BOB


@pytest.mark.parametrize("by", [ALICE, CAROL])
def test_nobody_else_can_accept_and_is_told_who_can(by: PersonId) -> None:
    story = _commanded()
    _hands_over(story, BOB)
    with pytest.raises(Refused, match="bob was asked to take command of INC-2026-001"):
        story.does(6, by, handovers.accept)
    assert story.incident.commander == ALICE


def test_a_second_handover_replaces_the_first() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    _hands_over(story, CAROL)
    with pytest.raises(Refused, match="carol was asked"):
        story.does(6, BOB, handovers.accept)
    story.does(7, CAROL, handovers.accept)
    assert story.incident.commander == CAROL


def test_a_handover_is_accepted_once() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    story.does(6, BOB, handovers.accept)
    with pytest.raises(Refused, match="Nobody is handing over command"):
        story.does(6, BOB, handovers.accept)


def test_command_given_in_another_way_ends_what_was_pending() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    story.does(6, DAN, lambda i, now: decisions.assign(i, now, Role.COMMANDER, CAROL))
    assert story.incident.handing_over_to is None
    with pytest.raises(Refused, match="Nobody is handing over command"):
        story.does(7, BOB, handovers.accept)


def test_another_role_leaves_a_handover_pending() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    story.does(6, BOB, lambda i, now: decisions.take(i, now, Role.SCRIBE))
    assert story.incident.handing_over_to == BOB


def test_only_the_commander_hands_over() -> None:
    with pytest.raises(Refused, match="alice has command of INC-2026-001, so only they"):
        _hands_over(_commanded(), CAROL, by=BOB)
    with pytest.raises(Refused, match="has no commander yet"):
        _hands_over(declared(), CAROL)


def test_command_is_not_handed_to_whoever_has_it() -> None:
    with pytest.raises(Refused, match="You have command of INC-2026-001 already"):
        _hands_over(_commanded(), ALICE)


def test_a_handover_needs_a_state_of_play() -> None:
    with pytest.raises(InvalidText, match="The state of play is empty"):
        _hands_over(_commanded(), BOB, state=" ")


def test_the_end_ends_a_handover_too() -> None:
    story = _commanded()
    _hands_over(story, BOB)
    story.does(9, ALICE, lambda i, now: endings.resolve(i, now, "fixed", "seen by all"))
    assert story.incident.handing_over_to is None
    with pytest.raises(Refused, match="is resolved"):
        story.does(10, BOB, handovers.accept)


def test_many_experts_join_each_with_a_subject() -> None:
    story = declared()
    _joins(story, BOB, "database")
    _joins(story, CAROL, "network")
    assert story.incident.experts == {BOB: "database", CAROL: "network"}
    assert told(story.decision) == [ExpertJoined(CAROL, "network")]
    assert Invite((CAROL,)) in story.decision.follow_ups


def test_a_private_incident_is_known_to_experts_and_to_whoever_is_asked_to_take_command() -> None:
    story = _commanded()
    story.incident = replace(story.incident, private=True)
    assert not story.incident.known_to(BOB)
    _hands_over(story, BOB)
    _joins(story, CAROL, "database")
    assert [story.incident.known_to(person) for person in (BOB, CAROL, DAN)] == [True, True, False]


def test_an_expert_joins_a_subject_once_and_may_change_it() -> None:
    story = declared()
    _joins(story, BOB, "database")
    with pytest.raises(Refused, match="bob is an expert in INC-2026-001 already"):
        _joins(story, BOB, "database")
    _joins(story, BOB, "replication")
    assert story.incident.experts == {BOB: "replication"}
