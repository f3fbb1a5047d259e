"""Handovers, experts and corrected times, said in the room and shown on the card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import answers, facts
from handlers.messages.card import card
from handlers.messages.drawing import Drawing
from handlers.views import people as forms
from incidents import ending_facts as ends
from incidents import facts as f
from incidents.model import Incident, PersonId, RoomId
from incidents.notices import FactNotice
from incidents.roles import Role
from incidents.values import Clue, Milestone
from tests.handlers.checking import check, check_view, pressable, seen

Make = Callable[..., Incident]
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
ALICE, BOB, ERIN = PersonId("U0ALICE"), PersonId("U0BOB"), PersonId("U0ERIN")
LONG = "<&>" * 1000
BERLIN = ZoneInfo("Europe/Berlin")
ROOM = RoomId("C0ROOM")

EVERY: dict[str, f.Fact] = {
    "handed over": f.HandedOver(BOB, "The pool leaks.\nRolling back; watch the slots."),
    "accepted": f.HandoverAccepted(BOB),
    "not invited": f.NotInvited((BOB,), "they are a guest, and guests may not come here"),
    "withdrawn": f.HandoverWithdrawn(BOB),
    "who saw it": f.ClueNamed(Clue.DETECTED_BY, "Grafana alert <p99>"),
    "suspect corrected": f.ClueNamed(Clue.SUSPECT, "the pool", "the deploy of 14:02"),
    "expert": f.ExpertJoined(ERIN, "database"),
    "expert by themselves": f.ExpertJoined(ALICE, "network"),
    "time corrected": f.TimeCorrected(Milestone.BEGAN, NOON - timedelta(minutes=25), NOON),
    "time read in a zone": f.TimeCorrected(Milestone.BEGAN, NOON, zone="Europe/Paris"),
    "time given": f.TimeCorrected(Milestone.DETECTED, NOON),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_fact_about_people_and_times_is_said(
    name: str, an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    notice = FactNotice(an_incident(roles={Role.COMMANDER: ALICE}), EVERY[name], ALICE, NOON)
    assert check(facts.drawn(notice, drawing)) == snapshot


@pytest.mark.parametrize(
    "fact",
    [
        f.HandedOver(BOB, "&" * 3000),
        f.ExpertJoined(ERIN, LONG),
        f.NotInvited((BOB,) * 90, LONG),
        f.ClueNamed(Clue.SUSPECT, LONG, LONG),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_the_longest_texts_fit(fact: f.Fact, an_incident: Make, drawing: Drawing) -> None:
    check(facts.drawn(FactNotice(an_incident(title=LONG), fact, ALICE, NOON), drawing))


def test_a_correction_after_the_end_shows_the_times_anew(an_incident: Make, drawing: Drawing) -> None:
    over = an_incident(began_at=NOON - timedelta(minutes=25)).resolved(NOON + timedelta(hours=1), "fixed")
    notice = FactNotice(over, f.TimeCorrected(Milestone.BEGAN, NOON - timedelta(minutes=25)), BOB, NOON)
    told = seen(facts.drawn(notice, drawing))
    assert "*Time to detect:* 25 min" in told
    assert "`/incident report INC-2026-007`" in told


def test_the_card_says_that_command_is_being_handed_over(an_incident: Make, drawing: Drawing) -> None:
    pending = an_incident(roles={Role.COMMANDER: ALICE}, handing_over_to=BOB)
    told = seen(card(pending, drawing))
    assert "*Incident commander:* <@U0ALICE>, handing over to <@U0BOB>" in told
    assert "Hand over" in pressable(card(pending, drawing))


def test_without_a_commander_nothing_can_be_handed_over(an_incident: Make, drawing: Drawing) -> None:
    assert "Hand over" not in pressable(card(an_incident(responders=(BOB,)), drawing))


def test_experts_stand_on_one_line_of_the_card_and_under_the_roles(
    an_incident: Make, drawing: Drawing
) -> None:
    joined = an_incident(experts={ERIN: "database", BOB: "<network>"})
    line = "*Experts:* <@U0ERIN> (database), <@U0BOB> (&lt;network&gt;)"
    assert line in seen(card(joined, drawing))
    assert line in seen(answers.roles(joined, drawing))


def test_a_crowd_of_experts_fits(an_incident: Make, drawing: Drawing) -> None:
    crowd = an_incident(experts={PersonId(f"U0{n:03}"): LONG for n in range(90)})
    check(card(crowd, drawing))
    check(facts.drawn(FactNotice(crowd.resolved(NOON, "fixed"), ends.Resolved("fixed"), BOB, NOON), drawing))
    assert "and 78 more" in seen(card(crowd, drawing))


def test_the_card_shows_the_corrected_beginning(an_incident: Make, drawing: Drawing) -> None:
    began = NOON - timedelta(minutes=25)
    assert f"*Began:* <!date^{int(began.timestamp())}^" in seen(card(an_incident(began_at=began), drawing))


def test_the_form_of_a_handover_begins_with_what_was_said_last(
    an_incident: Make, snapshot: SnapshotAssertion
) -> None:
    incident = an_incident(impact="nobody can pay", actions="restarting")
    assert check_view(forms.hand_over(incident, ROOM, BOB)) == snapshot
    assert "Next: nothing agreed yet" in str(forms.hand_over(replace(incident, owed=None), ROOM).to_dict())


def test_the_form_of_what_was_noticed_shows_what_is_on_record(
    an_incident: Make, snapshot: SnapshotAssertion
) -> None:
    assert check_view(forms.clues(an_incident(clues={Clue.SUSPECT: "the pool"}), ROOM)) == snapshot


def test_the_card_shows_what_was_noticed_first_only_where_it_is_known(
    an_incident: Make, drawing: Drawing
) -> None:
    bare, known = an_incident(), an_incident(clues={Clue.DETECTED_BY: "a <alert>", Clue.SUSPECT: "the pool"})
    assert "Detected by" not in seen(card(bare, drawing))
    assert "suspect" not in seen(card(bare, drawing))
    for shown in (card(known, drawing), answers.status(known, drawing)):
        assert "*Detected by:* a &lt;alert&gt;\n*First suspect:* the pool" in seen(shown)
    check(card(an_incident(clues=dict.fromkeys(Clue, LONG)), drawing))


def test_the_form_of_a_time_says_the_zone_and_what_is_recorded(
    an_incident: Make, snapshot: SnapshotAssertion
) -> None:
    assert check_view(forms.time(an_incident(began_at=NOON), ROOM, BERLIN)) == snapshot


def test_the_forms_hold_the_longest_texts(an_incident: Make) -> None:
    longest = an_incident(title=LONG, impact=LONG, actions=LONG)
    check_view(forms.hand_over(longest, ROOM))
    check_view(forms.expert(longest, ROOM))
    check_view(forms.time(longest, ROOM, BERLIN))
    check_view(forms.clues(an_incident(clues=dict.fromkeys(Clue, LONG)), ROOM))
