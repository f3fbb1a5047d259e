"""Changing what is failing: looked up, carried out as the record has it, looked at again.

The stage of the proposal on record says what comes next, so whoever takes over goes on where it was: a change
that was cut off is carried out again with the same plan, which hits nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from incidents import proposals
from incidents.errors import IncidentError, Refused, Unavailable
from incidents.evidence import Examination, Health
from incidents.facts import Entry
from incidents.mitigation import Offer, Plan, Stage
from incidents.mitigation_facts import EvidenceTaken, MitigationChecked
from incidents.model import Incident, IncidentId, Proposal
from incidents.notices import FindingsNotice
from incidents.ports import PlaceUnwritableError
from incidents.texts import naming, timing
from incidents.work import Request
from workflows.evidence import bounded, kept
from workflows.fresh import Fresh
from workflows.plans import place_of, plan_of
from workflows.ports import Ports
from workflows.steps import SKEW
from workflows.turns import Check

_LOOKS, _BETWEEN = 18, 10.0  # three minutes: a full start takes that long
_EVIDENCE = UUID("1f9d6a52-7c55-4a39-9d0e-4f0b7d6c2b11")
_BROKEN = "something failed inside Tocsin, and its log says what"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mitigations:
    """Looks up, carries out and looks after changes; `pause` seconds lie between two looks at one made."""

    ports: Ports
    pause: float = _BETWEEN

    async def look_up(self, incident: IncidentId, number: int) -> None:
        """Look up what it would hit, and propose it. Raises Unavailable if the record does not answer."""
        proposal = (await self.ports.ledger.get(incident)).proposal(number)
        if proposal is None or proposal.stage is not Stage.ASKED:
            return
        desk, request = self.ports.desk.mitigation, self._request("planned", incident, number)
        last = await self._last(proposal.offer, before=request.at)
        found = await self._planned(proposal.offer, last=last)
        if isinstance(found, Plan):
            await desk.proposed(request, incident, number, found)
        else:
            await desk.voided(request, incident, number, found)

    async def carry_out(self, incident: IncidentId, check: Check) -> None:
        """Carry out everything that was approved, one after another.

        Raises:
            Unavailable: it must be run again.
        """
        while proposal := _next(await self.ports.ledger.get(incident)):
            await check()
            if proposal.stage is Stage.APPROVED:
                await self._begin_and_do(incident, proposal)
            else:
                await self._do(incident, proposal, resumed=True)

    async def look_after(self, incident: IncidentId, number: int) -> None:
        """Look again, until it is well or has had the time that a full start takes.

        Where nothing was brought about there is nothing to wait for, so one look is enough.
        """
        proposal = (await self.ports.ledger.get(incident)).proposal(number)
        if proposal is None or proposal.stage is not Stage.DONE:
            return
        seen = await self._until_well(proposal)
        target, changed = proposal.offer.target, not proposal.untouched
        if seen:
            fact = MitigationChecked(number, seen.target, seen.health.value, seen.sentence, changed)
        else:
            said = "No probe looks at it, so look yourself."
            fact = MitigationChecked(number, target, Health.UNKNOWN.value, said, changed)
        await self.ports.desk.mitigation.checked(self._request("checked", incident, number), incident, fact)

    async def _planned(self, offer: Offer, *, last: datetime | None) -> Plan | str:
        """The plan, or why there is none."""
        try:
            return await self.ports.mitigator.plan(offer, last=last)
        except IncidentError as error:
            return _kept(error)
        except Exception:  # noqa: BLE001 - whatever fails in there, the one who asked must hear of it
            _log.exception("%s of %s could not be looked up", offer.action, offer.target)
            return f"{_BROKEN}."

    async def _begin_and_do(self, incident: IncidentId, proposal: Proposal) -> None:
        """Evidence first, since the change destroys it; showing it is another job, as it is on record."""
        number, late = proposal.number, proposals.too_late(proposal, self.ports.clock())
        seen = None if late else await self._seen(proposal.offer)
        evidence = _evidence(number, seen) if seen else None
        request = self._request("begun", incident, number)
        outcome = await self.ports.desk.mitigation.begun(request, incident, number, evidence)
        begun = outcome.incident.proposal(number)
        if begun is None or begun.stage is not Stage.BEGUN:
            return
        await self._do(incident, begun, resumed=outcome.repeated)

    async def show_evidence(self, incident: IncidentId, number: int, *, again: bool) -> None:
        """What was kept before a change with all its figures, below the plan.

        Args:
            incident: in which it was changed.
            number: the proposal's.
            again: it was tried before, so it may have been said.

        Raises:
            Unavailable: it must be run again.
        """
        now = await self.ports.ledger.get(incident)
        proposal = now.proposal(number)
        if now.room is None or proposal is None:
            return
        delivery, place = uuid5(_EVIDENCE, f"{incident}/{number}"), await place_of(self.ports, now, proposal)
        for entry, seen in _taken(await self.ports.ledger.timeline(incident), number):
            if again and await self.ports.chat.find_said(place, delivery, since=entry.at - SKEW):
                return
            try:
                await self.ports.chat.say(place, FindingsNotice(seen, now, kept=True), delivery=delivery)
            except PlaceUnwritableError as error:
                _log.warning("the evidence of %s is on record, but cannot be shown: %s", seen.target, error)

    async def _do(self, incident: IncidentId, proposal: Proposal, *, resumed: bool) -> None:
        number, desk = proposal.number, self.ports.desk.mitigation
        plan = (await plan_of(self.ports, incident, number)).plan
        last = await self._last(plan.offer, before=proposal.since)
        request = self._request("done", incident, number)
        try:
            result = await self.ports.mitigator.carry_out(plan, last=last, resumed=resumed)
        except (
            Refused
        ) as error:  # its own words may be that nothing was changed, which the first try did not know
            again = "it was cut off, and trying it again was refused with: " if resumed else ""
            await desk.failed(request, incident, number, f"{again}{_kept(error)}", unclear=resumed)
        except Unavailable as error:
            if request.at - proposal.since < proposals.TRIED_FOR:
                await desk.held_up(self._request("held up", incident, number), incident, number, _kept(error))
                raise
            await desk.failed(request, incident, number, _kept(error), unclear=True)
        except Exception:  # noqa: BLE001 - whatever fails in there, the room must hear that the change is in doubt
            _log.exception("%s of %s failed", plan.offer.action, plan.offer.target)
            await desk.failed(request, incident, number, _BROKEN, unclear=True)
        else:
            await desk.done(
                self._request("done", incident, number), incident, number, result, resumed=resumed
            )

    async def _last(self, offer: Offer, *, before: datetime) -> datetime | None:
        """When the same was last begun on the same thing, by whatever name."""
        ledger, alike = self.ports.ledger, self.ports.mitigator.alike(offer)
        times = [await ledger.last_mitigated(each, before=before) for each in alike]
        return max((time for time in times if time), default=None)

    async def _until_well(self, proposal: Proposal) -> Examination | None:
        seen = await self._seen(proposal.offer, proposal.since)
        for _ in range(0 if proposal.untouched else _LOOKS):
            if seen is None or seen.health in {Health.OK, Health.WARN}:
                break
            await asyncio.sleep(self.pause)
            seen = await self._seen(proposal.offer, self.ports.clock())
        return seen

    async def _seen(self, offer: Offer, since: datetime | None = None) -> Examination | None:
        """What the probes see of what is changed; not begun before that time, if one is given."""
        looking = Fresh(self.ports.examiner)
        for target in _looked_at(offer):
            seen = await (looking.since(since, target) if since else looking.whole(target))
            if seen:
                return seen
        return None

    def _request(self, what: str, incident: IncidentId, number: int) -> Request:
        """The same key whenever this is done again, so that it is on record once."""
        return self.ports.request(f"mitigation {what}:{incident}:{number}")


def _looked_at(offer: Offer) -> tuple[str, ...]:
    """Where its effect is seen, the first that there is.

    That is the target itself, or the whole service where no probe has that name. A rollback exchanges what
    the service is, so all of it is looked at.
    """
    whole = f"{offer.target.rpartition(' ')[0]} all"
    return (whole,) if offer.rollback else (offer.target, whole)


def _next(incident: Incident) -> Proposal | None:
    """What was begun goes before what was approved only."""
    for stage in (Stage.BEGUN, Stage.APPROVED):
        for proposal in incident.proposals:
            if proposal.stage is stage:
                return proposal
    return None


def _taken(entries: Sequence[Entry], number: int) -> Iterator[tuple[Entry, Examination]]:
    """What was kept before that change, and when; nothing of old records."""
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, EvidenceTaken) and fact.number == number and fact.seen:
            yield entry, fact.seen


def _kept(error: IncidentError) -> str:
    """Its words for the record, from where each reader reads times by their own clock."""
    return error.said(naming, timing)


def _evidence(number: int, seen: Examination) -> EvidenceTaken:
    return EvidenceTaken(number, seen.target, seen.health.value, seen.sentence, kept(seen), bounded(seen))
