"""The rules of changing a system that is failing: asked for, looked up, approved, carried out, looked at.

Whoever carries out goes by the record alone: the stage of the proposal says what was done and what was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incidents import proposals
from incidents.errors import Refused
from incidents.facts import Fact
from incidents.mitigation import Approval, Offer, Plan, Result, Stage
from incidents.mitigation_facts import (
    EvidenceTaken,
    GlassBroken,
    MitigationApproved,
    MitigationAsked,
    MitigationBegun,
    MitigationChecked,
    MitigationDeclined,
    MitigationDone,
    MitigationExpired,
    MitigationFailed,
    MitigationProposed,
    MitigationVoid,
)
from incidents.mitigation_refusals import asked_already, meanwhile, not_you
from incidents.model import Incident, MessageId, PersonId, Proposal
from incidents.moment import Moment, still_open
from incidents.texts import checked as checked_text
from incidents.work import (
    Board,
    CarryOut,
    Decision,
    DrawPlan,
    FollowUp,
    LookAfter,
    LookUp,
    Redraw,
    ShowEvidence,
)

_REASON = 1000
_CARD = Redraw(Board.CARD)  # says what waits for approval


def ask(incident: Incident, now: Moment, offer: Offer, thread: MessageId | None) -> Decision:
    """Somebody wants it done; what it would hit is looked up, and nothing is changed."""
    still_open(incident)
    if now.by is None:
        raise ValueError("somebody asks for a change")
    if other := proposals.busy(incident, offer, now.at):
        raise asked_already(other)
    number = len(incident.proposals) + 1
    proposal = Proposal(number, offer, now.by, Stage.ASKED, now.at, thread)
    return _decided(incident, now, proposal, [MitigationAsked(number, offer)], [LookUp(number)])


def void(incident: Incident, now: Moment, number: int, reason: str) -> Decision:
    """There is nothing to do, or it could not be looked up."""
    proposal = _at(incident, number, Stage.ASKED)
    if proposal is None:
        return now.decide(incident, [], [])
    fact = MitigationVoid(number, proposal.offer, reason)
    moved = _moved(proposal, now, Stage.VOID, words=reason)
    return _decided(incident, now, moved, [fact], [now.tell(fact)])


def propose(incident: Incident, now: Moment, number: int, plan: Plan) -> Decision:
    """What it would hit is known, and waits for approval."""
    proposal = _at(incident, number, Stage.ASKED)
    if proposal is None:
        return now.decide(incident, [], [])
    expires_at = now.at + proposals.APPROVABLE_FOR
    moved = replace(
        _moved(proposal, now, Stage.PROPOSED),
        offer=plan.offer,
        sentence=plan.sentence,
        expires_at=expires_at,
    )
    fact = MitigationProposed(number, plan, proposal.asked_by, expires_at)
    return _decided(incident, now, moved, [fact], [DrawPlan(number), _CARD])


def approve(incident: Incident, now: Moment, number: int) -> Decision:
    """Somebody who may says yes; whoever comes second is told."""
    proposal = _waiting(incident, now, number)
    if now.by is None or not may_approve(proposal, incident, now.by):
        raise not_you(proposal, incident, now.by)
    fact = MitigationApproved(number, proposal.sentence, proposal.asked_by)
    moved = replace(_moved(proposal, now, Stage.APPROVED), decided_by=now.by)
    return _decided(incident, now, moved, [fact], [DrawPlan(number), _CARD, CarryOut()])


def may_approve(proposal: Proposal, incident: Incident, person: PersonId) -> bool:
    """Whether this person's yes is enough."""
    if person != proposal.asked_by:
        return True
    match proposal.offer.approval:
        case Approval.ANYONE:
            return True
        case Approval.COMMANDER:
            return person == incident.commander
        case Approval.ANOTHER:
            return False


def may_break_glass(incident: Incident, now: Moment, number: int) -> Proposal:
    """The proposal, if this person may approve it alone. Raises Refused."""
    proposal = _waiting(incident, now, number)
    if incident.commander is None:
        raise Refused(
            f"Only the incident commander can break the glass, and {incident.reference} has none. "
            "Nothing was changed. Take the role with `/incident role commander`."
        )
    if incident.commander != now.by:
        raise Refused(
            "Only the incident commander can break the glass; that is {person}. Nothing was changed.",
            person=incident.commander,
        )
    return proposal


def break_glass(incident: Incident, now: Moment, number: int, reason: str) -> Decision:
    """The commander says yes alone and says why; the room hears of it."""
    proposal = may_break_glass(incident, now, number)
    why = checked_text(reason, "reason", _REASON)
    fact = GlassBroken(number, proposal.sentence, proposal.asked_by, why)
    moved = replace(_moved(proposal, now, Stage.APPROVED), decided_by=now.by, glass=True)
    return _decided(incident, now, moved, [fact], [now.tell(fact), DrawPlan(number), _CARD, CarryOut()])


