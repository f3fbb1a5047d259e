"""Changes to a failing system: who may approve what until when, and that the record decides what is done."""

from dataclasses import replace

import pytest

from incidents import endings, mitigating, retrospective
from incidents.catalogue import Catalogue
from incidents.errors import AlreadyTaken, InvalidText, Refused
from incidents.mitigation import Aim, Approval, Fate, Hit, Offer, Plan, Result, Stage
from incidents.mitigation_facts import (
    EvidenceTaken,
    GlassBroken,
    MitigationApproved,
    MitigationBegun,
    MitigationChecked,
    MitigationDone,
    MitigationExpired,
    MitigationFailed,
    MitigationProposed,
    MitigationVoid,
)
from incidents.model import Incident, PersonId
from incidents.roles import Role
from incidents.wording import line
from incidents.work import Board, CarryOut, DrawPlan, LookAfter, LookUp, Redraw
from tests.incidents.story import ALICE, BOB, CAROL, START, Story, declared, minute, told

OFFER = Offer("pg.end_idle", "end-idle", "payments db", "End sessions that sit idle")
PLAN = Plan(OFFER, "End 2 sessions.", "They end.", (Aim("pid 1", (("pid", "1"),)),), START, "2 idle")
RESULT = Result((Hit("pid 1", Fate.DONE),), "2 sessions were ended.", "2 idle", "0 idle", well=True)
EVIDENCE = EvidenceTaken(1, "payments db", "critical", "The slots are full.", ("PG101 critical: full",))


def proposed(approval: Approval = Approval.ANOTHER, *, at: float = 0) -> Story:
    """Bob has asked, and what it would hit is known a minute later."""
    story = declared(service="payments")
    story.does(at, BOB, lambda i, now: mitigating.ask(i, now, replace(OFFER, approval=approval), None))
    plan = replace(PLAN, offer=replace(OFFER, approval=approval))
    story.does(at, BOB, lambda i, now: mitigating.propose(i, now, 1, plan))
    return story


def approves(story: Story, who: PersonId, at: float = 2) -> None:
    story.does(at, who, lambda i, now: mitigating.approve(i, now, 1))


def commanded(story: Story, who: PersonId) -> Story:
    story.incident = story.incident.with_role(Role.COMMANDER, who, START)
    return story


def stage(story: Story) -> Stage:
    found = story.incident.proposal(1)
    assert found is not None
    return found.stage


def test_a_wish_is_looked_up_before_anybody_can_approve_it() -> None:
    story = declared(service="payments")
    decision = story.does(1, BOB, lambda i, now: mitigating.ask(i, now, OFFER, None))
    assert decision.follow_ups == (LookUp(1),)
    with pytest.raises(Refused, match="nothing to approve"):
        approves(story, ALICE)


def test_what_it_would_hit_is_proposed_with_everything_in_it() -> None:
    story = proposed()
    assert story.decision.facts == (MitigationProposed(1, PLAN, BOB, minute(10)),)
    assert story.decision.follow_ups == (DrawPlan(1), Redraw(Board.CARD))


def test_with_nothing_to_do_the_room_hears_why_and_it_can_be_asked_for_again() -> None:
    story = declared(service="payments")
    story.does(0, BOB, lambda i, now: mitigating.ask(i, now, OFFER, None))
    decision = story.does(0, BOB, lambda i, now: mitigating.void(i, now, 1, "No session sits idle."))
    assert told(decision) == [MitigationVoid(1, OFFER, "No session sits idle.")]
    story.does(1, BOB, lambda i, now: mitigating.ask(i, now, OFFER, None))
    assert [proposal.number for proposal in story.incident.proposals] == [1, 2]


def test_the_same_change_is_not_proposed_twice_at_a_time() -> None:
    story = proposed()
    with pytest.raises(AlreadyTaken, match=r"waits for approval already.*bob"):
        story.does(1, CAROL, lambda i, now: mitigating.ask(i, now, OFFER, None))
    other = replace(OFFER, target="payments reports")
    story.does(1, CAROL, lambda i, now: mitigating.ask(i, now, other, None))


