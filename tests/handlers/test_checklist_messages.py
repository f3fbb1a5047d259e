"""What is said of guided checklists: the list, one in each of its states, the card's line, the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import checklists, facts, notices
from handlers.messages.card import card
from handlers.messages.diagnosis import verdict
from handlers.messages.drawing import Drawing
from handlers.messages.watch import checklist as before_the_end
from incidents import checklist_facts as c
from incidents.checklists import Checklist, Guide, Guides, Step
from incidents.evidence import Cause, Confidence, Examination, Health
from incidents.model import Incident, PersonId, Status
from incidents.notices import ChecklistNotice, FactNotice, VerdictNotice
from incidents.ticking import MOST_STEPS
from incidents.work import ChecklistBoard
from tests.handlers.checking import check, pressable, seen
from tests.handlers.conftest import NOON

Make = Callable[..., Incident]
BOB = PersonId("U0BOB")
STEPS = ("Stop writing, say so.", "Write down the window (`/incident note 13:45 good`).", "Back up & look.")
LOSS = Guide("data-loss", "Data corruption", STEPS, "Hours.")
LIST = Checklist(1, LOSS.key, LOSS.title, tuple(map(Step, STEPS)), LOSS.expected)
ADDRESS = "https://workspace.example.com/archives/C0ROOM/p3"
EVERY: dict[str, c.ChecklistFact] = {
    "begun": c.ChecklistBegun(1, LOSS.title, STEPS),
    "ticked": c.StepTicked(1, LOSS.title, 1, STEPS[0]),
    "taken back": c.StepUnticked(1, LOSS.title, 1, STEPS[0]),
}


@pytest.mark.parametrize("done", range(4))
def test_a_checklist_says_what_is_done_by_whom_and_what_is_next(
    done: int, an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    shown = LIST
    for number in range(1, done + 1):
        shown = shown.with_step(number, BOB, NOON)
    message = notices.drawn(ChecklistNotice(an_incident(checklists=(shown,)), 1), drawing)
    assert check(message) == snapshot
    assert pressable(message) == ["Undo"] * done + ["Done"] * (3 - done)


def test_the_longest_checklist_of_the_longest_steps_fits(an_incident: Make, drawing: Drawing) -> None:
    steps = tuple(Step("&<" * 200) for _ in range(MOST_STEPS))
    long = Checklist(1, "k" * 200, "*T*" * 100, steps, "e" * 3000)
    message = notices.drawn(ChecklistNotice(an_incident(checklists=(long,)), 1), drawing)
    check(message)
    assert pressable(message) == ["Done"] * MOST_STEPS
    ticked = replace(long, steps=tuple(replace(step, by=BOB, at=NOON) for step in steps))
    assert "parts are left out" not in seen(
        notices.drawn(ChecklistNotice(an_incident(checklists=(ticked,)), 1), drawing)
    )


@pytest.mark.parametrize("name", EVERY)
def test_a_fact_is_said(name: str, an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion) -> None:
    assert check(facts.drawn(FactNotice(an_incident(), EVERY[name], BOB, NOON), drawing)) == snapshot


def test_every_kind_of_fact_is_among_them() -> None:
    assert {type(fact) for fact in EVERY.values()} == set(get_args(c.ChecklistFact))


def test_those_that_there_are_are_listed_and_one_that_was_begun_is_not_begun_twice(
    an_incident: Make, snapshot: SnapshotAssertion
) -> None:
    guides = (LOSS, replace(LOSS, key="disk-full", title="Disk full", steps=("Free space.",)))
    message = checklists.listed(an_incident(checklists=(LIST,)), guides)
    assert check(message) == snapshot
    assert pressable(message) == ["Start the checklist"]
    assert "There is no checklist" in seen(checklists.listed(an_incident(), ()))


def test_the_card_and_the_all_clear_name_one_that_is_not_done(an_incident: Make, drawing: Drawing) -> None:
    open_one = an_incident(checklists=(LIST.with_step(1, BOB, NOON),))
    message = card(open_one, drawing, {ChecklistBoard(1): ADDRESS})
    check(message)
    assert f"*Checklist:* Data corruption, 1 of 3 steps done. <{ADDRESS}|Open it>" in seen(message)
    watched = replace(open_one, status=Status.MONITORING)
    assert "Data corruption, 1 of 3 steps done" in before_the_end(watched).to_dict()["text"]["text"]
    done = LIST
    for number in (1, 2, 3):
        done = done.with_step(number, BOB, NOON)
    assert "Checklist" not in seen(card(an_incident(checklists=(done,)), drawing))


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({}, True),
        ({"checklists": (LIST,)}, False),
        ({"status": Status.RESOLVED}, False),
    ],
)
def test_a_verdict_leads_to_the_steps_of_its_runbook(
    an_incident: Make, fields: dict[str, object], *, offered: bool
) -> None:
    cause = Cause("DATA_LOSS", "Rows were lost.", Confidence.HIGH, runbook="data-loss.md")
    found = Examination("payments db", NOON, Health.CRITICAL, "Rows were lost.", causes=(cause,))
    notice = VerdictNotice(found, BOB, an_incident(**fields))
    message = verdict(notice, guides=Guides({LOSS.key: LOSS}))
    check(message)
    assert ("Start the checklist" in pressable(message)) is offered
    assert "Start the checklist" not in pressable(verdict(notice))
