"""The proposals of an incident: which wait for approval, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from incidents.mitigation import Offer, Stage
from incidents.mitigation_facts import MitigationExpired
from incidents.model import Incident, Proposal
from incidents.work import DrawPlan

APPROVABLE_FOR = timedelta(minutes=10)
BEGUN_WITHIN = timedelta(minutes=2)
"""How long after the expiry what was approved may still begin.

An approval in the last second is followed by a place in the queue and by the look that is kept as evidence
(two of 30 s at most); a minute more lets a replica take over from one that was killed on the way.
"""
TRIED_FOR = timedelta(minutes=5)
"""How long a change is tried again that may or may not have happened."""
_LOOKED_UP_WITHIN = timedelta(minutes=2)
_UNDER_WAY = frozenset({Stage.APPROVED, Stage.BEGUN})
_CHANGED = frozenset({Stage.BEGUN, Stage.DONE, Stage.CHECKED, Stage.FAILED})


def waiting(incident: Incident, at: datetime) -> tuple[Proposal, ...]:
    """Those that can be approved at that time, in order."""
    return tuple(proposal for proposal in incident.proposals if _waits(proposal, at))


def proposed(incident: Incident) -> tuple[Proposal, ...]:
    """Those that wait for approval as the record has it, in order; none once the incident has ended."""
    return tuple(proposal for proposal, _ in _expiries(incident)) if incident.open else ()


def busy(incident: Incident, offer: Offer, at: datetime) -> Proposal | None:
    """The proposal of the same change to the same target that is not over yet."""
    same = (p for p in incident.proposals if (p.offer.action, p.offer.target) == (offer.action, offer.target))
    return next((proposal for proposal in same if _goes_on(proposal, at)), None)


def last_change(incident: Incident) -> datetime | None:
    """Until when something was or may have been changed; what was seen before tells nothing of it."""
    return max((p.since for p in incident.proposals if p.stage in _CHANGED), default=None)


def next_expiry(incident: Incident) -> datetime | None:
    """When the next proposal expires; None where none waits."""
    return min((expiry for _, expiry in _expiries(incident)), default=None)


def expire(incident: Incident, at: datetime) -> tuple[Incident, tuple[MitigationExpired, ...]]:
    """Without those that nobody approved in time."""
    over = [proposal for proposal, expiry in _expiries(incident) if expiry <= at]
    for proposal in over:
        incident = incident.with_proposal(replace(proposal, stage=Stage.EXPIRED, since=at))
    return incident, tuple(MitigationExpired(p.number, p.offer, p.sentence, p.asked_by) for p in over)


def too_late(proposal: Proposal, at: datetime) -> bool:
    """Whether it was approved and has not begun in time: what it would hit was looked up too long ago."""
    expiry = proposal.expires_at
    return proposal.stage is Stage.APPROVED and expiry is not None and at >= expiry + BEGUN_WITHIN


def redrawn(incident: Incident) -> tuple[DrawPlan, ...]:
    """The messages of those that wait, to be drawn anew once the incident has ended."""
    return tuple(DrawPlan(proposal.number) for proposal, _ in _expiries(incident))


def _expiries(incident: Incident) -> list[tuple[Proposal, datetime]]:
    return [(p, p.expires_at) for p in incident.proposals if p.stage is Stage.PROPOSED and p.expires_at]


def _waits(proposal: Proposal, at: datetime) -> bool:
    expiry = proposal.expires_at
    return proposal.stage is Stage.PROPOSED and expiry is not None and at < expiry


def _goes_on(proposal: Proposal, at: datetime) -> bool:
    """A look-up that has gone on for minutes holds nobody up."""
    if proposal.stage is Stage.ASKED:
        return at - proposal.since < _LOOKED_UP_WITHIN
    return proposal.stage in _UNDER_WAY or _waits(proposal, at)
