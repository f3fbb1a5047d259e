"""From findings to the sentence that leads: the cause with its figures, or what was looked at."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from diagnostics.look import Collected, Look
from diagnostics.probes.postgres.census import Census
from diagnostics.probes.postgres.idle import left_open
from diagnostics.probes.postgres.section import Limits
from diagnostics.registry import FAMILIES
from diagnostics.run import Progress
from diagnostics.verdict import judge
from incidents.evidence import Confidence, Examination, Figure, Finding, Health
from tests.diagnostics.rules import RULES

LIMITS = Limits()
NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
EVERY_PROBE = frozenset(each.probe for family in FAMILIES for each in family.codes)


def finding(
    code: str,
    health: Health = Health.OK,
    sentence: str = "It is so.",
    target: str = "payments db",
    **figures: float | str,
) -> Finding:
    named = tuple(Figure(name.replace("_", " "), value) for name, value in figures.items())
    return Finding(code, f"tt.{code}", target, health, sentence, named, next_step=f"Do {code}.")


def look(
    *findings: Finding,
    target: str = "payments db",
    alone: bool = True,
    unseen: tuple[str, ...] = (),
    looking: tuple[str, ...] = (),
) -> Look:
    """A look at which every probe has answered, but for those that are named."""
    progress = Progress(
        findings=findings,
        unseen=unseen,
        looking=looking,
        looked=tuple(each.probe for each in findings),
        answered=frozenset() if unseen or looking else EVERY_PROBE,
        done_at=None if looking else 1.0,
    )
    return Look(
        target, target.split(maxsplit=1)[0], "http" if "api" in target else "pg", progress, alone=alone
    )


def judged(*looks: Look, over: bool = False) -> Examination:
    return judge(Collected("db", NOW, 1.0, looks, over), RULES)


def verdict(*findings: Finding, unseen: tuple[str, ...] = (), looking: tuple[str, ...] = ()) -> Examination:
    return judged(look(*findings, unseen=unseen, looking=looking))


def slots(taken: int = 46, usable: int = 47) -> Finding:
    health = Health.CRITICAL if taken / usable > 0.9 else Health.OK
    return finding("PG103", health, taken_slots=taken, usable_slots=usable, taken=100 * taken // usable)


def idle(sessions: int = 44, clients: int = 46, oldest: float = 840, of_one: int = 100) -> Finding:
    rows = [row("reports-export", sessions * of_one // 100, oldest)]
    if of_one < 100:
        rows.append(row("api", sessions - rows[0]["sessions"], 1.0))  # type: ignore[operator]  # a number by construction
    return left_open("payments db", Census(clients, 0, "diag", 50, 3), rows, LIMITS)


def row(application: str, sessions: int, seconds: float) -> Mapping[str, object]:
    return {
        "application": application,
        "role": "app",
        "address": "10.0.0.7",
        "sessions": sessions,
        "settled": sessions if seconds >= LIMITS.idle_in_transaction_settled else 0,
        "idle": seconds,
        "transaction": seconds,
        "statement": "SELECT 'x'",
        "identities": ["4711 2026-11-21"],
    }


def activity(clients: int = 46, active: int = 2) -> Finding:
    return finding("PG101", clients=clients, active=active)


def test_a_full_disk_explains_what_else_fails() -> None:
    full = finding(
        "PG094", Health.CRITICAL, "Looking at dead rows failed: the server's disk is full (53100)."
    )
    assert verdict(full, finding("PG001")).causes[0].code == "DISK_FULL"
    assert verdict(finding("PG001")).causes == ()


def test_the_leak_leads_with_slots_age_and_application() -> None:
    said = verdict(slots(), idle(), activity())
    assert said.sentence == (
        "46 of 47 usable slots are taken; 44 sit idle in a transaction, the oldest for 14 min, "
        "from reports-export: a connection leak."
    )
    assert said.health is Health.CRITICAL
    assert said.next_step.startswith("End those 44, and roll reports-export back")


@pytest.mark.parametrize(
    ("findings", "sure"),
    [
        ((slots(), idle(oldest=2.0)), Confidence.MEDIUM),
        ((slots(), idle(oldest=2.0), finding("PG010", Health.CRITICAL)), Confidence.HIGH),
        ((slots(), idle(sessions=30, oldest=2.0, of_one=50)), Confidence.LOW),
        (
            (slots(), idle(oldest=2.0), finding("PG201", Health.CRITICAL, waiters=30), activity()),
            Confidence.LOW,
        ),
    ],
)
def test_how_sure_the_leak_is_follows_from_what_speaks_for_and_against_it(
    findings: tuple[Finding, ...], sure: Confidence
) -> None:
    (leak,) = (cause for cause in verdict(*findings).causes if cause.code == "DB_CONN_EXHAUSTION_LEAK")
    assert leak.confidence is sure


def test_busy_sessions_are_load_not_a_leak() -> None:
    said = verdict(slots(), idle(sessions=1, oldest=2.0), activity(active=44))
    assert [cause.code for cause in said.causes] == ["DB_SATURATION_LOAD"]
    assert said.sentence.startswith(
        "46 of 47 usable slots are taken and 44 of them are at work: more work than"
    )


def test_a_pile_of_lock_waiters_is_a_lock_not_load() -> None:
    lock = finding("PG201", Health.CRITICAL, "44 sessions wait.", waiters=44, longest_wait=130.0, roots=1)
    said = verdict(slots(), idle(sessions=1, oldest=140), activity(active=44), lock)
    assert said.causes[0].code == "LOCK_CONTENTION_IDLE"
    assert said.sentence == "44 sessions wait: a lock held by a session that sits idle."


def test_few_transactions_left_open_are_no_exhaustion() -> None:
    said = verdict(slots(taken=8), idle(sessions=2, clients=8, oldest=400), activity(clients=8))
    assert [cause.code for cause in said.causes] == ["LONG_TRANSACTION"]


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("PG020", "DB_CONN_LIMIT"),
        ("PG012", "DB_DOWN"),
        ("PG013", "DB_DOWN"),
        ("PG014", "CONFIG_ERROR"),
        ("PG015", "CONFIG_ERROR"),
        ("PG016", "DB_DOWN"),
        ("PG017", "DNS_FAILURE"),
        ("PG018", "TLS_FAILURE"),
    ],
)
def test_a_database_that_cannot_be_reached_leads(code: str, cause: str) -> None:
    said = verdict(
        finding(code, Health.CRITICAL, "It is refused."), unseen=("lock waits: not tried after that",)
    )
    assert said.causes[0].code == cause
    assert said.sentence.startswith("It is refused: ")
    assert said.next_step == f"Do {code}."


def test_a_warning_without_a_known_cause_leads_and_it_is_said_that_there_is_none() -> None:
    said = verdict(finding("PG302", Health.WARN, "One statement takes 80 %."), finding("PG001"))
    assert (said.sentence, said.causes) == ("One statement takes 80 %. No cause is known for this.", ())


def test_nothing_wrong_says_what_was_looked_at() -> None:
    said = verdict(finding("PG001", sentence="It answers."), finding("PG103", sentence="3 of 47 slots."))
    assert said.sentence == "Payments db looks healthy: It answers. 3 of 47 slots. 2 things were looked at."
    assert said.looked == ("tt.PG001", "tt.PG103")


def test_what_could_not_be_seen_is_not_called_healthy() -> None:
    said = verdict(finding("PG001"), finding("XX001", Health.UNKNOWN), unseen=("lock waits: no answer",))
    assert said.health is Health.UNKNOWN
    assert (
        said.sentence
        == "Payments db: nothing wrong was found, but not everything could be looked at: lock waits."
    )


def test_before_anything_has_answered_nothing_is_claimed() -> None:
    said = verdict(looking=("new connections",))
    assert (said.health, said.sentence) == (Health.UNKNOWN, "Payments db: nothing has answered yet.")


def test_findings_are_worst_first_and_keep_their_order_otherwise() -> None:
    said = verdict(
        finding("A"), finding("B", Health.WARN), finding("C", Health.CRITICAL), finding("D", Health.WARN)
    )
    assert [each.code for each in said.findings] == ["C", "B", "D", "A"]


def test_the_database_explains_the_service_in_front_of_it() -> None:
    said = judged(
        look(finding("HT010", Health.CRITICAL, "Not ready."), target="payments api", alone=False),
        look(slots(), idle(), activity(), alone=False),
    )
    assert said.sentence.startswith("payments db: 46 of 47 usable slots are taken; 44 sit idle")
    assert [cause.code for cause in said.causes] == ["DB_CONN_EXHAUSTION_LEAK"]
    assert said.causes[0].symptoms == ("payments api: Not ready: something that it depends on has failed.",)


def test_the_database_of_another_service_explains_nothing() -> None:
    said = judged(
        look(finding("HT010", Health.CRITICAL, "Not ready."), target="orders api", alone=False),
        look(slots(), idle(), activity(), alone=False),
    )
    assert [cause.code for cause in said.causes] == ["DB_CONN_EXHAUSTION_LEAK", "DEPENDENCY_DOWN"]
    assert said.causes[0].symptoms == ()


def test_a_guess_explains_nothing() -> None:
    said = judged(
        look(finding("HT010", Health.CRITICAL, "Not ready."), target="payments api", alone=False),
        look(slots(), idle(sessions=30, oldest=2.0, of_one=50), alone=False),
    )
    assert {cause.code: cause.symptoms for cause in said.causes} == {
        "DEPENDENCY_DOWN": (),
        "DB_CONN_EXHAUSTION_LEAK": (),
    }


def test_two_databases_are_judged_each_by_its_own_figures() -> None:
    full = look(slots(), activity(), idle(sessions=1), alone=False)
    leaking = look(slots(taken=3), idle(sessions=3, clients=3), target="orders db", alone=False)
    assert all(cause.code != "DB_CONN_EXHAUSTION_LEAK" for cause in judged(full, leaking).causes)


def test_when_the_time_is_up_what_is_missing_is_named() -> None:
    said = judged(look(finding("PG001"), looking=("lock waits",)), over=True)
    assert said.unseen == ("lock waits: the time for this look ran out",)
