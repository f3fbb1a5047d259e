"""What speaks for and against a failure having spread: who failed first, and callers that try again."""

import pytest

from diagnostics.look import Collected, Look
from diagnostics.run import Progress
from diagnostics.spreading import Spreading, spread
from diagnostics.upstream import Upstream
from diagnostics.verdict import judge
from incidents.evidence import Cause, Figure, Finding, Health
from tests.diagnostics.rules import RULES
from tests.diagnostics.stand import NOW

UNKNOWN = ("which of the services failed first", "requests at store")


def locked(waited: float) -> Finding:
    figures = (Figure("waiters", 3), Figure("roots", 2), Figure("longest wait", waited, "s"))
    return Finding("PG201", "pg.lock_roots", "store db", Health.CRITICAL, "3 sessions wait.", figures)


def failing(lasting: float | None) -> Finding:
    figures = (Figure("errors", 9.0, "%"), Figure("failing for", lasting, "s"))
    said = "9 % of 600 requests a minute end in 5xx."
    return Finding("PR101", "prom.5xx_ratio", "web metrics", Health.CRITICAL, said, figures)


def asked(share: float) -> Finding:
    health = Health.CRITICAL if share > 400 else Health.OK
    figures = (Figure("of the usual", share, "%"), Figure("requests a minute", 6 * share))
    said = f"{share} % of the usual requests."
    return Finding("PR103", "prom.traffic", "store metrics", health, said, figures)


def look(target: str, word: str, *findings: Finding) -> Look:
    return Look(
        target, target.split(maxsplit=1)[0], word, Progress(findings=findings, done_at=1.0), alone=False
    )


def told(*looks: Look) -> Cause:
    collected = Collected("everything", NOW, 1.0, looks, upstream=Upstream({"web": ("store",)}))
    cause = judge(collected, RULES).causes[0]
    assert cause.code == "CASCADING"
    return cause


def alone() -> Cause:
    """The same cause with nothing known of when anything began."""
    return told(look("store db", "pg", locked(120)), look("web metrics", "prom", failing(None)))


def test_what_is_not_known_of_the_order_and_the_requests_is_named_and_counts_for_nothing() -> None:
    cause = alone()
    assert cause.missing[-2:] == UNKNOWN
    assert cause.score == the_database_by_itself().score
    assert cause.coverage < the_database_by_itself().coverage


def the_database_by_itself() -> Cause:
    return judge(Collected("db", NOW, 1.0, (look("store db", "pg", locked(120)),)), RULES).causes[0]


@pytest.mark.parametrize("lasting", [0, 119, 180])
def test_what_failed_after_it_or_with_it_speaks_for_it(lasting: float) -> None:
    cause = told(look("store db", "pg", locked(120)), look("web metrics", "prom", failing(lasting)))
    assert cause.score == alone().score + 10
    assert "store has been so for 2 min" in cause.held[-1]
    assert "nothing above failed before store did" in cause.held[-1]
    assert UNKNOWN[0] not in cause.missing


def test_what_failed_before_it_speaks_against_it() -> None:
    root = the_database_by_itself()
    cause = spread(root, Spreading("store", 120.0, {"web": 1500.0}, traced=True))
    assert cause.score == root.score - 20
    assert cause.against[-1] == "store has been so for 2 min, web for 25 min: it failed before store did"
    assert UNKNOWN[0] not in cause.missing


def test_a_wait_that_may_have_followed_others_says_nothing_against_it() -> None:
    cause = told(look("store db", "pg", locked(120)), look("web metrics", "prom", failing(1500)))
    assert cause.score == alone().score
    assert cause.against == ()
    assert UNKNOWN[0] in cause.missing


def test_callers_that_try_again_speak_for_it() -> None:
    looks = look("store db", "pg", locked(50)), look("web metrics", "prom", failing(None))
    quiet = told(*looks, look("store metrics", "prom", asked(100)))
    again = told(*looks, look("store metrics", "prom", asked(350)))
    assert again.score == quiet.score + 10
    assert again.held[-1] == "store gets 350 % of its usual requests, as when callers try again"
    assert UNKNOWN[1] not in again.missing
    assert UNKNOWN[1] not in quiet.missing


def test_more_traffic_that_is_the_cause_itself_is_no_sign_of_its_spreading() -> None:
    cause = told(look("store metrics", "prom", asked(500)), look("web metrics", "prom", failing(None)))
    assert cause.title == "a failure that spreads"
    assert not any("try again" in held for held in cause.held)