def test_a_look_up_that_never_came_back_holds_nobody_up() -> None:
    story = declared(service="payments")
    story.does(0, BOB, lambda i, now: mitigating.ask(i, now, OFFER, None))
    with pytest.raises(AlreadyTaken, match="being looked up"):
        story.does(1, CAROL, lambda i, now: mitigating.ask(i, now, OFFER, None))
    story.does(3, CAROL, lambda i, now: mitigating.ask(i, now, OFFER, None))


@pytest.mark.parametrize(
    ("approval", "commander", "who", "may"),
    [
        (Approval.ANOTHER, None, BOB, False),
        (Approval.ANOTHER, BOB, BOB, False),
        (Approval.ANOTHER, None, ALICE, True),
        (Approval.COMMANDER, None, BOB, False),
        (Approval.COMMANDER, BOB, BOB, True),
        (Approval.COMMANDER, BOB, ALICE, True),
        (Approval.ANYONE, None, BOB, True),
    ],
)
def test_who_may_approve_is_what_the_operator_wrote(
    approval: Approval, commander: PersonId | None, who: PersonId, *, may: bool
) -> None:
    story = proposed(approval)
    if commander:
        commanded(story, commander)
    if may:
        approves(story, who)
        assert story.decision.facts == (MitigationApproved(1, "End 2 sessions.", BOB),)
        assert CarryOut() in story.decision.follow_ups
    else:
        with pytest.raises(Refused, match="somebody else"):
            approves(story, who)
        assert stage(story) is Stage.PROPOSED


def test_of_two_who_approve_one_wins_and_the_other_is_told() -> None:
    story = proposed()
    approves(story, ALICE)
    with pytest.raises(AlreadyTaken, match="alice approved this already"):
        approves(story, CAROL)


def test_after_ten_minutes_it_expires_once_and_its_button_says_so() -> None:
    story = proposed()
    assert story.rings_at == 10
    with pytest.raises(Refused, match="expired at 10:10"):
        approves(story, ALICE, 10)
    story.incident = story.incident.owing(None)
    decision = story.rings(10)
    assert decision is not None
    assert told(decision) == [MitigationExpired(1, OFFER, "End 2 sessions.", BOB)]
    assert DrawPlan(1) in decision.follow_ups
    assert story.rings(11) is None
    with pytest.raises(Refused, match="expired at 10:10"):
        approves(story, ALICE, 12)


def test_what_was_approved_does_not_expire() -> None:
    story = proposed()
    approves(story, ALICE, 9)
    story.incident = story.incident.owing(None)
    assert story.rings(11) is None


def test_anybody_declines_also_the_one_who_asked() -> None:
    story = proposed()
    story.does(1, BOB, lambda i, now: mitigating.decline(i, now, 1, "too many"))
    assert stage(story) is Stage.DECLINED
    with pytest.raises(AlreadyTaken, match="bob declined this"):
        approves(story, ALICE)


def test_the_commander_alone_breaks_the_glass_with_a_reason_and_the_room_hears_it() -> None:
    story = proposed()
    for commander, said in ((None, "has none"), (ALICE, "that is alice")):
        if commander:
            commanded(story, commander)
        with pytest.raises(Refused, match=said):
            story.does(1, BOB, lambda i, now: mitigating.break_glass(i, now, 1, "nobody is awake"))
    commanded(story, BOB)
    with pytest.raises(InvalidText, match="reason is empty"):
        story.does(1, BOB, lambda i, now: mitigating.break_glass(i, now, 1, " "))
    decision = story.does(1, BOB, lambda i, now: mitigating.break_glass(i, now, 1, "nobody is awake"))
    assert told(decision) == [GlassBroken(1, "End 2 sessions.", BOB, "nobody is awake")]
    assert CarryOut() in decision.follow_ups
    said = line(story.entries[-1], str, lambda at: f"{at:%H:%M}")
    assert "bob broke the glass" in said
    assert "nobody is awake" in said


