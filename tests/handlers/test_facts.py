"""Facts, said in the room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import facts, notices
from handlers.messages.drawing import Drawing
from incidents import ending_facts as ends
from incidents import facts as f
from incidents.model import Incident, PersonId, Place, RoomId, Status
from incidents.notices import FactNotice
from incidents.roles import Role
from incidents.values import Fix, Owed
from tests.handlers.checking import check, pressable, seen

Make = Callable[..., Incident]
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
LATER = NOON + timedelta(minutes=15)
ALICE, BOB = PersonId("U0ALICE"), PersonId("U0BOB")
LONG = "<&>" * 1000

DECLARED = f.Declared("payments down", "SEV2", assumed=True, service="payments", impact="", private=False)

EVERY: dict[str, f.Fact] = {
    "declared": replace(DECLARED, source="https://x.example/p1"),
    "room opened": f.RoomOpened("C0ROOM", "incident-2026-03-02-payments"),
    "thread instead": f.RoomOpened("C0INC", "incidents", in_thread=True, refusal="nobody here may do that"),
    "not announced": f.AnnouncementFailed("incidents", "there is no such channel"),
    "severity changed": f.SeverityChanged("SEV2", "SEV1"),
    "severity confirmed": f.SeverityChanged("SEV2", "SEV2"),
    "service named": f.ServiceNamed("payments"),
    "acknowledged": f.Acknowledged(),
    "role taken": f.RoleAssigned(Role.COMMANDER, BOB),
    "role handed over": f.RoleAssigned(Role.SCRIBE, ALICE, PersonId("U0DAN")),
    "team's role taken": f.RoleAssigned(Role("Customer liaison"), BOB),
    "update": f.UpdatePosted(Status.IDENTIFIED, "nobody can pay", "restarting the pool", LATER),
    "nothing new": f.UpdatePosted(Status.IDENTIFIED, "", "", LATER, unchanged=True),
    "automatic update": f.UpdatePosted(Status.IDENTIFIED, "", "", LATER, automatic=True, unchanged=True),
    "reminder": f.UpdateAsked(LATER, (ALICE,), epoch=1),
    "put off": f.Snoozed(LATER, 1),
    "restored": ends.ServiceRestored(LATER),
    "restored by a rollback": ends.ServiceRestored(LATER, Fix.ROLLBACK),
    "fix named": ends.FixNamed(Fix.FORWARD, LATER + timedelta(minutes=45)),
    "fix set right": ends.FixNamed(Fix.ROLLBACK, LATER, Fix.FORWARD),
    "fix named after the end": ends.FixNamed(Fix.ROLLBACK),
    "watch ended": ends.WatchEnded(),
    "watch ended with looks": ends.WatchEnded(5, 5),
    "critical look": ends.WatchLooked("payments", "critical", "47 of 47 slots are taken."),
    "second look": ends.WatchLooked("payments", "ok", "Payments db and payments api: all is well."),
    "no probes": ends.NoProbes("payments"),
    "no service": ends.NoProbes(None),
    "relapsed": ends.Relapsed("errors again"),
    "resolved": ends.Resolved("The pool leaked; it was restarted.", "seen healthy for an hour"),
    "false alarm": ends.FalseAlarm("the probe was wrong"),
    "reopened": ends.Reopened("errors again"),
    "noted": f.NoteAdded("deploy at 11:58", "https://x.example/p2"),
    "diagnosed": f.Diagnosed("db", "critical", "47 of 47 slots are taken."),
    "drafted": ends.RetrospectiveDrafted("post-mortem-INC-2026-007.md"),
}  # fmt: skip


def _notice(incident: Incident, fact: f.Fact, at: datetime = NOON) -> FactNotice:
    return FactNotice(incident, fact, BOB, at)


@pytest.mark.parametrize("name", EVERY)
def test_a_fact_is_said(name: str, an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion) -> None:
    incident = an_incident(
        acknowledged_at=NOON,
        restored_at=LATER,
        resolved_at=LATER,
        responders=(BOB,),
        roles={Role.COMMANDER: PersonId("U0DAN")},
    )
    assert check(facts.drawn(_notice(incident, EVERY[name]), drawing)) == snapshot


LONGEST: tuple[f.Fact, ...] = (
    replace(DECLARED, title=LONG, severity="x" * 300, source="https://x.example/" + "p" * 3000),
    f.RoomOpened("C0INC", "n" * 80, in_thread=True, refusal=LONG),
    f.AnnouncementFailed("n" * 300, LONG),
    f.UpdatePosted(Status.IDENTIFIED, "&" * 2000, "<" * 2000, LATER),
    f.UpdatePosted(Status.IDENTIFIED, "&" * 2000, "<\n" * 1000, LATER, automatic=True),
    f.UpdateAsked(LATER, (ALICE,), tuple(f"U0{n}" for n in range(200)), epoch=1),
    ends.Relapsed(LONG),
    ends.WatchLooked(LONG, "critical", LONG),
    ends.Resolved(LONG, LONG),
    ends.FalseAlarm(LONG),
    ends.Reopened(LONG),
    f.NoteAdded(LONG, "https://x.example/" + "p" * 3000),
    f.Diagnosed(LONG, "critical", LONG),
    ends.RetrospectiveDrafted(LONG),
)


@pytest.mark.parametrize("fact", LONGEST, ids=lambda fact: type(fact).__name__)
def test_the_longest_texts_fit(fact: f.Fact, an_incident: Make, drawing: Drawing) -> None:
    longest = an_incident(title=LONG, impact=LONG, summary=LONG, service="s" * 500)
    check(facts.drawn(_notice(longest, fact), drawing))


def test_a_whole_update_is_shown_whatever_its_length(an_incident: Make, drawing: Drawing) -> None:
    fact = f.UpdatePosted(Status.IDENTIFIED, "impact " * 285, "actions " * 250, LATER)
    told = seen(facts.drawn(_notice(an_incident(), fact), drawing))
    assert "…" not in told


def test_a_reminder_says_what_happens_by_itself(an_incident: Make, drawing: Drawing) -> None:
    message = facts.drawn(_notice(an_incident(), EVERY["reminder"]), drawing)
    assert "I post *no new information*" in seen(message)
    assert "I call <@U0CAROL>" in seen(message)
    assert pressable(message) == ["Post update", "Nothing new", "Snooze 10 min"]


def test_a_reminder_can_be_put_off_only_once(an_incident: Make, drawing: Drawing) -> None:
    fact = f.UpdateAsked(LATER, (ALICE,), snoozable=False, epoch=1)
    assert "Snooze 10 min" not in pressable(facts.drawn(_notice(an_incident(), fact), drawing))


def test_whoever_is_called_is_named_first(an_incident: Make, drawing: Drawing) -> None:
    called = f.UpdateAsked(LATER, (ALICE,), ("U0CAROL",), snoozable=False, epoch=1)
    incident = an_incident(owed=Owed(LATER, 1, rung=3))
    assert seen(facts.drawn(_notice(incident, called, LATER), drawing)).startswith("<@U0CAROL>:")


def test_when_the_ladder_is_done_everyone_is_called(an_incident: Make, drawing: Drawing) -> None:
    called = f.UpdateAsked(LATER, (ALICE,), (f.EVERYONE,), snoozable=False, epoch=1)
    assert "<!channel>" in seen(facts.drawn(_notice(an_incident(), called, LATER), drawing))


def test_the_resolution_tells_every_time_and_what_is_owed(an_incident: Make, drawing: Drawing) -> None:
    over = an_incident(
        began_at=NOON - timedelta(minutes=3), acknowledged_at=NOON + timedelta(minutes=2), restored_at=LATER
    ).resolved(NOON + timedelta(minutes=30), "The pool leaked.")
    told = seen(facts.drawn(_notice(over, ends.Resolved("The pool leaked.")), drawing))
    for line in ("detect:* 3 min", "acknowledge:* 2 min", "mitigate:* 15 min", "resolve:* 30 min"):
        assert f"*Time to {line}" in told
    assert "the post-mortem, by Thu 2026-03-05," in told


def test_the_post_mortem_is_due_by_the_teams_own_calendar(an_incident: Make, drawing: Drawing) -> None:
    late = datetime.fromisoformat("2026-03-04T23:30:00+00:00")  # Thursday in Berlin
    told = seen(facts.drawn(_notice(an_incident().resolved(late, "x"), ends.Resolved("x")), drawing))
    assert "by Tue 2026-03-10," in told


def test_one_text_for_summary_and_reason_is_read_once(an_incident: Make, drawing: Drawing) -> None:
    over = an_incident().resolved(LATER, "A fuse blew.")
    told = seen(facts.drawn(_notice(over, ends.Resolved("A fuse blew.", "A fuse blew.")), drawing))
    assert told.count("A fuse blew.") == 1


def test_whoever_holds_several_roles_is_named_once(an_incident: Make, drawing: Drawing) -> None:
    over = an_incident(roles={Role.COMMANDER: BOB, Role.SCRIBE: BOB}).resolved(LATER, "x")
    told = seen(facts.drawn(_notice(over, ends.Resolved("x")), drawing))
    assert "<@U0BOB> (incident commander, scribe), <@U0ALICE>" in told


def test_outside_of_its_room_a_fact_says_which_incident_it_is_about(
    an_incident: Make, drawing: Drawing
) -> None:
    notice = _notice(an_incident(), EVERY["reminder"])
    message = facts.drawn(notice, drawing)
    assert "INC-2026-007" in seen(notices.elsewhere(message, notice, Place(RoomId("D0ALICE"))))
    assert notices.elsewhere(message, notice, Place(RoomId("C0ROOM"))) == message


def test_a_health_of_another_version_is_shown_as_it_is(an_incident: Make, drawing: Drawing) -> None:
    message = facts.drawn(_notice(an_incident(), f.Diagnosed("db", "melting", "hot")), drawing)
    assert "melting" in seen(message)


def test_a_link_that_is_none_is_left_out(an_incident: Make, drawing: Drawing) -> None:
    declared = replace(DECLARED, source="javascript:alert(1)")
    assert "javascript" not in seen(facts.drawn(_notice(an_incident(), declared), drawing))


def test_a_relapse_that_two_looks_found_says_why_and_offers_to_look_closer(
    an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    fact = ends.Relapsed("47 of 47 slots are taken.")
    message = facts.drawn(FactNotice(an_incident(), fact, None, NOON), drawing)
    assert check(message) == snapshot
    assert "`/diagnose all`" in seen(message)
    assert pressable(message) == ["Diagnose", "Post update"]
    check(facts.drawn(FactNotice(an_incident(), ends.Relapsed(LONG), None, NOON), drawing))


def test_the_kind_of_fix_is_one_press_away_and_says_until_when(an_incident: Make, drawing: Drawing) -> None:
    message = facts.drawn(_notice(an_incident(), EVERY["restored"]), drawing)
    assert pressable(message) == ["It was a fix forward", "It was a rollback", "It failed again"]
    assert f"<!date^{int((LATER + timedelta(minutes=45)).timestamp())}^" in seen(message)
    known = facts.drawn(_notice(an_incident(), EVERY["restored by a rollback"]), drawing)
    assert pressable(known) == ["It failed again"]


def test_the_all_clear_says_which_kind_of_fix_it_was(an_incident: Make, drawing: Drawing) -> None:
    over = an_incident(fix=Fix.FORWARD).resolved(LATER, "The pool leaked.")
    assert "*The fix:* a fix forward" in seen(facts.drawn(_notice(over, ends.Resolved("x")), drawing))
    bare = an_incident().resolved(LATER, "The pool leaked.")
    assert "*The fix:*" not in seen(facts.drawn(_notice(bare, ends.Resolved("x")), drawing))


def test_the_end_of_the_watch_lists_what_the_all_clear_still_asks_for(
    an_incident: Make, drawing: Drawing
) -> None:
    watched = an_incident().restored(NOON, timedelta(minutes=15))
    ended = replace(watched, monitor_until=None)
    told = seen(facts.drawn(_notice(ended, ends.WatchEnded(3, 3)), drawing))
    assert "without a relapse: 3 looks, all fine" in told
    assert "✅ *done* · watched to the end" in told
    assert "❔ *not yet* · an incident commander named" in told
