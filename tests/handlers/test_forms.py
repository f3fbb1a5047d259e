"""Forms as they are drawn, and lines as they are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages.drawing import Drawing
from handlers.verbs import progress, table
from handlers.verbs.progress import Update
from handlers.views import forms, notes
from handlers.views.forms import Form, News
from incidents.errors import InvalidText
from incidents.model import Incident, RoomId, Status
from incidents.values import Quote
from tests.handlers.checking import check_view

Make = Callable[..., Incident]
ROOM = RoomId("C0ROOM")
LONG = "<&>" * 1000


def test_the_form_that_declares(drawing: Drawing, snapshot: SnapshotAssertion) -> None:
    assert check_view(forms.declare(drawing, ROOM)) == snapshot


def test_the_form_of_an_update(an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion) -> None:
    news = News(Status.IDENTIFIED, "nobody pays", "restarting")
    assert check_view(forms.update(an_incident(), drawing, news, ROOM)) == snapshot


def test_every_form_holds_the_longest_texts(an_incident: Make, drawing: Drawing, noon: datetime) -> None:
    longest = an_incident(title=LONG, impact=LONG, actions=LONG, service=None)
    link = "https://x.example/" + "p" * 3000
    check_view(forms.declare(drawing, ROOM, severity="SEV1", title=LONG, impact=LONG, source=link))
    check_view(forms.update(longest, drawing, News(Status.IDENTIFIED, LONG, LONG), ROOM, preview=LONG * 3))
    check_view(forms.resolve(longest, ROOM, watched=False, summary=LONG))
    check_view(forms.resolve(longest.restored(noon, timedelta(minutes=5)), ROOM, watched=False))
    check_view(forms.assign(longest, drawing, ROOM))
    check_view(forms.severity(longest, drawing, ROOM))
    check_view(forms.service(longest, drawing, ROOM))
    check_view(notes.note([longest] * 3, ROOM, LONG, Quote(LONG, noon, link)))
    for kind in (Form.RELAPSE, Form.REOPEN, Form.FALSE_ALARM):
        check_view(forms.reason(kind, longest, ROOM))


@pytest.mark.parametrize(
    ("line", "update"),
    [
        ("the pool leaks", Update(None, None, "the pool leaks", None)),
        ("identified: the pool leaks", Update(Status.IDENTIFIED, None, "the pool leaks", None)),
        ("Mitigating", Update(Status.MITIGATING, None, None, None)),
        (
            "identified impact nobody pays",
            Update(Status.IDENTIFIED, None, "impact nobody pays", None),
        ),
        (
            "impact: nobody pays; actions: restarting; next: in 1 h",
            Update(None, "nobody pays", "restarting", 60),
        ),
        ("status: monitoring\nnext: 20", Update(Status.MONITORING, None, None, 20)),
    ],
)
def test_an_update_is_read_from_a_line(line: str, update: Update) -> None:
    assert progress.read_update(line) == update


@pytest.mark.parametrize("line", ["next: tomorrow", "status: fine"])
def test_a_part_that_makes_no_sense_is_said(line: str) -> None:
    with pytest.raises(InvalidText, match="Nothing was posted"):
        progress.read_update(line)


def test_verbs_have_other_names_and_near_ones() -> None:
    assert table.verb("Acknowledge") is table.verb("ack")
    assert table.near("resovle") == "resolve"
    assert table.near("payments") == ""


@pytest.mark.parametrize("word", ["Deleted", "Export", "timer", "handler", "expired", "timeout"])
def test_a_word_that_begins_titles_is_no_verb_mistyped(word: str) -> None:
    assert table.near(word) == ""