def decline(incident: Incident, now: Moment, number: int, reason: str) -> Decision:
    """Anybody says no, also the one who asked for it."""
    proposal = _waiting(incident, now, number)
    why = checked_text(reason, "reason", _REASON, empty=True)
    fact = MitigationDeclined(number, proposal.sentence, proposal.asked_by, why)
    moved = replace(_moved(proposal, now, Stage.DECLINED, words=why), decided_by=now.by)
    return _decided(incident, now, moved, [fact], [now.tell(fact), DrawPlan(number), _CARD])


def begin(incident: Incident, now: Moment, number: int, evidence: EvidenceTaken | None) -> Decision:
    """From here on the target may be changed.

    Of an incident that has ended nothing is changed any more, and nothing that was looked up too long ago: a
    process that was down for hours finds approvals of another time.
    """
    proposal = _at(incident, number, Stage.APPROVED)
    if proposal is None:
        return now.decide(incident, [], [])
    if not incident.open:
        return fail(incident, now, number, f"{incident.reference} ended before it began", unclear=False)
    if proposals.too_late(proposal, now.at):
        return _expired(incident, now, proposal)
    fact = MitigationBegun(number, proposal.offer.action, proposal.offer.target, proposal.sentence)
    facts: list[Fact] = [evidence, fact] if evidence else [fact]
    shown = [ShowEvidence(number)] if evidence and evidence.seen and evidence.seen.findings else []
    return _decided(incident, now, _moved(proposal, now, Stage.BEGUN), facts, shown)


def _expired(incident: Incident, now: Moment, proposal: Proposal) -> Decision:
    """It was approved in time and could not begin in time."""
    number, asked_by, approved_by = proposal.number, proposal.asked_by, proposal.decided_by
    fact = MitigationExpired(number, proposal.offer, proposal.sentence, asked_by, approved_by)
    moved = _moved(proposal, now, Stage.EXPIRED)
    return _decided(incident, now, moved, [fact], [now.tell(fact), DrawPlan(number), _CARD])


def hold_up(incident: Incident, now: Moment, number: int, reason: str) -> Decision:
    """The target does not answer, and it is tried again; whoever waits reads so in the plan."""
    proposal = _at(incident, number, Stage.BEGUN)
    if proposal is None:
        return now.decide(incident, [], [])
    return _decided(incident, now, replace(proposal, words=reason), [], [DrawPlan(number)])


def finish(incident: Incident, now: Moment, number: int, result: Result, *, resumed: bool) -> Decision:
    """It was done, as far as it could be."""
    proposal = _at(incident, number, Stage.BEGUN)
    if proposal is None:
        return now.decide(incident, [], [])
    fact = MitigationDone(
        number,
        proposal.sentence,
        proposal.asked_by,
        proposal.decided_by,
        result,
        resumed=resumed,
        rollback=proposal.offer.rollback,
    )
    moved = replace(
        _moved(proposal, now, Stage.DONE, words=result.sentence), fates=() if resumed else result.fates
    )
    return _decided(incident, now, moved, [fact], [now.tell(fact), DrawPlan(number), LookAfter(number)])


def fail(incident: Incident, now: Moment, number: int, reason: str, *, unclear: bool) -> Decision:
    """It was not done, or it is not known how much of it was."""
    proposal = _at(incident, number, Stage.APPROVED, Stage.BEGUN)
    if proposal is None:
        return now.decide(incident, [], [])
    fact = MitigationFailed(number, proposal.sentence, reason, unclear)
    known = "What was changed is not known: " if unclear else "Nothing was changed: "
    moved = _moved(proposal, now, Stage.FAILED, words=known + reason)
    return _decided(incident, now, moved, [fact], [now.tell(fact), DrawPlan(number)])


def check(incident: Incident, now: Moment, fact: MitigationChecked) -> Decision:
    """How the target is afterwards."""
    proposal = _at(incident, fact.number, Stage.DONE)
    if proposal is None:
        return now.decide(incident, [], [])
    return _decided(incident, now, _moved(proposal, now, Stage.CHECKED), [fact], [now.tell(fact)])


def _decided(
    incident: Incident, now: Moment, proposal: Proposal, facts: Sequence[Fact], works: Sequence[FollowUp]
) -> Decision:
    return now.decide(incident.with_proposal(proposal), facts, works)


def _moved(proposal: Proposal, now: Moment, stage: Stage, *, words: str | None = None) -> Proposal:
    kept = proposal.words if words is None else words
    return replace(proposal, stage=stage, since=now.at, words=kept)


def _at(incident: Incident, number: int, *stages: Stage) -> Proposal | None:
    """The proposal, if it is at one of these stages; else nobody waits for what a job has to say."""
    proposal = incident.proposal(number)
    return proposal if proposal and proposal.stage in stages else None


def _waiting(incident: Incident, now: Moment, number: int) -> Proposal:
    """The proposal, if it waits for approval. Raises what happened to it meanwhile."""
    proposal = incident.proposal(number)
    if proposal is None:
        raise Refused(f"{incident.reference} has no proposal {number}. Nothing was changed.")
    if proposal in proposals.waiting(incident, now.at):
        return proposal
    raise meanwhile(proposal)
