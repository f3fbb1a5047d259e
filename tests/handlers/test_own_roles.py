"""A team's own roles, as they are drawn: on the card, in lists, in the form, and at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import answers, facts
from handlers.messages.card import card
from handlers.messages.drawing import Drawing
from handlers.views import forms
from incidents.ending_facts import Resolved
from incidents.evidence import Health
from incidents.model import Incident, PersonId, RoomId
from incidents.notices import FactNotice
from incidents.policy import Policy
from incidents.roles import BUILT_IN, Role
from incidents.values import Looks
from tests.handlers.checking import check, check_view, pressable, seen

Make = Callable[..., Incident]
BOB = PersonId("U0BOB")
LIAISON = Role("Customer liaison", "Speaks with customers, so that nobody else has to", ("liaison",))
LONGEST = tuple(Role(f"{number}{'&' * 38}x", "&" * 75) for number in range(6))


def _own(policy: Policy, *roles: Role) -> Policy:
    """With these roles; all of them must be filled at the worst severity."""
    worst, *rest = policy.severities
    needed = replace(worst, roles=(Role.COMMANDER, *roles))
    return replace(policy, severities=(needed, *rest), roles=(*BUILT_IN, *roles))


@pytest.fixture
def drawing(policy: Policy, drawing: Drawing) -> Drawing:
    return replace(drawing, policy=_own(policy, LIAISON))


def test_an_unfilled_role_stands_on_the_card_with_its_duty_and_whether_it_is_needed(
    an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    message = card(an_incident(), drawing)
    assert check(message) == snapshot
    told = seen(message)
    assert "*Customer liaison:* _nobody yet_ · needed at SEV1 · Speaks with customers" in told
    assert "*Incident commander:* _nobody yet_ · needed at SEV1" in told
    assert "*Scribe:* _nobody yet_\n" in told
    assert "needed at" not in seen(card(an_incident(severity="SEV2"), drawing))


def test_a_filled_role_stands_with_the_others_and_needs_nobody(an_incident: Make, drawing: Drawing) -> None:
    message = card(an_incident(roles={LIAISON: BOB}), drawing)
    assert "*Customer liaison:* <@U0BOB>" in seen(message)
    assert pressable(message).count("Take") == len(BUILT_IN)


def test_a_role_that_left_the_configuration_is_drawn_while_somebody_has_it(
    an_incident: Make, drawing: Drawing
) -> None:
    incident = an_incident(roles={Role("Night watch"): BOB})
    assert "*Night watch:* <@U0BOB>" in seen(card(incident, drawing))
    assert "*Night watch:* <@U0BOB>" in seen(answers.roles(incident, drawing))
    assert "Night watch" not in seen(card(an_incident(), drawing))


def test_the_end_names_the_roles_that_people_had(an_incident: Make, drawing: Drawing, noon: datetime) -> None:
    over = an_incident(roles={Role("Night watch"): BOB, LIAISON: BOB}).resolved(noon, "fixed")
    told = seen(facts.drawn(FactNotice(over, Resolved("fixed"), BOB, noon), drawing))
    assert "<@U0BOB> (Customer liaison, Night watch)" in told


def test_the_form_offers_a_teams_role_with_its_duty(
    an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    filled = an_incident(roles=dict.fromkeys(BUILT_IN, BOB))
    payload = check_view(forms.assign(filled, drawing, RoomId("C0ROOM")))
    assert payload == snapshot
    assert payload["blocks"][0]["element"]["initial_option"]["value"] == "Customer liaison"


def test_six_roles_with_the_longest_texts_leave_every_button_on_the_card(
    policy: Policy, an_incident: Make, drawing: Drawing, noon: datetime
) -> None:
    six = replace(drawing, policy=_own(policy, *LONGEST))
    longest = an_incident(
        title="<&>" * 1000,
        impact="&" * 2000,
        service=None,
        assumed=True,
        source="https://x.example/" + "p" * 900,
    )
    people = tuple(PersonId(f"U0{number:09}") for number in range(20))
    busy = replace(
        longest, responders=people, experts=dict.fromkeys(people, "&" * 200), acknowledged_at=noon
    ).restored(noon, timedelta(minutes=15))
    busy = replace(busy, looks=Looks(noon).answered(Health.WARN, "<&>" * 1000))
    for incident in (longest, busy, replace(busy, roles=dict.fromkeys(LONGEST, BOB))):
        message = card(incident, six)
        check(message)
        assert "left out here" not in seen(message)
        assert pressable(message)[-5:] == pressable(card(replace(incident, title="x"), drawing))[-5:]
    check(answers.roles(longest, six))
    check_view(forms.assign(longest, six, RoomId("C0ROOM")))
