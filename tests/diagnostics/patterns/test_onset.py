"""The patterns that Tocsin comes with, where a change came before the trouble or after it had begun."""

import pytest

from diagnostics.look import Look
from diagnostics.run import Progress
from incidents.evidence import Figure, Finding, Health
from tests.diagnostics.patterns.test_judging import judged
from tests.diagnostics.rules import RULES

ERRORS = Finding(
    "HT011", "http.health", "payments api", Health.CRITICAL, "/health answers 500.", (Figure("status", 500),)
)


def deploy(code: str, health: Health, minutes: int | None, came: str) -> Look:
    figures = (Figure("minutes since deploy", minutes, "min"), Figure("came", came))
    finding = Finding(code, "deploys.last", "payments deploys", health, "It is so.", figures)
    progress = Progress(findings=(finding,), answered=frozenset({"deploys.last"}), done_at=1.0)
    return Look("payments deploys", "payments", "deploys", progress, alone=False)


def failing() -> Look:
    progress = Progress(findings=(ERRORS,), answered=frozenset({"http.health"}), done_at=1.0)
    return Look("payments api", "payments", "http", progress, alone=False)


@pytest.mark.parametrize(("minutes", "named"), [(23, True), (240, False)])
def test_a_deploy_shortly_before_it_began_is_suspected_however_long_ago_that_was(
    minutes: int, *, named: bool
) -> None:
    seen = judged(RULES, deploy("DP200", Health.OK, minutes, "before"), failing())
    assert ("BAD_DEPLOY" in {cause.code for cause in seen.causes}) is named


@pytest.mark.parametrize(
    ("came", "against"), [("before", ()), ("after", ("it came after the trouble had begun",))]
)
def test_a_failed_deploy_after_it_began_is_held_against_the_suspicion(
    came: str, against: tuple[str, ...]
) -> None:
    seen = judged(RULES, deploy("DP201", Health.WARN, 4, came), failing())
    cause = next(cause for cause in seen.causes if cause.code == "BAD_DEPLOY")
    assert cause.against == against
