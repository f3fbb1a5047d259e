"""What is said of changes: offers, the plan in each of its stages, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import pytest
from syrupy.assertion import SnapshotAssertion

from handlers.messages import facts, mitigated, mitigation, notices, text
from handlers.messages.diagnosis import verdict
from handlers.messages.drawing import Drawing
from handlers.views.mitigation import break_glass
from incidents import mitigation_facts as m
from incidents.evidence import Examination, Health
from incidents.mitigation import Aim, Alike, Approval, Fate, Hit, Offer, Plan, Result, Stage
from incidents.model import Incident, PersonId, Proposal
from incidents.notices import FactNotice, PlanNotice, VerdictNotice
from incidents.roles import Role
from incidents.texts import timing
from incidents.values import Fix
from tests.handlers.checking import check, check_view, pressable, seen

Make = Callable[..., Incident]
NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
LATER = NOON + timedelta(minutes=10)
ALICE, BOB = PersonId("U0ALICE"), PersonId("U0BOB")
LONG = "<&>" * 1000

OFFER = Offer("pg.end_idle", "end-idle", "payments db", "End sessions that sit idle in a transaction")
AIMS = tuple(Aim(f"pid {n} of reports-export, idle for 14 min", (("pid", str(n)),)) for n in range(50))
SAID = "End 50 sessions of reports-export."
PLAN = Plan(OFFER, SAID, "They see a broken connection.", AIMS, NOON, "50 idle")
RESULT = Result(
    (Hit("pid 1", Fate.DONE), Hit("pid 2", Fate.GONE), Hit("pid 3", Fate.FAILED, "it still stood")),
    "1 of 3 sessions was ended.",
    "3 idle",
    "1 idle",
)
EVERY: dict[str, m.MitigationFact] = {
    "undecided": m.FixAdvised(None, ("when the last deploy was", "what the cause is")),
    "advised": m.FixAdvised(Fix.FORWARD, ("the cause is known and small",), ("SEV1 asks for speed",)),
    "asked": m.MitigationAsked(1, OFFER),
    "void": m.MitigationVoid(1, OFFER, "No session sits idle. There is nothing to do."),
    "proposed": m.MitigationProposed(1, PLAN, ALICE, LATER),
    "approved": m.MitigationApproved(1, SAID, ALICE),
    "glass broken": m.GlassBroken(1, SAID, ALICE, "nobody else is awake"),
    "declined": m.MitigationDeclined(1, SAID, ALICE, "the export must end first"),
    "withdrawn by the asker": m.MitigationDeclined(1, SAID, BOB),
    "expired": m.MitigationExpired(1, OFFER, SAID, ALICE),
    "evidence": m.EvidenceTaken(1, "payments db", "critical", "The slots are full."),
    "begun": m.MitigationBegun(1, "pg.end_idle", "payments db", SAID),
    "done": m.MitigationDone(1, SAID, ALICE, BOB, RESULT),
    "done after a cut": m.MitigationDone(1, SAID, ALICE, BOB, RESULT, resumed=True),
    "rolled back": m.MitigationDone(1, SAID, ALICE, BOB, RESULT, rollback=True),
    "failed": m.MitigationFailed(1, SAID, "too soon after the last one"),
    "in doubt": m.MitigationFailed(1, SAID, "payments db does not answer", unclear=True),
    "looked at again": m.MitigationChecked(1, "payments db", "ok", "All is well."),
}


@pytest.fixture
def proposed(an_incident: Make) -> Callable[..., PlanNotice]:
    """A plan of Alice's at that stage."""

    def make(
        stage: Stage = Stage.PROPOSED, approval: Approval = Approval.ANOTHER, **more: object
    ) -> PlanNotice:
        offer = replace(OFFER, approval=approval)
        proposal = Proposal(1, offer, ALICE, stage, NOON, sentence=SAID, expires_at=LATER, decided_by=BOB)
        incident = an_incident(proposals=(replace(proposal, words="so it went"),), **more)
        return PlanNotice(incident, m.MitigationProposed(1, replace(PLAN, offer=offer), ALICE, LATER))

    return make


@pytest.mark.parametrize("name", EVERY)
def test_a_fact_is_said(name: str, an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion) -> None:
    assert check(facts.drawn(FactNotice(an_incident(), EVERY[name], BOB, NOON), drawing)) == snapshot


