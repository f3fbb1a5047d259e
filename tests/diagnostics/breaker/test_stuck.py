"""A breaker is offered to be reset only once what stands behind it has been back for long enough."""

from datetime import UTC, datetime

import pytest

from diagnostics.look import Collected, Look
from diagnostics.run import Progress
from diagnostics.verdict import judge
from incidents.evidence import Figure, Finding, Health
from tests.diagnostics.rules import RULES

PROBE = "breaker.state"


@pytest.mark.parametrize(
    ("seconds", "cause", "resets"),
    [(300, "BREAKER_STUCK", True), (20, "BREAKER_OPEN", False), (None, "BREAKER_OPEN", False)],
)
def test_it_is_stuck_when_what_stands_behind_it_is_back_for_long(
    seconds: int | None, cause: str, *, resets: bool
) -> None:
    figures = (
        Figure("behind it", "answers" if seconds else "does not answer"),
        Figure("behind it answers for", seconds, "s"),
    )
    finding = Finding("CB002", PROBE, "payments stripe", Health.CRITICAL, "It is open.", figures)
    progress = Progress(findings=(finding,), answered=frozenset({PROBE}), done_at=1.0, broken=False)
    look = Look("payments stripe", "payments", "breaker", progress, alone=False)
    seen = judge(Collected("payments", datetime(2026, 11, 21, tzinfo=UTC), 1.0, (look,)), RULES)
    assert (seen.causes[0].code, "breaker.reset" in seen.causes[0].actions) == (cause, resets)
