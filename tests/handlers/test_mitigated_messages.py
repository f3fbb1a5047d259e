"""What is said of a change that came to nothing, or to less than was planned: that, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from handlers.messages import mitigated, mitigation
from handlers.messages.diagnosis import findings
from incidents import mitigation_facts as m
from incidents.evidence import Examination, Health
from incidents.mitigation import Fate, Hit, Result, Stage
from incidents.model import Incident, Proposal
from incidents.notices import FindingsNotice, PlanNotice
from tests.handlers.checking import check, pressable, seen
from tests.handlers.test_mitigation_messages import ALICE, BOB, LATER, NOON, OFFER, PLAN, SAID
from tests.workflows.examiner import FINDING

Make = Callable[..., Incident]
REASON = "its rule is missing on db1; " + "it must name the unit and the verb; " * 6 + "see the page."


def result(fate: Fate, sentence: str, words: str) -> Result:
    return Result((Hit("nginx.service, failed", fate, words),), sentence, "failed", "failed")


def of(make: Make, *fates: Fate) -> Incident:
    """An incident with a change that came to that."""
    proposal = Proposal(1, OFFER, ALICE, Stage.DONE, NOON, sentence=SAID, decided_by=BOB, fates=fates)
    return make(proposals=(replace(proposal, words="so it went"),))


@pytest.mark.parametrize(
    ("fates", "word"),
    [
        ((), "Done"),
        ((Fate.DONE,), "Done"),
        ((Fate.DONE, Fate.GONE), "Done"),
        ((Fate.DONE, Fate.FAILED), "Done in part"),
        ((Fate.GONE,), "Left alone"),
        ((Fate.FAILED,), "Failed"),
        ((Fate.GONE, Fate.FAILED), "Failed"),
    ],
)
def test_a_plan_says_what_came_of_it(an_incident: Make, fates: tuple[Fate, ...], word: str) -> None:
    notice = PlanNotice(of(an_incident, *fates), m.MitigationProposed(1, PLAN, ALICE, LATER))
    assert f"*{word}* at" in seen(mitigation.plan(notice))


def test_what_failed_is_said_once_with_its_whole_reason_and_leads_to_another_look(an_incident: Make) -> None:
    failed = result(Fate.FAILED, "nginx.service could not be restarted.", REASON)
    message = mitigated.drawn(
        of(an_incident, Fate.FAILED), m.MitigationDone(1, SAID, ALICE, BOB, failed, rollback=True), None
    )
    told = seen(message)
    assert f"• nginx.service, failed: {REASON}" in told
    assert "*failed, as before.*" in told
    assert "1 failed" not in told
    assert "After a rollback" not in told
    assert "press *Look it up again*" in told
    assert pressable(message) == ["Look it up again", "Post update"]
    check(message)


def test_a_reason_that_the_sentence_tells_is_not_told_again(an_incident: Make) -> None:
    gone = result(Fate.GONE, "nginx.service was left alone: it runs by now.", "it runs by now.")
    told = seen(
        mitigated.drawn(of(an_incident, Fate.GONE), m.MitigationDone(1, SAID, ALICE, BOB, gone), None)
    )
    assert told.count("it runs by now") == 1
    assert "I changed nothing." in told


def test_after_a_cut_nothing_claims_that_nothing_was_changed(an_incident: Make) -> None:
    gone = result(Fate.GONE, "nginx.service was left alone: it runs by now.", "it runs by now.")
    done = m.MitigationDone(1, SAID, ALICE, BOB, gone, resumed=True)
    message = mitigated.drawn(of(an_incident), done, None)
    assert "I changed nothing" not in seen(message)
    assert pressable(message) == ["Post update", "Service restored"]


def test_what_was_refused_is_said_to_have_changed_nothing_once(an_incident: Make) -> None:
    fact = m.MitigationFailed(1, SAID, "It was begun just now. Nothing was changed.")
    message = mitigated.drawn(of(an_incident), fact, None)
    assert seen(message).count("Nothing was changed.") == 1
    assert pressable(message) == ["Look it up again"]


def test_what_could_not_be_looked_up_can_be_looked_up_again_while_the_incident_is_open(
    an_incident: Make,
) -> None:
    fact = m.MitigationVoid(1, OFFER, "The API of payments k8s does not answer in time.")
    message = mitigated.drawn(an_incident(), fact, None)
    assert "The API of payments k8s does not answer in time.\nNothing was changed." in seen(message)
    assert pressable(message) == ["Look it up again"]
    assert pressable(mitigated.drawn(an_incident().resolved(LATER, "fixed"), fact, None)) == []


def test_what_is_in_doubt_leads_to_no_second_try(an_incident: Make) -> None:
    fact = m.MitigationFailed(1, SAID, "It does not answer.", unclear=True)
    assert pressable(mitigated.drawn(of(an_incident), fact, None)) == []


def test_a_look_after_nothing_was_changed_speaks_of_no_change(an_incident: Make) -> None:
    fact = m.MitigationChecked(1, "payments db", "critical", "It is full.", changed=False)
    told = seen(mitigated.drawn(an_incident(), fact, None))
    assert "Looked at again, *payments db*: It is full." in told
    assert "After the change" not in told


def test_what_was_kept_before_a_change_says_so() -> None:
    kept = Examination("payments db", NOON, Health.CRITICAL, "The slots are full.", findings=(FINDING,))
    assert "*payments db before the change*" in seen(findings(FindingsNotice(kept, kept=True)))
    assert "before the change" not in seen(findings(FindingsNotice(kept)))
