"""Verdicts and findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import diagnosis, figures, text
from incidents.evidence import Cause, Confidence, Examination, Figure, Finding, Health, Sought
from incidents.model import Incident, PersonId
from incidents.notices import FindingsNotice, VerdictNotice
from tests.handlers.checking import check, pressable, seen

ALICE = PersonId("U0ALICE")


def _finding(
    code: str, health: Health, sentence: str = "47 of 47 slots are taken.", **more: object
) -> Finding:
    return replace(Finding(code, "pg.slots", "payments db", health, sentence), **more)  # type: ignore[arg-type] # a test's shorthand


@pytest.fixture
def examination(noon: datetime) -> Examination:
    leak = _finding(
        "PG101", Health.CRITICAL, meaning="New connections are refused.", next_step="End the idle sessions.",
        figures=(Figure("usable slots", 47), Figure("taken", 47)), table=(("pid", "state"), ("12", "idle")),
    )  # fmt: skip
    fine = _finding("PG001", Health.OK, "PostgreSQL 16.2 answers.")
    cause = Cause(
        "PG-LEAK", "The payments API leaks sessions: 44 of 47.", Confidence.HIGH, ("PG101",), "Restart it."
    )
    unseen = ("replication: no right to look",)
    return Examination(
        "db", noon, Health.CRITICAL, cause.sentence, (fine, leak), (cause,), (), unseen, 1.25, 2, "Restart."
    )  # fmt: skip


def test_the_verdict_says_the_cause_and_how_sure(
    examination: Examination, snapshot: SnapshotAssertion
) -> None:
    message = diagnosis.verdict(VerdictNotice(examination, ALICE, None))
    assert check(message) == snapshot
    assert seen(message).count("leaks sessions: 44 of 47. We are sure of it.") == 1
    assert "Could not be seen" in seen(message)


def test_a_look_that_nobody_asked_for_says_so(
    examination: Examination, snapshot: SnapshotAssertion, an_incident: Callable[..., Incident]
) -> None:
    message = diagnosis.verdict(VerdictNotice(examination, None, an_incident()))
    assert check(message) == snapshot
    assert "Tocsin looked by itself" in seen(message)
    assert "asked by" not in seen(message)


def test_what_else_was_considered_says_how_sure(examination: Examination) -> None:
    other = Cause("PG-LOCK", "A lock is held.", Confidence.LOW)
    considered = replace(examination, causes=(*examination.causes, other))
    told = seen(diagnosis.verdict(VerdictNotice(considered, ALICE, None)))
    assert "*Also considered:* A lock is held. This is a guess." in told


def test_of_two_causes_with_one_score_neither_is_called_likelier(examination: Examination) -> None:
    first, second = (Cause(c, f"{c} it is.", Confidence.MEDIUM, score=70) for c in ("LOAD", "LONG_QUERY"))
    tied = replace(examination, causes=(first, second))
    told = seen(diagnosis.verdict(VerdictNotice(tied, ALICE, None)))
    rival = "*Just as likely:* LONG_QUERY it is. This is likely (0.70)."
    assert f"*Cause:* LOAD it is. This is likely (0.70).\n{rival}" in told


def test_a_verdict_shows_its_grounds_what_is_missing_and_where_to_go(
    examination: Examination, noon: datetime, snapshot: SnapshotAssertion
) -> None:
    cause = Cause(
        "DB_CONN_EXHAUSTION_LEAK",
        "46 of 47 slots are taken: a connection leak.",
        Confidence.HIGH,
        ("PG103",),
        "Restart it.",
        title="a connection leak",
        score=85,
        checked=7,
        signs=8,
        held=("46 of 47 slots are taken", "the oldest has sat there for 14 min"),
        against=("most sessions wait for a lock",),
        missing=("alive but not ready",),
        symptoms=("payments api: It is alive but not ready.",),
        next_probe="Look at the service too.",
        runbook="https://wiki.example.com/leak",
    )
    whole = replace(
        examination,
        sentence=cause.sentence,
        causes=(cause,),
        untested=("a missing index (not known: tables read from end to end)",),
        changes=("Idle in transaction: 44 → 12.", "New: <script> & co."),
        since=noon,
    )
    message = diagnosis.verdict(VerdictNotice(whole, ALICE, None))
    assert check(message) == snapshot
    told = seen(message)
    assert told.count("46 of 47 slots are taken") == 1  # a ground that the verdict names is not said twice
    assert "We are sure of it (0.85, 7 of 8 signs checked)." in told


def test_where_nothing_is_wrong_it_says_what_was_looked_at(noon: datetime) -> None:
    fine = _finding("PG001", Health.OK, "PostgreSQL 16.2 answers.")
    well = Examination("db", noon, Health.OK, "Db looks healthy.", (fine,), looked=("slots", "lock waits"))
    assert "*Looked at:* slots; lock waits" in seen(diagnosis.verdict(VerdictNotice(well, ALICE, None)))


def test_of_several_targets_each_is_named_once(noon: datetime) -> None:
    looked = ("payments db: slots", "payments db: lock waits", "payments api: health")
    said = "Payments db and payments api look healthy: payments db: It answers."
    well = Examination("payments", noon, Health.OK, said, looked=looked)
    message = diagnosis.verdict(VerdictNotice(well, ALICE, None))
    assert message.text == said
    assert "*Payments db and payments api look healthy*: payments db: It answers." in seen(message)
    assert "*Looked at:* payments db (slots, lock waits); payments api (health)" in seen(message)
    long = [f"payments db: the {n}th of many things that are looked at" for n in range(15)]
    told = seen(diagnosis.verdict(VerdictNotice(replace(well, looked=(*long, looked[2])), ALICE, None)))
    assert "things that are looked at and 3 more); payments api (health)" in told


def test_what_is_new_and_said_above_is_not_said_again(examination: Examination, noon: datetime) -> None:
    changes = ("payments db: New: The payments API leaks sessions: 44 of 47.", "payments db: Gone: 3 wait.")
    told = seen(
        diagnosis.verdict(VerdictNotice(replace(examination, changes=changes, since=noon), ALICE, None))
    )
    assert told.count("The payments API leaks sessions") == 1
    assert "• New: what is said above.\n• payments db: Gone: 3 wait." in told


def test_targets_last_looked_at_at_different_times_are_told_with_both(
    examination: Examination, noon: datetime
) -> None:
    changed = replace(examination, changes=("payments db: Gone: 3 wait.",), since=noon)
    alike, apart = (replace(changed, since_latest=noon + timedelta(seconds=s)) for s in (59, 600))
    one, both = (seen(diagnosis.verdict(VerdictNotice(each, ALICE, None))) for each in (alike, apart))
    assert f"*Changed since the last look, {text.when(noon)}:*" in one
    later = text.when(noon + timedelta(minutes=10))
    assert f"since the last look at each of them, between {text.when(noon)} and {later}:*" in both


def test_a_reason_why_things_could_not_be_seen_is_said_once(examination: Examination) -> None:
    blind = replace(examination, unseen=("slots: no connection", "locks: not tried", "sizes: not tried"))
    told = seen(diagnosis.verdict(VerdictNotice(blind, ALICE, None)))
    assert "*Could not be seen:* slots (no connection); locks, sizes (not tried)" in told


def test_of_an_open_incident_the_verdict_leads_to_the_update(
    examination: Examination, an_incident: Callable[..., Incident]
) -> None:
    notice = VerdictNotice(examination, ALICE, an_incident(), "payments")
    assert pressable(diagnosis.verdict(notice)) == ["Look again", "Post update"]


def test_a_verdict_under_way_shows_its_progress(
    examination: Examination, snapshot: SnapshotAssertion
) -> None:
    growing = replace(examination, looking=("pg.locks", "pg.statements"))
    message = diagnosis.verdict(VerdictNotice(growing, ALICE, None))
    assert check(message) == snapshot
    assert "(2 of 4)" in seen(message)
    assert not pressable(message)


def test_before_the_first_finding_it_says_that_it_looks(noon: datetime) -> None:
    begun = Examination("db", noon, Health.UNKNOWN, "", looking=("pg.slots",))
    assert "Looking at *db* …" in seen(diagnosis.verdict(VerdictNotice(begun, ALICE, None)))


def test_a_code_leads_to_its_place_on_the_page_of_codes(
    examination: Examination, snapshot: SnapshotAssertion
) -> None:
    message = diagnosis.findings(FindingsNotice(examination), "https://git.example.com/docs/codes.md")
    assert check(message) == snapshot
    assert "<https://git.example.com/docs/codes.md#pg101|PG101>" in seen(message)


def test_findings_stand_worst_first_and_figures_last(
    examination: Examination, snapshot: SnapshotAssertion
) -> None:
    message = diagnosis.findings(FindingsNotice(examination))
    assert check(message) == snapshot
    told = seen(message)
    assert told.index("critical") < told.index("PostgreSQL 16.2 answers.") < told.index("*Figures*")
    assert "pid" not in told


def test_all_figures_stand_in_a_file(examination: Examination, snapshot: SnapshotAssertion) -> None:
    file = figures.whole(examination)
    assert file is not None
    assert (file.name, file.title) == ("db-figures.txt", "Figures of db")
    assert file.text == snapshot


def test_without_figures_there_is_no_file(noon: datetime) -> None:
    fine = _finding("PG001", Health.OK, "PostgreSQL 16.2 answers.")
    assert figures.whole(Examination("db", noon, Health.OK, "It looks healthy.", (fine,))) is None


Long = Callable[[str], Finding]


@pytest.mark.parametrize("health", list(Health))
def test_many_long_findings_fit(health: Health, noon: datetime) -> None:
    long = _finding(
        "PG999", health, "&" * 3000, meaning="<" * 3000, next_step=">" * 3000,
        table=(("x" * 1500, "```"),) * 50, figures=(Figure("f" * 300, "v" * 3000),) * 20, target="t" * 500,
    )  # fmt: skip
    many = tuple(f"{n}&" * 900 for n in range(30))
    cause = Cause(
        "X", "c" * 3000, Confidence.LOW, (), "n" * 3000, "t" * 900, 50, 40, 99, many, many, many, many,
        "p" * 3000, "r" * 3000,
    )  # fmt: skip
    examination = Examination(
        "db" * 500,
        noon,
        health,
        "s" * 5000,
        (long,) * 40,
        (cause,) * 9,
        (),
        ("u" * 900,) * 40,
        1.0,
        0,
        "n" * 5000,
        many,
        many,
        many,
        noon,
    )
    check(diagnosis.verdict(VerdictNotice(examination, ALICE, None)))
    check(diagnosis.findings(FindingsNotice(examination)))


def test_no_findings_are_said(noon: datetime) -> None:
    check(diagnosis.findings(FindingsNotice(Examination("db", noon, Health.UNKNOWN, ""))))


def test_lines_that_were_found_are_shown_and_can_do_no_harm(noon: datetime) -> None:
    hostile = "```<!channel> <https://evil.example|click> & " + "x" * 400
    table = (("source", "time", "line"), *(("api", "14:00:00 UTC", hostile) for _ in range(8)))
    found = _finding("LG010", Health.OK, "“<!here>” stands in 8 of 9 lines of api.", table=table)
    seen_now = Examination("shop logs", noon, Health.OK, found.sentence, (found,), sought=Sought("<!here>"))
    message = diagnosis.findings(FindingsNotice(seen_now))
    check(message)
    told = seen(message)
    assert "*Lines*" in told
    assert told.count("```") == 2
    assert "<!" not in told
    assert "<http" not in told
    assert pressable(diagnosis.verdict(VerdictNotice(seen_now, ALICE, None))) == ["Look again"]
