"""Messages of standing checks: a turn as it goes on, the lines in a room, and the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import checks
from handlers.messages.drawing import Drawing
from incidents.check_facts import CheckRecovered, CheckTurned
from incidents.checks import Check, CheckId, Standing, State, Streak, Turn, TurnKind
from incidents.evidence import Health
from incidents.model import Incident, IncidentId, PersonId
from incidents.notices import CheckNotice
from tests.handlers.checking import MENTIONS, check, pressable, seen

Make = Callable[..., Incident]
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
MINUTE = timedelta(minutes=1)
LONG = "<&>" * 1000
API = Check(CheckId("payments api"), "payments", "payments api", 10 * timedelta(seconds=1), "SEV2")
BAD = Turn(
    3, TurnKind.BAD, NOON, NOON + MINUTE, 3, 4, Health.CRITICAL, "/health answers 500.", "/health fails."
)
BLIND = Turn(4, TurnKind.BLIND, NOON, NOON + 10 * MINUTE, 9, 9, Health.UNKNOWN, "No answer within 50 s.")
OVER = replace(BAD, over=True, recovered_at=NOON + 4 * MINUTE)
KNOWN = replace(BAD, known_by=PersonId("U0BOB"), known_at=NOON + 2 * MINUTE)

EVERY = {
    "proposed": BAD,
    "turns again and again": replace(BAD, flaps=4),
    "cannot be looked at any more": replace(BAD, unseen_since=NOON + 3 * MINUTE),
    "known": KNOWN,
    "recovered": OVER,
    "known and recovered": replace(KNOWN, over=True, recovered_at=NOON + 4 * MINUTE),
    "blind": BLIND,
    "sees again": replace(BLIND, over=True, recovered_at=NOON + 30 * MINUTE),
}
WITH_INCIDENT = {
    "declared": replace(BAD, incident=IncidentId(7), declared=True),
    "open already": replace(BAD, incident=IncidentId(7)),
    "open already and recovered": replace(OVER, incident=IncidentId(7)),
    "declared and recovered": replace(OVER, incident=IncidentId(7), declared=True),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_turn_as_it_goes_on(name: str, drawing: Drawing, snapshot: SnapshotAssertion) -> None:
    assert check(checks.turn(CheckNotice(API, EVERY[name]), drawing)) == snapshot


@pytest.mark.parametrize("name", WITH_INCIDENT)
def test_a_turn_with_its_incident(
    name: str, an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    assert check(checks.turn(CheckNotice(API, WITH_INCIDENT[name], an_incident()), drawing)) == snapshot


def test_the_likeliest_button_is_the_only_one_in_colour_and_names_the_severity(drawing: Drawing) -> None:
    message = checks.turn(CheckNotice(API, BAD), drawing)
    assert pressable(message) == ["Declare SEV2", "Not an incident"]
    assert str(message.payload()).count("'primary'") == 1


def test_what_is_known_can_still_be_declared_and_what_is_over_cannot(drawing: Drawing) -> None:
    assert pressable(checks.turn(CheckNotice(API, KNOWN), drawing)) == ["Declare SEV2"]
    assert pressable(checks.turn(CheckNotice(API, OVER), drawing)) == []


def test_of_a_private_incident_only_that_somebody_works_on_it(an_incident: Make, drawing: Drawing) -> None:
    turn = WITH_INCIDENT["declared"]
    told = seen(checks.turn(CheckNotice(API, turn, an_incident(private=True)), drawing))
    assert "Somebody is working on it." in told
    assert "INC-" not in told
    assert "C0ROOM" not in told
    assert "U0ALICE" not in told


def test_the_longest_turn_fits_and_calls_nobody(drawing: Drawing) -> None:
    hostile = f"<!channel> {LONG}"
    turn = replace(KNOWN, sentence=hostile, title=hostile, unseen_since=NOON)
    payload = check(checks.turn(CheckNotice(replace(API, target=LONG), turn), drawing))
    assert not any(mention in str(payload) for mention in MENTIONS)


def test_the_lines_in_a_room(an_incident: Make, snapshot: SnapshotAssertion) -> None:
    turned = CheckTurned("payments api", "critical", "/health answers 500.", NOON)
    recovered = CheckRecovered("payments api", NOON, NOON + 4 * MINUTE)
    assert [seen(checks.said(an_incident(), fact)) for fact in (turned, recovered)] == snapshot
    check(checks.said(an_incident(), CheckTurned(LONG, LONG, LONG, NOON)))


def standing(**fields: object) -> Standing:
    basics: dict[str, object] = {
        "since": NOON,
        "looked_at": NOON + MINUTE,
        "state": State.GOOD,
        "health": Health.OK,
        "sentence": "It is well.",
    }
    return Standing(API.id, NOON + 2 * MINUTE, **(basics | fields))  # type: ignore[arg-type] # whatever fields it has


def test_the_list_shows_the_worst_first_with_its_looks(snapshot: SnapshotAssertion) -> None:
    names = ("good", "new", "blind", "known", "looking")
    found = (
        standing(),
        None,
        standing(blind=Streak(1, 1, NOON), health=Health.UNKNOWN, sentence="No answer."),
        standing(state=State.BAD, turn=KNOWN, health=Health.OK, sentence="It is well."),
        standing(begun_at=NOON + 2 * MINUTE, health=Health.WARN, sentence="It is slow."),
    )
    rows = [(replace(API, id=CheckId(f"payments {n}")), each) for n, each in zip(names, found, strict=True)]
    assert seen(checks.listed(rows)) == snapshot


def test_a_long_list_fits_and_an_empty_one_says_what_to_write() -> None:
    long = standing(state=State.BAD, turn=replace(KNOWN, flaps=9), sentence=LONG)
    check(checks.listed([(replace(API, id=CheckId(f"payments {n} {LONG}")), long) for n in range(90)]))
    assert "[[services.&lt;key&gt;.checks]]" in seen(checks.listed([]))
