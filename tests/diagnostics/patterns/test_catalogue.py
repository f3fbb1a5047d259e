"""What the shipped patterns make of facts: what speaks for and against a cause, and what can be done."""

from datetime import UTC, datetime

import pytest

from diagnostics.look import Collected, Look
from diagnostics.run import Progress
from diagnostics.verdict import judge
from incidents.evidence import Cause, Confidence, Examination, Figure, Finding, Health
from tests.diagnostics.rules import RULES, SCHEMA

NOW = datetime(2026, 11, 21, tzinfo=UTC)
OK, WARN, CRITICAL = Health.OK, Health.WARN, Health.CRITICAL


def finding(fact: str, health: Health = CRITICAL, **figures: float | str) -> Finding:
    """That fact as its family describes it, such as `pg.refused`."""
    word, _, name = fact.partition(".")
    (described,) = [each for each in SCHEMA.codes[word] if each.fact == name]
    known = {figure.replace(" ", "_").replace("-", "_"): figure for figure in described.figures}
    shown = tuple(Figure(known[key], value, described.figures[known[key]]) for key, value in figures.items())
    return Finding(described.code.value, described.probe, f"payments {word}", health, f"{fact} is so.", shown)


def seen(*findings: Finding, service: str = "payments") -> tuple[Look, ...]:
    """A look at a target of each family that these are of; nothing else is wrong there."""
    words = dict.fromkeys(each.target.partition(" ")[2] for each in findings)
    return tuple(_look(service, word, findings) for word in words)


def _look(service: str, word: str, findings: tuple[Finding, ...]) -> Look:
    progress = Progress(
        findings=tuple(each for each in findings if each.target.endswith(f" {word}")),
        answered=frozenset(each.probe for each in SCHEMA.codes[word]),
        done_at=1.0,
    )
    return Look(f"{service} {word}", service, word, progress, alone=False)


def judged(*looks: Look) -> Examination:
    return judge(Collected("payments", NOW, 1.0, looks), RULES)


def named(examination: Examination, code: str) -> Cause:
    (cause,) = [each for each in examination.causes if each.code == code]
    return cause


def deployed(minutes: float = 23, ago: float | None = None) -> Finding:
    figures = {"minutes_since_deploy": minutes, "minutes_ago": minutes if ago is None else ago}
    return finding("deploys.last_deploy", OK, **figures)


LEAK = (
    finding("pg.slots", taken=97, taken_slots=46, usable_slots=47),
    finding(
        "pg.idle_in_transaction",
        idle_in_transaction=44,
        share=95,
        oldest=840,
        application="reports-export",
        application_share=100,
        settled=44,
    ),
)
REFUSED = finding("pg.refused")
NOT_READY = finding("http.alive_not_ready")


def test_a_leak_tells_of_the_deploy_in_one_sentence_and_offers_both_ways_out() -> None:
    seen_now = judged(*seen(*LEAK, deployed(), NOT_READY))
    (leak,) = seen_now.causes
    assert leak.sentence == (
        "payments pg: 46 of 47 usable slots are taken, 44 sit idle in a transaction for up to 14 min, "
        "from reports-export, deployed 23 min ago: a connection leak."
    )
    assert (leak.confidence, leak.actions) == (Confidence.HIGH, ("pg.end_idle", "any.rollback"))
    assert "it was deployed 23 min before" in leak.held
    assert not [each for each in seen_now.untested if "deploy" in each]


def test_a_deploy_of_yesterday_is_no_part_of_a_leak() -> None:
    leak = named(judged(*seen(*LEAK, deployed(1440))), "DB_CONN_EXHAUSTION_LEAK")
    assert "deployed" not in leak.sentence + " ".join(leak.held)


def test_an_exhausted_pool_in_the_log_speaks_for_a_leak() -> None:
    told = named(judged(*seen(*LEAK, finding("docker.log_pool_timeout"))), "DB_CONN_EXHAUSTION_LEAK")
    assert "docker.log_pool_timeout is so" in told.held


def test_a_deploy_that_no_surer_cause_takes_back_is_still_told() -> None:
    both = judged(
        *seen(finding("pg.lock_root_idle", longest_wait=90, waiters=9, roots=1), deployed(), NOT_READY)
    )
    assert [each.code for each in both.causes] == ["LOCK_CONTENTION_IDLE", "BAD_DEPLOY"]


def test_a_likely_deploy_explains_the_crash_that_it_brought_though_that_is_surer() -> None:
    crash = finding("k8s.crash_loop", affected_pods=3, pods=3, restarts=9)
    rollout = finding("k8s.rollout", OK, minutes_since_rollout=5, minutes_ago=5, came="before", updated=3)
    assert [each.code for each in judged(*seen(crash, rollout)).causes] == ["BAD_DEPLOY"]


@pytest.mark.parametrize(
    ("more", "sure"),
    [
        ((), Confidence.MEDIUM),
        ((NOT_READY,), Confidence.HIGH),
        ((finding("docker.log_refused"),), Confidence.HIGH),
        ((finding("http.answers", OK),), Confidence.LOW),
    ],
)
def test_a_refusal_alone_is_never_sure_for_the_address_may_be_wrong(
    more: tuple[Finding, ...], sure: Confidence
) -> None:
    assert named(judged(*seen(REFUSED, *more)), "DB_DOWN").confidence is sure


