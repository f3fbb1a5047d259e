"""Each fact in words, as the shell, the files and the room read it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from incidents import ending_facts as ends
from incidents import facts as f
from incidents.check_facts import CheckRecovered, CheckTurned
from incidents.checklist_facts import ChecklistBegun, StepTicked, StepUnticked
from incidents.facts import Entry, Fact, Via
from incidents.mitigation_facts import MitigationFact
from incidents.model import IncidentId, PersonId, RoomId, Status
from incidents.roles import Role
from incidents.values import Clue, Fix, Milestone
from incidents.wording import duration, line, said
from tests.incidents.story import ALICE, BOB, minute

_FACTS: list[tuple[Fact, str]] = [
    (f.Declared("db down", "SEV1", False, None, "", False), "declared SEV1: db down"),  # noqa: FBT003 - as recorded
    (f.Declared("db down", "SEV2", True, None, "", False), "declared SEV2 (assumed): db down"),  # noqa: FBT003 - as recorded
    (f.RoomOpened(RoomId("C1"), "incident-1"), "opened #incident-1"),
    (
        f.RoomOpened(RoomId("C1"), "incidents", in_thread=True, refusal="only administrators may"),
        "went on in a thread of #incidents (only administrators may)",
    ),
    (f.AnnouncementFailed("incidents", "it is private"), "could not announce in #incidents: it is private"),
    (f.SeverityChanged("SEV2", "SEV1"), "changed SEV2 to SEV1"),
    (f.SeverityChanged("SEV2", "SEV2"), "confirmed SEV2"),
    (f.ServiceNamed("payments"), "named the service: payments"),
    (f.Acknowledged(), "is on it"),
    (f.RoleAssigned(Role.SCRIBE, BOB), "made Bob scribe"),
    (f.RoleAssigned(Role.COMMANDER, BOB, ALICE), "made Bob incident commander after Alice"),
    (f.RoleAssigned(Role("Customer liaison"), BOB), "made Bob Customer liaison"),
    (
        f.NotInvited((BOB, ALICE), "they are guests"),
        "could not bring Bob, Alice into the room: they are guests",
    ),
    (f.HandedOver(BOB, "rolling back"), "asked Bob to take command: rolling back"),
    (f.HandoverAccepted(ALICE), "accepted the handover of command"),
    (f.HandoverWithdrawn(BOB), "withdrew the handover of command to Bob"),
    (
        f.ClueNamed(Clue.DETECTED_BY, "Grafana alert", "a customer"),
        "recorded that it was detected by Grafana alert (before: a customer)",
    ),
    (
        f.ClueNamed(Clue.SUSPECT, "the 14:02 deploy"),
        "recorded that the first suspect was the 14:02 deploy",
    ),
    (f.ExpertJoined(BOB, "database"), "brought in Bob as an expert: database"),
    (
        f.TimeCorrected(Milestone.DETECTED, minute(-5), minute(-2)),
        "corrected when it was detected: 09:55 (before: 09:58)",
    ),
    (f.TimeCorrected(Milestone.BEGAN, minute(-5)), "recorded when it began: 09:55"),
    (
        f.UpdatePosted(Status.IDENTIFIED, "checkout fails", "rolling back", None),
        "posted an update (identified): rolling back",
    ),
    (
        f.UpdatePosted(Status.IDENTIFIED, "checkout fails", "", None),
        "posted an update (identified): checkout fails",
    ),
    (f.UpdatePosted(Status.IDENTIFIED, "", "", None), "posted an update (identified): status only"),
    (
        f.UpdatePosted(Status.INVESTIGATING, "x", "y", None, automatic=True, unchanged=True),
        "posted an automatic update (investigating): no new information",
    ),
    (f.UpdateAsked(minute(15), (ALICE,)), "reminded Alice of the update due 10:15"),
    (
        f.UpdateAsked(minute(15), (ALICE,), (BOB, "everyone")),
        "reminded Alice of the update due 10:15 and called Bob, everyone",
    ),
    (f.Snoozed(minute(25)), "put the update off until 10:25"),
    (ends.ServiceRestored(minute(35)), "restored the service; watching until 10:35"),
    (
        ends.ServiceRestored(minute(80), Fix.FORWARD),
        "restored the service with a fix forward; watching until 11:20",
    ),
    (
        ends.FixNamed(Fix.FORWARD, minute(80), Fix.ROLLBACK),
        "said that it was a fix forward (before: a rollback); watching until 11:20",
    ),
    (ends.FixNamed(Fix.ROLLBACK), "said that it was a rollback"),
    (ends.WatchEnded(), "saw no relapse to the end of the watch"),
    (ends.WatchEnded(5, 5), "saw no relapse to the end of the watch (5 looks, all fine)"),
    (ends.WatchEnded(5, 3), "saw no relapse to the end of the watch (5 looks, 3 of them fine)"),
    (ends.WatchEnded(2, 0), "saw no relapse to the end of the watch (2 looks, none of them fine)"),
    (ends.WatchEnded(1, 1), "saw no relapse to the end of the watch (1 look, fine)"),
    (ends.WatchEnded(1, 0), "saw no relapse to the end of the watch (1 look, not fine)"),
    (
        ends.WatchLooked("payments", "critical", "No slot is free."),
        "looked at payments during the watch (critical): No slot is free.",
    ),
    (ends.NoProbes("payments"), "runs no probe during the watch: payments has none"),
    (ends.NoProbes(None), "runs no probe during the watch: no service is named"),
    (ends.Relapsed("errors again"), "saw the service fail again (errors again)"),
    (ends.Relapsed(""), "saw the service fail again"),
    (ends.Resolved("rolled back"), "resolved the incident: rolled back"),
    (
        ends.Resolved("rolled back", "seen by all"),
        "resolved the incident: rolled back (watch skipped: seen by all)",
    ),
    (ends.Resolved("rolled back", "rolled back"), "resolved the incident, skipping the watch: rolled back"),
    (ends.FalseAlarm("a test"), "closed it as a false alarm (a test)"),
    (ends.Reopened("it is back"), "reopened the incident (it is back)"),
    (f.NoteAdded("cache was cold"), "noted: cache was cold"),
    (f.NoteAdded("cache was cold", "", ALICE, minute(1)), "added what Alice wrote: cache was cold"),
    (f.Diagnosed("db", "critical", "No slot is free."), "looked at db (critical): No slot is free."),
    (ends.RetrospectiveDrafted("post-mortem.md"), "drafted the post-mortem post-mortem.md"),
    (
        CheckTurned("payments api", "critical", "/health answers 500.", minute(1)),
        "saw the check payments api turn critical (since 10:01): /health answers 500.",
    ),
    (
        CheckRecovered("payments api", minute(1), minute(5)),
        "saw the check payments api good again since 10:05, after 4 min",
    ),
    (ChecklistBegun(1, "Disk full", ("Free.", "Look.")), "began the checklist “Disk full” (2 steps)"),
    (StepTicked(1, "Disk full", 1, "Free."), "did step 1 of “Disk full”: Free."),
    (StepUnticked(1, "Disk full", 1, "Free."), "took back step 1 of “Disk full”: Free."),
]


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def _line(fact: Fact, by: PersonId | None) -> str:
    return line(Entry(IncidentId(1), minute(4), by, Via.COMMAND, fact), str.capitalize, _clock)


@pytest.mark.parametrize(("fact", "words"), _FACTS)
def test_a_fact_is_said_as_the_second_half_of_a_sentence(fact: Fact, words: str) -> None:
    assert said(fact, str.capitalize, _clock) == words


def test_every_kind_of_fact_has_its_words() -> None:
    elsewhere = set(get_args(MitigationFact))  # test_mitigation_wording
    assert {type(fact) for fact, _ in _FACTS} == set(get_args(Fact)) - elsewhere


def test_a_line_says_when_who_and_what() -> None:
    assert _line(f.NoteAdded("cache was cold"), BOB) == "10:04  Bob noted: cache was cold"


def test_a_message_added_later_stands_with_its_author_and_both_times() -> None:
    message = f.NoteAdded("errors rise", "https://x", ALICE, minute(1))
    assert _line(message, BOB) == "10:01  Alice wrote: errors rise (https://x; added by Bob, 10:04)"
    assert _line(f.NoteAdded("errors rise", "https://x"), BOB) == "10:04  Bob noted: errors rise (https://x)"


def test_what_nobody_did_was_done_by_the_bot() -> None:
    assert _line(ends.WatchEnded(), None).startswith("10:04  Tocsin saw no relapse")


def test_whoever_takes_a_role_is_named_once() -> None:
    assert _line(f.RoleAssigned(Role.COMMANDER, BOB), BOB) == "10:04  Bob became incident commander"
    took_over = f.RoleAssigned(Role.COMMANDER, BOB, ALICE)
    assert _line(took_over, BOB) == "10:04  Bob became incident commander after Alice"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=45.9), "45 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=23, seconds=59), "23 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(minutes=125), "2 h 5 min"),
        (timedelta(hours=24), "24 h"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(hours=48), "2 d"),
        (timedelta(days=40, hours=5), "40 d"),
    ],
)
def test_a_duration_is_said_in_the_largest_unit_that_helps(span: timedelta, words: str) -> None:
    assert duration(span) == words
