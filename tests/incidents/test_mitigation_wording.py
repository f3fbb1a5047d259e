"""What happened to a change, as the shell, the files and the room read it."""

from dataclasses import replace
from typing import get_args

import pytest

from incidents import mitigation_facts as m
from incidents.aims import lines
from incidents.mitigation import Aim, Alike, Fate, Hit, Offer, Plan, Result
from incidents.mitigation_wording import figures, mitigated
from incidents.values import Fix
from tests.incidents.story import ALICE, BOB, START, minute

OFFER = Offer("pg.end_idle", "end-idle", "payments db", "End sessions that sit idle")
AIMS = (Aim("pid 1 of shop", (("pid", "1"),)), Aim("pid 2 of shop", (("pid", "2"),)))
MANY = AIMS[:1] * 20
PLAN = Plan(OFFER, "End 2 sessions.", "They end.", AIMS, START, "2 idle")
HITS = (Hit("pid 1", Fate.DONE), Hit("pid 2", Fate.GONE))
RESULT = Result(HITS, "1 session was ended.", "2 idle", "0 idle")
FAILED = Result((Hit("pid 1", Fate.FAILED, "no"),), "Done.")
LEFT = Result((Hit("flag", Fate.GONE, "It is off by now."),), "It was left alone: it is off by now.")
FACTS: list[tuple[m.MitigationFact, str]] = [
    (
        m.FixAdvised(None, ("what the cause is",)),
        "had the choice weighed: nothing speaks for either; to be found out: what the cause is",
    ),
    (
        m.FixAdvised(Fix.ROLLBACK, ("a fix takes long", "SEV1 asks for it"), ("the cause is known",)),
        "had the choice weighed: a rollback is proposed, since a fix takes long; SEV1 asks for it",
    ),
    (m.MitigationAsked(1, OFFER), "asked for a mitigation: End sessions that sit idle (payments db)"),
    (
        m.MitigationVoid(1, OFFER, "No session sits idle."),
        "proposed nothing for payments db (end-idle): No session sits idle.",
    ),
    (
        m.MitigationProposed(1, PLAN, BOB, minute(10)),
        "proposed for Bob: End 2 sessions. Exactly these: pid 1 of shop; pid 2 of shop",
    ),
    (
        m.MitigationProposed(1, replace(PLAN, sentence="End 20 sessions.", aims=MANY), BOB, minute(10)),
        f"proposed for Bob: End 20 sessions. Exactly these: {'; '.join(['pid 1 of shop'] * 8)}; and 12 more",
    ),
    (m.MitigationApproved(1, "End 2 sessions.", BOB), "approved: End 2 sessions (asked for by Bob)"),
    (
        m.GlassBroken(1, "End 2 sessions.", BOB, "nobody is awake"),
        "broke the glass and approved alone: End 2 sessions (asked for by Bob). The reason: nobody is awake",
    ),
    (
        m.MitigationDeclined(1, "End 2 sessions.", BOB, "too many"),
        "declined: End 2 sessions (asked for by Bob). The reason: too many",
    ),
    (m.MitigationDeclined(1, "End 2 sessions.", BOB), "declined: End 2 sessions (asked for by Bob)"),
    (
        m.MitigationExpired(1, OFFER, "End 2 sessions.", BOB),
        "let a proposal expire: End 2 sessions (asked for by Bob)",
    ),
    (
        m.EvidenceTaken(1, "payments db", "critical", "The slots are full."),
        "looked at payments db before changing it (critical): The slots are full.",
    ),
    (
        m.MitigationBegun(1, "pg.end_idle", "payments db", "End 2 sessions."),
        "began on payments db: End 2 sessions.",
    ),
    (
        m.MitigationDone(1, "End 2 sessions.", BOB, ALICE, RESULT),
        (
            "carried out what Bob asked for and Alice approved: 1 session was ended; 2 → 0 idle; "
            "1 done, 1 gone by then and left alone"
        ),
    ),
    (
        m.MitigationDone(1, "x", BOB, ALICE, FAILED, resumed=True),
        (
            "carried out what Bob asked for and Alice approved: Done; failed: pid 1 (no); "
            "a first try was cut off, and this one went on"
        ),
    ),
    (
        m.MitigationDone(1, "x", BOB, ALICE, replace(FAILED, sentence="It is on: no.")),
        "tried to carry out what Bob asked for and Alice approved: It is on: no",
    ),
    (
        m.MitigationDone(1, "x", BOB, ALICE, LEFT),
        "did not carry out what Bob asked for and Alice approved: It was left alone: it is off by now",
    ),
    (
        m.MitigationFailed(1, "End 2 sessions.", "too soon"),
        "did not carry out: End 2 sessions; nothing was changed: too soon",
    ),
    (
        m.MitigationFailed(1, "End 2 sessions.", "no answer", unclear=True),
        "did not carry out: End 2 sessions; what was changed is not known: no answer",
    ),
    (
        m.MitigationChecked(1, "payments db", "ok", "All is well."),
        "looked at payments db after the change (ok): All is well.",
    ),
    (
        m.MitigationChecked(1, "payments db", "critical", "It is full.", changed=False),
        "looked at payments db again (critical): It is full.",
    ),
]


@pytest.mark.parametrize(("fact", "words"), FACTS)
def test_a_fact_is_said_as_the_second_half_of_a_sentence(fact: m.MitigationFact, words: str) -> None:
    assert mitigated(fact, str.capitalize) == words


def test_every_kind_of_fact_has_its_words() -> None:
    assert {type(fact) for fact, _ in FACTS} == set(get_args(m.MitigationFact))


def test_what_both_figures_count_is_said_once() -> None:
    assert figures(RESULT) == "2 → 0 idle"
    assert figures(replace(RESULT, after="")) == "2 idle → not seen"
    assert figures(replace(RESULT, after="2 idle")) == "2 idle, as before"
    assert figures(replace(RESULT, before="a up", after="b up")) == "a up → b up"
    assert figures(replace(RESULT, before="state open", after="state closed")) == "state open → state closed"
    assert figures(replace(RESULT, before="open", after="closed")) == "open → closed"
    assert figures(replace(RESULT, before="", after="")) == ""


def test_many_that_are_alike_are_one_line_on_the_timeline() -> None:
    alike = [Alike("sessions of shop, idle", "pids", str(n), 60, "1 min") for n in range(9)]
    aims = tuple(Aim(f"pid {each.name} of shop", (("pid", each.name),), alike=each) for each in alike)
    said = mitigated(m.MitigationProposed(1, replace(PLAN, aims=aims), BOB, minute(10)), str)
    assert said.endswith("Exactly these: 9 sessions of shop, idle for 1 min: pids 0, 1, 2, 3, 4, 5, 6, 7, 8")
    assert lines(aims[:2]) == [("pid 0 of shop", 1), ("pid 1 of shop", 1)]
