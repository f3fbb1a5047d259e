"""Roll back or fix forward: what is proposed from which answers, and why."""

from dataclasses import replace

import pytest

from incidents import endings, rollback
from incidents.errors import Refused
from incidents.evidence import Figure, Finding, Health
from incidents.mitigation_facts import FixAdvised
from incidents.rollback import Answers, Cause, Deployed, Duration, Harm, Size, last_change
from incidents.values import Fix
from tests.incidents.story import ALICE, declared, told

UNKNOWN = Answers(Deployed.UNKNOWN, Cause.UNCLEAR, Duration.UNCLEAR, Harm.UNKNOWN, Size.FEW)
FRESH = Answers(Deployed.JUST_BEFORE, Cause.UNCLEAR, Duration.LONG, Harm.NONE, Size.MANY)
SMALL = Answers(Deployed.BEFORE, Cause.SMALL, Duration.SHORT, Harm.UNKNOWN, Size.FEW)


def advised(answers: Answers, severity: str = "SEV3") -> FixAdvised:
    decision = declared(severity=severity).does(1, ALICE, lambda i, now: rollback.advise(i, now, answers))
    (fact,) = told(decision)
    assert isinstance(fact, FixAdvised)
    assert decision.facts == (fact,)
    return fact


@pytest.mark.parametrize(
    ("answers", "fix"),
    [
        (UNKNOWN, None),
        (replace(UNKNOWN, cause=Cause.SMALL), Fix.FORWARD),
        (replace(UNKNOWN, duration=Duration.SHORT), Fix.FORWARD),
        (replace(UNKNOWN, harm=Harm.MORE), Fix.FORWARD),
        (replace(UNKNOWN, harm=Harm.NONE), Fix.ROLLBACK),
        (replace(UNKNOWN, size=Size.MANY), Fix.ROLLBACK),
        (replace(UNKNOWN, deployed=Deployed.BEFORE), Fix.ROLLBACK),
        (FRESH, Fix.ROLLBACK),
        (SMALL, Fix.FORWARD),
        (replace(FRESH, harm=Harm.MORE), Fix.FORWARD),
        (replace(FRESH, deployed=Deployed.LONG_BEFORE), Fix.FORWARD),
    ],
)
def test_the_answers_decide_which_is_proposed(answers: Answers, fix: Fix | None) -> None:
    assert advised(answers).fix is fix


@pytest.mark.parametrize("severity", ["SEV1", "SEV3"])
def test_where_nothing_is_known_of_a_deploy_it_is_asked_for_and_nothing_proposed(severity: str) -> None:
    fact = advised(UNKNOWN, severity)
    assert fact.reasons == (
        "when the last deploy was, and whether it came before it began",
        "whether a rollback would do harm",
        "what the cause is",
        "how long a fix would take",
    )
    assert (fact.fix, fact.against) == (None, ())


def test_the_reasons_for_it_and_against_it_are_said() -> None:
    fact = advised(replace(FRESH, harm=Harm.MORE))
    assert fact.reasons == ("a rollback would do more harm than the fault",)
    assert "the cause is not clear, and a rollback works without knowing it" in fact.against


def test_the_worst_severities_ask_for_the_fastest_way_back() -> None:
    assert any("SEV1 asks" in reason for reason in advised(FRESH, "SEV1").reasons)
    assert not any("asks for" in reason for reason in advised(FRESH, "SEV3").reasons)


def test_after_the_end_nothing_is_weighed() -> None:
    story = declared()
    story.does(1, ALICE, lambda i, now: endings.false_alarm(i, now, ""))
    with pytest.raises(Refused, match="is resolved"):
        story.does(2, ALICE, lambda i, now: rollback.advise(i, now, UNKNOWN))


@pytest.mark.parametrize(
    ("minutes", "came", "deployed"),
    [
        (3, "before", Deployed.JUST_BEFORE),
        (10, "before", Deployed.BEFORE),
        (61, "before", Deployed.LONG_BEFORE),
        (None, "after", Deployed.LONG_BEFORE),
        (None, None, Deployed.UNKNOWN),
    ],
)
def test_the_last_deploy_is_taken_from_what_probes_saw(
    minutes: int | None, came: str | None, deployed: Deployed
) -> None:
    figures = (Figure("minutes since deploy", minutes, "min"), Figure("came", came))
    seen = Finding("DP200", "deploys.recent", "payments deploys", Health.OK, "The last deploy was.", figures)
    other = Finding("DP100", "deploys.git", "payments deploys", Health.OK, "2 commits.")
    change = last_change((other, seen))
    assert change.deployed is deployed
    assert change.words == ("" if deployed is Deployed.UNKNOWN else "The last deploy was.")
