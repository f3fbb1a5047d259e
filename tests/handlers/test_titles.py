"""A title full of Slack's marks reads the same wherever it stands, bold or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import answers, facts, text, updates
from handlers.messages.announcement import announcement
from handlers.messages.card import card
from handlers.messages.drawing import Drawing
from handlers.messages.parts import Message
from handlers.views import forms
from handlers.views.forms import Form
from incidents.ending_facts import Resolved
from incidents.facts import UpdatePosted
from incidents.model import Incident, PersonId, RoomId, Status
from incidents.notices import FactNotice
from tests.handlers.checking import check, check_view, seen
from tocsin_practice.page import mrkdwn
from tocsin_practice.page.viewer import Names, Viewer

Make = Callable[..., Incident]
HOSTILE = "checkout < & > *bold* `x` ~y~ _z_ pg_stat_activity"
SHOWN = "checkout &lt; &amp; &gt; \u2217bold\u2217 \u02cbx\u02cb \u223cy\u223c \u02cdz\u02cd pg_stat_activity"
BY = PersonId("U0BOB")


def _messages(incident: Incident, drawing: Drawing, noon: datetime) -> dict[str, Message]:
    over = incident.resolved(noon, "fixed")
    return {
        "announcement": announcement(incident, drawing),
        "reply": answers.declared(incident, drawing, 1.0),
        "list": answers.listed([incident], drawing),
        "status": answers.status(incident, drawing),
        "timeline": answers.timeline(incident, [], drawing),
        "update": updates.update(
            incident, UpdatePosted(Status.IDENTIFIED, "x", "y", None), BY, noon, drawing
        ),
        "all-clear": facts.drawn(FactNotice(over, Resolved("fixed"), BY, noon), drawing),
    }


def test_every_message_shows_the_title_as_it_was_typed(
    an_incident: Make, drawing: Drawing, noon: datetime, snapshot: SnapshotAssertion
) -> None:
    drawn = _messages(an_incident(title=HOSTILE), drawing, noon)
    for name, message in drawn.items():
        check(message)
        assert SHOWN in seen(message), name
    assert {name: seen(message) for name, message in drawn.items()} == snapshot


def test_the_card_and_a_form_show_it_too(an_incident: Make, drawing: Drawing) -> None:
    incident = an_incident(title=HOSTILE)
    assert HOSTILE in seen(card(incident, drawing))
    assert SHOWN in str(check_view(forms.reason(Form.REOPEN, incident, RoomId("C0ROOM"))))


@pytest.mark.parametrize("limit", [1, 5, 20, 40, 400])
def test_a_cut_title_is_within_its_limit(limit: int) -> None:
    assert len(text.title(HOSTILE, limit)) <= limit


def test_in_bold_nothing_else_is_emphasised() -> None:
    viewer = Viewer("U0ALICE", Names({}, {}, {}), 0.0, UTC)
    drawn = mrkdwn.draw(f"*{text.title(HOSTILE)}*", viewer)
    assert drawn == f"<strong>{SHOWN}</strong>"