def test_every_kind_of_fact_is_among_them() -> None:
    assert {type(fact) for fact in EVERY.values()} == set(get_args(m.MitigationFact))


@pytest.mark.parametrize("stage", Stage)
def test_a_plan_says_where_it_stands(
    stage: Stage, proposed: Callable[..., PlanNotice], drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    assert check(notices.drawn(proposed(stage), drawing)) == snapshot


def test_a_plan_that_waits_can_be_approved_declined_or_forced(
    proposed: Callable[..., PlanNotice], drawing: Drawing
) -> None:
    message = notices.drawn(proposed(roles={Role.COMMANDER: BOB}), drawing)
    assert pressable(message) == ["Approve", "Decline", "Break the glass…"]
    assert "Somebody other than <@U0ALICE> must approve it" in seen(message)
    assert "<@U0BOB>: press *Approve* or *Decline*." in seen(message)
    anyone = notices.drawn(proposed(approval=Approval.ANYONE), drawing)
    assert pressable(anyone) == ["Approve", "Decline"]
    commander = notices.drawn(proposed(approval=Approval.COMMANDER), drawing)
    assert "or the incident commander, must approve it" in seen(commander)


def test_a_plan_of_an_incident_that_has_ended_has_no_buttons(
    proposed: Callable[..., PlanNotice], drawing: Drawing
) -> None:
    notice = proposed()
    over = replace(notice, incident=notice.incident.resolved(LATER, "fixed"))
    assert pressable(notices.drawn(over, drawing)) == []


def test_of_many_targets_the_first_are_shown_and_all_are_in_the_file(
    proposed: Callable[..., PlanNotice], drawing: Drawing
) -> None:
    notice = proposed()
    told = seen(notices.drawn(notice, drawing))
    assert "pid 7 of" in told
    assert "pid 8 of" not in told
    assert "and 42 more" in told
    file = mitigation.aims_file(notice)
    assert file is not None
    assert file.text.count("reports-export, idle") == 50
    few = replace(notice.proposed, plan=replace(PLAN, aims=AIMS[:8]))
    assert mitigation.aims_file(replace(notice, proposed=few)) is None


def test_what_is_offered_has_its_line_and_its_button(
    an_incident: Make, drawing: Drawing, snapshot: SnapshotAssertion
) -> None:
    message = mitigation.offers(an_incident(), [OFFER, replace(OFFER, approval=Approval.ANYONE)], drawing)
    assert check(message) == snapshot


def test_where_nothing_is_allowed_the_lines_are_said_that_would_allow_it() -> None:
    told = seen(mitigation.nothing_offered("payments"))
    assert "[[services.payments.mitigations]]" in told
    check(mitigation.nothing_offered(LONG))


def test_under_a_verdict_stands_what_can_be_done_about_its_cause(an_incident: Make) -> None:
    seen_ = Examination("payments db", NOON, Health.CRITICAL, "The slots are full.")
    message = verdict(VerdictNotice(seen_, ALICE, an_incident(), "payments", (OFFER,)))
    check(message)
    assert pressable(message)[0] == "End sessions that sit idle in a transaction…"


LONGEST: tuple[m.MitigationFact, ...] = (
    m.FixAdvised(Fix.FORWARD, (LONG,) * 7, (LONG,) * 7),
    m.MitigationVoid(1, Offer(LONG, LONG, LONG, LONG), LONG),
    m.GlassBroken(1, LONG, ALICE, LONG),
    m.MitigationDeclined(1, LONG, ALICE, LONG),
    m.MitigationExpired(1, Offer(LONG, LONG, LONG, LONG), LONG, ALICE),
    m.MitigationDone(1, LONG, ALICE, BOB, Result((Hit(LONG, Fate.FAILED, LONG),) * 50, LONG, LONG, LONG)),
    m.MitigationFailed(1, LONG, LONG, unclear=True),
    m.MitigationChecked(1, LONG, "critical", LONG),
)


@pytest.mark.parametrize("fact", LONGEST, ids=lambda fact: type(fact).__name__)
def test_the_longest_texts_fit(fact: m.MitigationFact, an_incident: Make, drawing: Drawing) -> None:
    payload = check(facts.drawn(FactNotice(an_incident(), fact, BOB, NOON), drawing))
    assert "<&>" not in payload["text"] + _marked(payload["blocks"])


def test_the_longest_plan_fits_and_calls_nobody(
    proposed: Callable[..., PlanNotice], drawing: Drawing
) -> None:
    evil = "<!channel> <@U0EVE> *bold*" * 100
    offer = Offer(evil, evil, evil, evil)
    plan = Plan(offer, evil, evil, (Aim(evil, ()),) * 50, NOON)
    notice = proposed()
    proposal = replace(notice.incident.proposals[0], offer=offer, sentence=evil, words=evil)
    incident = replace(notice.incident, proposals=(proposal,))
    worst = PlanNotice(incident, m.MitigationProposed(1, plan, ALICE, LATER))
    payload = check(notices.drawn(worst, drawing))
    assert pressable(notices.drawn(worst, drawing))[0] == "Approve"
    told = payload["text"] + _marked(payload["blocks"])
    assert "<!channel>" not in told
    assert "<@U0EVE>" not in told
    check(mitigation.offers(incident, [offer] * 50, drawing))
    check_view(break_glass(incident, proposal, None))


def _marked(part: object) -> str:
    """All texts that Slack reads as markup."""
    if isinstance(part, list):
        return "".join(map(_marked, part))
    if not isinstance(part, dict):
        return ""
    own = str(part.get("text")) if part.get("type") == "mrkdwn" else ""
    return own + "".join(map(_marked, part.values()))


def test_that_nothing_was_changed_is_said_once(an_incident: Make) -> None:
    fact = m.MitigationVoid(1, OFFER, "It was done just now. Nothing was changed.")
    assert seen(mitigated.drawn(an_incident(), fact, ALICE)).count("Nothing was changed.") == 1


def test_whoever_asked_and_approved_alone_is_named_once(an_incident: Make) -> None:
    broken = m.GlassBroken(1, SAID, ALICE, "nobody else is awake")
    done = m.MitigationDone(1, SAID, ALICE, ALICE, RESULT)
    assert "had asked for it" not in seen(mitigated.drawn(an_incident(), broken, ALICE))
    assert f"Asked for and approved by <@{ALICE}>. I look" in seen(mitigated.drawn(an_incident(), done, None))


def test_a_change_that_did_not_help_does_not_lead_to_the_end(an_incident: Make) -> None:
    for health, offered in (("ok", True), ("critical", False), ("unknown", False)):
        fact = m.MitigationChecked(1, "payments db", health, "Payments db looks so: As it is.")
        told = seen(mitigated.drawn(an_incident(), fact, None))
        assert ("Service restored" in told) is offered
        assert "After the change, *Payments db looks so*: As it is." in told


def test_when_it_may_be_done_again_is_read_by_the_readers_own_clock(
    an_incident: Make, drawing: Drawing
) -> None:
    fact = m.MitigationVoid(1, OFFER, f"It can be done again from {timing(LATER)}. Nothing was changed.")
    told = seen(facts.drawn(FactNotice(an_incident(), fact, ALICE, NOON), drawing))
    assert f"It can be done again from {text.clock(LATER)}. Nothing was changed." in told
    assert len(text.escaped(timing(LATER) * 100, 3000)) <= 3000


def test_sessions_that_are_alike_are_told_on_one_line_and_the_file_has_each(
    an_incident: Make,
) -> None:
    alike = [Alike("sessions of <reports>, idle", "pids", str(n), 60 * n, f"{n} min") for n in range(12, 56)]
    many = tuple(replace(AIMS[0], label=f"pid {a.name} idle for {a.lasting}", alike=a) for a in alike)
    other = replace(AIMS[0], label="pid 7 of psql, idle for 9 min")
    plan = replace(PLAN, aims=(*many, other))
    notice = PlanNotice(an_incident(), m.MitigationProposed(1, plan, ALICE, LATER))
    told = seen(mitigation.plan(notice))
    assert (
        "• 44 sessions of &lt;reports&gt;, idle for 12 min to 55 min: "
        "pids 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 and 32 more\n"
        "• pid 7 of psql, idle for 9 min\nall in the file in the thread"
    ) in told
    file = mitigation.aims_file(notice)
    assert file
    assert all(aim.label in file.text for aim in plan.aims)