def test_evidence_is_on_record_before_the_change_begins_and_the_result_after_it() -> None:
    story = proposed()
    approves(story, ALICE)
    story.does(3, ALICE, lambda i, now: mitigating.begin(i, now, 1, EVIDENCE))
    assert story.decision.facts == (
        EVIDENCE,
        MitigationBegun(1, "pg.end_idle", "payments db", "End 2 sessions."),
    )
    story.does(3, ALICE, lambda i, now: mitigating.finish(i, now, 1, RESULT, resumed=False))
    (done,) = told(story.decision)
    assert done == MitigationDone(1, "End 2 sessions.", BOB, ALICE, RESULT)
    assert LookAfter(1) in story.decision.follow_ups
    assert "2 → 0 idle" in line(story.entries[-1], str, str)
    seen = MitigationChecked(1, "payments db", "ok", "All is well.")
    story.does(4, ALICE, lambda i, now: mitigating.check(i, now, seen))
    assert told(story.decision) == [seen]


def test_what_a_job_says_too_late_or_twice_changes_nothing() -> None:
    story = proposed()
    story.does(1, BOB, lambda i, now: mitigating.begin(i, now, 1, None))
    assert (story.decision.facts, stage(story)) == ((), Stage.PROPOSED)
    approves(story, ALICE)
    for _ in range(2):
        story.does(3, ALICE, lambda i, now: mitigating.begin(i, now, 1, EVIDENCE))
    for _ in range(2):
        story.does(3, ALICE, lambda i, now: mitigating.finish(i, now, 1, RESULT, resumed=True))
    story.does(3, ALICE, lambda i, now: mitigating.fail(i, now, 1, "late", unclear=True))
    story.does(3, ALICE, lambda i, now: mitigating.propose(i, now, 1, PLAN))
    kinds = [type(entry.fact) for entry in story.entries]
    assert (kinds.count(MitigationBegun), kinds.count(MitigationDone), kinds.count(MitigationFailed)) == (
        1,
        1,
        0,
    )


def test_a_resolved_incident_takes_no_change_and_its_open_proposals_are_withdrawn() -> None:
    story = proposed()
    story.does(1, ALICE, lambda i, now: endings.resolve(i, now, "fixed", "it is fine"))
    assert stage(story) is Stage.WITHDRAWN
    assert DrawPlan(1) in story.decision.follow_ups
    with pytest.raises(Refused, match="The incident ended"):
        approves(story, ALICE)
    with pytest.raises(Refused, match="is resolved"):
        story.does(3, BOB, lambda i, now: mitigating.ask(i, now, OFFER, None))


def test_what_was_approved_before_the_end_is_not_begun_after_it() -> None:
    story = proposed()
    approves(story, ALICE)
    story.does(3, ALICE, lambda i, now: endings.false_alarm(i, now, ""))
    decision = story.does(4, ALICE, lambda i, now: mitigating.begin(i, now, 1, EVIDENCE))
    (failed,) = told(decision)
    assert isinstance(failed, MitigationFailed)
    assert not failed.unclear
    assert stage(story) is Stage.FAILED


def test_an_incident_from_before_there_were_proposals_has_none() -> None:
    incident: Incident = declared().incident
    assert incident.proposals == ()
    assert incident.proposal(1) is None


def test_the_post_mortem_tells_every_step() -> None:
    story = commanded(proposed(), BOB)
    story.does(1, BOB, lambda i, now: mitigating.break_glass(i, now, 1, "nobody is awake"))
    story.does(2, BOB, lambda i, now: mitigating.begin(i, now, 1, EVIDENCE))
    story.does(3, BOB, lambda i, now: mitigating.finish(i, now, 1, RESULT, resumed=False))
    draft = retrospective.draft(story.incident, story.entries, story.policy, Catalogue(), str)
    for step in ("broke the glass", "nobody is awake", "before changing it", "2 → 0 idle"):
        assert step in draft
    assert "- payments db (critical): The slots are full." in draft
