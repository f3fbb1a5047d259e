"""What only the one who asked reads, the announcement, and the texts that they are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import answers, text
from handlers.messages.announcement import announcement
from handlers.messages.answers import Doubt
from handlers.messages.drawing import Drawing, sentence
from handlers.messages.notices import topic
from handlers.messages.parts import words
from incidents.errors import AlreadyTaken, Refused
from incidents.facts import Acknowledged, Entry, NoteAdded, RoleAssigned, Via
from incidents.model import Incident, IncidentId, MessageId, PersonId, Room, RoomId
from incidents.roles import Role
from tests.handlers.checking import check, pressable, seen

Make = Callable[..., Incident]
LONG = "<&>" * 1000


def test_an_announcement(an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion) -> None:
    assert check(announcement(an_incident(impact="nobody can pay"), drawing)) == snapshot


def test_an_announcement_follows_to_the_end(
    an_incident: Make, drawing: Drawing, noon: datetime, snapshot: SnapshotAssertion
) -> None:
    over = an_incident().resolved(noon + timedelta(hours=1), "The pool leaked.")
    assert check(announcement(over, drawing)) == snapshot


def test_a_private_incident_is_announced_without_what_it_is(an_incident: Make, drawing: Drawing) -> None:
    told = seen(announcement(an_incident(private=True, impact="secret"), drawing))
    assert "payments" not in told
    assert "secret" not in told
    assert "C0ROOM" not in told


def test_an_incident_in_a_thread_points_below(an_incident: Make, drawing: Drawing) -> None:
    room = Room(RoomId("C0INC"), "incidents", MessageId("1.0"))
    assert "goes on in the thread below" in seen(announcement(an_incident(room=room), drawing))


def test_the_longest_announcement_and_topic_fit(an_incident: Make, drawing: Drawing, noon: datetime) -> None:
    longest = an_incident(title=LONG, impact=LONG, service=LONG)
    check(announcement(longest, drawing))
    check(announcement(longest.resolved(noon, LONG), drawing))
    assert len(topic(longest, drawing)) <= 250


def test_a_doubt_has_a_button_for_each_meaning(an_incident: Make, snapshot: SnapshotAssertion) -> None:
    doubt = Doubt("update service is failing", "update", "Post update", "service is failing")
    message = answers.doubted(doubt, [an_incident()])
    assert check(message) == snapshot
    declare, update = "Declare an incident", "Post update in INC-2026-007 payments down"
    assert pressable(message) == [declare, update, "Neither"]
    likely = answers.doubted(replace(doubt, likely=True), [an_incident()])
    assert pressable(likely) == [update, declare, "Neither"]


def test_a_long_doubt_gives_the_text_back(an_incident: Make) -> None:
    doubt = Doubt("update " + "x" * 3000, "update", "Post update", "x" * 3000)
    message = answers.doubted(doubt, [an_incident()] * 5)
    check(message)
    assert "x" * 2900 in seen(message).replace("\n", "")


def test_lists_of_any_length_fit(an_incident: Make, drawing: Drawing) -> None:
    check(answers.listed([], drawing))
    check(answers.listed([an_incident(title=LONG)] * 80, drawing))
    check(answers.status(an_incident(title=LONG, impact=LONG, actions=LONG), drawing))
    check(answers.targets([f"target-{n}" * 20 for n in range(60)]))
    check(answers.help_text())


def test_a_timeline_names_people_and_times(
    an_incident: Make, drawing: Drawing, noon: datetime, snapshot: SnapshotAssertion
) -> None:
    entries = [
        Entry(IncidentId(7), noon, PersonId("U0BOB"), Via.BUTTON, Acknowledged()),
        Entry(IncidentId(7), noon, None, Via.CLOCK, RoleAssigned(Role.SCRIBE, PersonId("U0DAN"))),
        Entry(IncidentId(7), noon, PersonId("U0BOB"), Via.COMMAND, NoteAdded("<!channel> look")),
    ]
    message = answers.timeline(an_incident(), entries, drawing)
    assert check(message) == snapshot
    assert "&lt;!channel&gt; look" in seen(message)


def test_a_long_timeline_shows_its_end(an_incident: Make, drawing: Drawing, noon: datetime) -> None:
    entries = [
        Entry(IncidentId(7), noon, PersonId("U0BOB"), Via.COMMAND, NoteAdded(f"{n} " + "&" * 2000))
        for n in range(300)
    ]
    message = answers.timeline(an_incident(), entries, drawing)
    check(message)
    assert "earlier entries are left out" in seen(message)
    assert "noted: 299" in seen(message)


def test_an_error_names_people_as_slack_does() -> None:
    error = AlreadyTaken("{person} was first, not <!channel>.", person="U0BOB")
    assert sentence(error) == "<@U0BOB> was first, not &lt;!channel&gt;."
    assert check(words(sentence(Refused(LONG))))


@pytest.mark.parametrize("limit", [1, 5, 6, 50])
def test_a_cut_never_splits_an_escape(limit: int) -> None:
    cut = text.escaped("a&b<c>d" * 20, limit)
    assert len(cut) <= limit
    assert cut.endswith("…")
    assert not re.search(r"&(?!amp;|lt;|gt;)", cut)


def test_markup_is_never_cut_inside_a_mention() -> None:
    assert text.guarded("call <@U0ALICE> now", 10) == "call …"
    assert text.guarded("a &amp; b", 6) == "a …"


@pytest.mark.parametrize(
    ("who", "written"),
    [
        ("U0ALICE", "<@U0ALICE>"),
        ("S0PAYMENTS", "<!subteam^S0PAYMENTS>"),
        ("everyone", "<!channel>"),
        ("@carol", "@carol"),
        ("<!here>", "&lt;!here&gt;"),
    ],
)
def test_people_are_written_so_that_they_are_called(who: str, written: str) -> None:
    assert text.mention(who) == written