@pytest.mark.parametrize(("fact", "code"), [("pg.no_answer", "DB_DOWN"), ("redis.refused", "REDIS_DOWN")])
def test_so_it_is_with_silence_and_with_redis(fact: str, code: str) -> None:
    alone = named(judged(*seen(finding(fact))), code)
    with_users = named(judged(*seen(finding(fact), NOT_READY)), code)
    assert (alone.confidence, with_users.confidence) == (Confidence.MEDIUM, Confidence.HIGH)


def test_a_container_that_ended_explains_a_refusal_and_can_be_started() -> None:
    down = judged(*seen(REFUSED, finding("docker.exited"))).causes[0]
    assert (down.code, down.actions) == ("CONTAINER_DOWN", ("docker.restart",))
    assert [each for each in down.symptoms if "g.refused is so" in each]


def test_a_full_disk_explains_a_database_that_is_down() -> None:
    full = judged(*seen(REFUSED, finding("docker.log_disk_full"))).causes[0]
    assert full.code == "DISK_FULL"


@pytest.mark.parametrize(("failing", "score"), [(20 * 60, 70), (40 * 60, 35)])
def test_what_failed_before_a_deploy_was_not_brought_by_it(failing: float, score: int) -> None:
    errors = finding("prom.errors", errors=9, failing_for=failing)
    assert named(judged(*seen(errors, deployed(25))), "BAD_DEPLOY").score == score


def test_one_statement_that_takes_a_third_of_the_time_is_a_slow_query_and_no_more_than_a_guess() -> None:
    slow = named(judged(*seen(finding("pg.costly", WARN, share=71, mean=120))), "SLOW_QUERY_MISSING_INDEX")
    assert slow.confidence is Confidence.LOW
    scanned = judged(*seen(finding("pg.costly", WARN, share=71), finding("pg.full_scans", WARN, scans=30)))
    assert named(scanned, "SLOW_QUERY_MISSING_INDEX").score > slow.score


@pytest.mark.parametrize("code", ["lock_root_idle", "lock_root_running", "ddl_queue"])
def test_a_migration_of_a_deploy_speaks_for_a_lock(code: str) -> None:
    lock = finding(f"pg.{code}", longest_wait=3, waiters=1, roots=1)
    scores = [judged(*seen(lock, deployed(minutes))).causes[0].score for minutes in (10, 600)]
    assert scores[0] == scores[1] + 10


@pytest.mark.parametrize(("ran", "sure"), [(5, Confidence.HIGH), (7200, Confidence.LOW)])
def test_a_pod_that_ran_for_long_before_it_crashed_was_configured_well(ran: float, sure: Confidence) -> None:
    crash = finding("k8s.crash_loop", affected_pods=1, pods=2, ran_before=ran)
    looks = seen(crash, finding("k8s.log_configuration"))
    assert named(judged(*looks), "CONFIG_ERROR").confidence is sure


def test_only_as_many_pods_fail_as_are_new_speaks_against_a_rollout() -> None:
    rollout: dict[str, float | str] = {"minutes_since_rollout": 5, "minutes_ago": 5, "came": "before"}
    scores = []
    for updated in (2, 1):
        crash = finding("k8s.crash_loop", affected_pods=2, pods=4)
        looks = seen(crash, finding("k8s.rollout", OK, updated=updated, **rollout))
        scores.append(named(judged(*looks), "BAD_DEPLOY").score)
    assert scores[0] == min(scores[1] + 10, 95)


def test_several_services_that_show_one_cause_speak_for_it() -> None:
    ends = finding("dns.server_failed")
    one = judged(*seen(ends)).causes[0]
    looks = [look for service in ("a", "b", "c") for look in seen(ends, service=service)]
    several = judged(*looks).causes[0]
    assert (one.code, one.score, several.code, several.score) == ("DNS_FAILURE", 85, "SHARED_FAILURE", 95)
    assert several.runbook == "several-services.md"
    assert "3 services show it at the same time" in several.held


@pytest.mark.parametrize(
    ("fact", "code", "action"),
    [
        ("docker.oom_killed", "OOM_KILLED", "docker.restart"),
        ("k8s.oom_killed", "OOM_KILLED", "k8s.restart"),
        ("k8s.not_ready", "POD_NOT_READY", "k8s.delete_pods"),
        ("k8s.image_pull", "IMAGE_PULL", "any.rollback"),
        ("third_party.unavailable", "THIRD_PARTY_OUTAGE", "breaker.force_open"),
        ("third_party.unavailable", "THIRD_PARTY_OUTAGE", "switch.turn_off"),
        ("breaker.disabled", "BREAKER_DISABLED", "breaker.enable"),
    ],
)
def test_a_cause_offers_what_helps_against_it(fact: str, code: str, action: str) -> None:
    assert action in named(judged(*seen(finding(fact))), code).actions


@pytest.mark.parametrize(
    "fact",
    [
        *("backup.age", "docker.log_out_of_memory", "k8s.log_too_many_clients", "docker.log_authentication"),
        *("k8s.log_locks", "pg.old_busy", "redis.fragmented", "redis.save_long", "k8s.exited", "prom.impact"),
        *("sentry.new_errors", "docker.log_exceptions", "docker.log_timeouts", "docker.log_slow_queries"),
        *("docker.log_server_errors", "tls.unreadable", "breaker.disabled"),
        *("docker.log_critical", "k8s.log_configuration", "docker.log_startup", "k8s.memory", "k8s.events"),
        *("k8s.log_upstream", "docker.disk", "host.iowait", "host.steal", "third_party.degraded"),
    ],
)
def test_what_is_ill_by_itself_has_a_name(fact: str) -> None:
    assert judged(*seen(finding(fact, WARN))).causes
