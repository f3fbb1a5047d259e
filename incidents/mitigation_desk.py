"""The use cases of changing a system that is failing; each is one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from incidents import mitigating, rollback
from incidents.mitigation import Offer, Plan, Result
from incidents.mitigation_facts import EvidenceTaken, MitigationChecked
from incidents.model import Incident, IncidentId, MessageId
from incidents.moment import Moment, Rule
from incidents.policy import Policy
from incidents.ports import Ledger
from incidents.rollback import Answers
from incidents.work import Decision, Outcome, Request


@dataclass(frozen=True, slots=True)
class MitigationDesk:
    """Where changes are asked for and approved. Every method may raise `IncidentError`."""

    ledger: Ledger
    policy: Policy

    async def ask(
        self, request: Request, incident: IncidentId, offer: Offer, thread: MessageId | None = None
    ) -> Outcome:
        """Ask for a change; what it would hit is looked up and then proposed, in that thread if given."""
        return await self._rule(request, incident, lambda i, now: mitigating.ask(i, now, offer, thread))

    async def approve(self, request: Request, incident: IncidentId, number: int) -> Outcome:
        """*Approve*."""
        return await self._rule(request, incident, lambda i, now: mitigating.approve(i, now, number))

    async def break_glass(self, request: Request, incident: IncidentId, number: int, reason: str) -> Outcome:
        """Approve alone, as the commander, with a reason."""
        return await self._rule(
            request, incident, lambda i, now: mitigating.break_glass(i, now, number, reason)
        )

    async def decline(self, request: Request, incident: IncidentId, number: int, reason: str = "") -> Outcome:
        """*Decline*."""
        return await self._rule(request, incident, lambda i, now: mitigating.decline(i, now, number, reason))

    async def voided(self, request: Request, incident: IncidentId, number: int, reason: str) -> Outcome:
        """Nothing is to be done, or it could not be looked up; called by the job that looked."""
        return await self._rule(request, incident, lambda i, now: mitigating.void(i, now, number, reason))

    async def proposed(self, request: Request, incident: IncidentId, number: int, plan: Plan) -> Outcome:
        """What it would hit was looked up; called by the job that looked."""
        return await self._rule(request, incident, lambda i, now: mitigating.propose(i, now, number, plan))

    async def begun(
        self, request: Request, incident: IncidentId, number: int, evidence: EvidenceTaken | None
    ) -> Outcome:
        """It is about to be carried out; called by the job that does so, and so are those below."""
        return await self._rule(request, incident, lambda i, now: mitigating.begin(i, now, number, evidence))

    async def held_up(self, request: Request, incident: IncidentId, number: int, reason: str) -> Outcome:
        """The target does not answer, and it is tried again."""
        return await self._rule(request, incident, lambda i, now: mitigating.hold_up(i, now, number, reason))

    async def done(
        self, request: Request, incident: IncidentId, number: int, result: Result, *, resumed: bool
    ) -> Outcome:
        """What came of it."""

        def rule(i: Incident, now: Moment) -> Decision:
            return mitigating.finish(i, now, number, result, resumed=resumed)

        return await self._rule(request, incident, rule)

    async def failed(
        self, request: Request, incident: IncidentId, number: int, reason: str, *, unclear: bool
    ) -> Outcome:
        """It was not done, or it is not known how much of it was."""

        def rule(i: Incident, now: Moment) -> Decision:
            return mitigating.fail(i, now, number, reason, unclear=unclear)

        return await self._rule(request, incident, rule)

    async def checked(self, request: Request, incident: IncidentId, fact: MitigationChecked) -> Outcome:
        """How the target was afterwards."""
        return await self._rule(request, incident, lambda i, now: mitigating.check(i, now, fact))

    async def advise(self, request: Request, incident: IncidentId, answers: Answers) -> Outcome:
        """Propose a rollback or a fix forward, with reasons."""
        return await self._rule(request, incident, lambda i, now: rollback.advise(i, now, answers))

    async def _rule(self, request: Request, incident: IncidentId, rule: Rule) -> Outcome:
        moment = Moment(request.at, request.by, self.policy)
        return await self.ledger.change(request, incident, lambda i: rule(i, moment))
