"""Roles that a team adds: taken, given, read from words, and kept on record after they are gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidents import decisions, retrospective
from incidents.catalogue import Catalogue
from incidents.errors import AlreadyTaken, Refused
from incidents.facts import RoleAssigned
from incidents.roles import BUILT_IN, Role
from incidents.work import Invite, Tell
from tests.incidents.story import ALICE, BOB, CAROL, POLICY, declared, told

LIAISON = Role("Customer liaison", "Speaks with customers", ("liaison",))
CUSTOMER = Role("Customer", "Is one")
TEAM = replace(POLICY, roles=(*BUILT_IN, LIAISON, CUSTOMER))


def test_a_teams_role_is_taken_and_given_like_any_other() -> None:
    story = declared(policy=TEAM)
    story.does(1, BOB, lambda i, now: decisions.take(i, now, LIAISON))
    story.does(2, ALICE, lambda i, now: decisions.assign(i, now, LIAISON, CAROL))
    assert story.incident.roles == {LIAISON: CAROL}
    assert told(story.decision) == [RoleAssigned(LIAISON, CAROL, BOB)]


def test_of_two_who_take_a_teams_role_the_second_is_told_who_was_first() -> None:
    story = declared(policy=TEAM)
    story.does(1, BOB, lambda i, now: decisions.take(i, now, LIAISON))
    with pytest.raises(AlreadyTaken, match="bob was first and is Customer liaison of INC-2026-001"):
        story.does(1, CAROL, lambda i, now: decisions.take(i, now, LIAISON))


def test_the_invitation_goes_before_the_message_that_mentions_the_person() -> None:
    story = declared(policy=TEAM)
    story.does(1, ALICE, lambda i, now: decisions.assign(i, now, LIAISON, BOB))
    kinds = [type(work) for work in story.decision.follow_ups]
    assert kinds.index(Invite) < kinds.index(Tell)


def test_a_role_that_left_the_policy_is_kept_but_cannot_be_taken_any_more() -> None:
    story = declared(policy=TEAM)
    story.does(1, BOB, lambda i, now: decisions.take(i, now, LIAISON))
    story.policy = POLICY
    with pytest.raises(Refused, match=r"There is no role “Customer liaison”. Nothing was changed.* scribe\."):
        story.does(2, CAROL, lambda i, now: decisions.take(i, now, LIAISON))
    assert story.policy.roles_with(story.incident.roles) == (*BUILT_IN, LIAISON)
    draft = retrospective.draft(story.incident, story.entries, POLICY, Catalogue({}), str)
    assert "- Customer liaison: bob" in draft
    assert "bob became Customer liaison" in draft


def test_the_draft_names_a_teams_role_that_nobody_held() -> None:
    story = declared(policy=TEAM)
    draft = retrospective.draft(story.incident, story.entries, TEAM, Catalogue({}), str)
    assert "- Customer liaison: nobody" in draft


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("commander @bob", (Role.COMMANDER, "@bob")),
        ("Incident  Commander", (Role.COMMANDER, "")),
        ("tech lead <@U0BOB|bob>", (Role.TECHNICAL_LEAD, "<@U0BOB|bob>")),
        ("technical_lead me", (Role.TECHNICAL_LEAD, "me")),
        ("comms me", (Role.COMMUNICATIONS, "me")),
        ("LIAISON @bob", (LIAISON, "@bob")),
        ("customer-liaison @bob", (LIAISON, "@bob")),
        ("Customer liaison", (LIAISON, "")),
        ("customer @bob", (CUSTOMER, "@bob")),
        ("king @bob", None),
        ("", None),
        ("word " * 600, None),
    ],
)
def test_a_role_is_read_by_the_longest_of_its_names(line: str, found: tuple[Role, str] | None) -> None:
    assert TEAM.role_in(line) == found


def test_words_that_name_no_role_get_the_nearest_and_all() -> None:
    said = str(TEAM.unknown_role("liason @bob"))
    assert "There is no role “liason @bob”. Nothing was changed. Did you mean Customer liaison?" in said
    assert "The roles are: incident commander, technical lead, communications lead, scribe, Cust" in said
    assert "Did you mean" not in str(TEAM.unknown_role("@bob"))
