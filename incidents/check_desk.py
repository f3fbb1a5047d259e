"""The use cases of standing checks: what a look found, what people say of it, what incidents hear of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from incidents import checking, clues, decisions
from incidents.check_facts import CheckFact, CheckRecovered, CheckTurned
from incidents.check_record import CheckRecord, Judged
from incidents.checking import Around
from incidents.checks import Check, CheckId, Seen, Standing, Turn
from incidents.decisions import Declaration
from incidents.errors import AlreadyTaken, Refused
from incidents.evidence import Health
from incidents.facts import Fact
from incidents.model import Incident, IncidentId
from incidents.moment import BOARDS, Moment
from incidents.policy import Policy
from incidents.ports import Ledger
from incidents.values import Clue
from incidents.work import Birth, Decision, JoinTurn, Outcome, Request

_TITLE = 200


class CheckDesk:
    """Where standing checks are worked on. Every method may raise `IncidentError`; then nothing was changed.

    Args:
        checks: as operators configure them.
        record: how they stand.
        ledger: the record of incidents.
        policy: the team's rules.
    """

    def __init__(
        self, checks: Mapping[CheckId, Check], record: CheckRecord, ledger: Ledger, policy: Policy
    ) -> None:
        self.checks = checks
        self.record = record
        self.ledger = ledger
        self.policy = policy

    async def prepare(self, now: datetime) -> None:
        """Put new checks on record."""
        first = {name: checking.first_look(check, now) for name, check in self.checks.items()}
        await self.record.prepare(first)

    async def begin(self, now: datetime, limit: int) -> Sequence[Standing]:
        """Begin the looks that are due, each in one replica only; at most so many."""
        return await self.record.claim(self.checks, now, limit, lambda found: checking.begun(found, now))

    async def looked(self, check: Check, begun_at: datetime, seen: Seen) -> Standing | None:
        """What the look that began then has found."""
        around = await self._around(check, seen)
        return await self.record.change(
            check.id, begun_at, lambda found: checking.looked(found, check, begun_at, seen, around)
        )

    async def _around(self, check: Check, seen: Seen) -> Around:
        """What stands on record, where it matters: where all is well, nothing is asked for."""
        (standing,) = await self.record.standings([check.id]) or (None,)
        turn = standing.bad_turn if standing else None
        if seen.health is Health.OK and turn is None:
            return Around()
        covering = await self.ledger.get(turn.incident) if turn and turn.incident else None
        return Around(covering, await self.open_incident(check.service))

    async def open_incident(self, service: str) -> Incident | None:
        """The newest open incident of that service."""
        return next(iter(await self.ledger.open_incidents(service)), None)

    async def standings(self) -> Sequence[tuple[Check, Standing | None]]:
        """Every check and how it stands; None where that is not on record yet."""
        found = {standing.check: standing for standing in await self.record.standings(self.checks)}
        return [(check, found.get(name)) for name, check in self.checks.items()]

    async def known(self, request: Request, check: str, number: int) -> Standing:
        """*Not an incident*: nothing more is said of that turn until it is good again."""
        by = request.by
        if by is None:
            raise ValueError("somebody says so")
        await self.ledger.note_request(request, [])
        return await self._change(check, request.at, lambda s: checking.known(s, number, by, request.at))

    async def declare(self, request: Request, check: str, number: int) -> Outcome:
        """*Declare*: the same incident for everybody who presses it.

        Raises:
            Refused: the check is good again, or an incident of its service is open already.
        """
        found = self._configured(check)
        turn = await self._lasting(found, number)
        about = await self._about(found, turn)
        if about is not None:
            raise AlreadyTaken(_open(about, found, request), person=about.declared_by)
        shared = replace(request, key=f"check:{found.id}:{number}")
        return await self.ledger.declare(shared, lambda birth: self._declared(shared, birth, found, turn))

    async def _about(self, check: Check, turn: Turn) -> Incident | None:
        """The incident that hinders another from being declared."""
        if turn.incident is not None:
            return await self.ledger.get(turn.incident)
        return await self.open_incident(check.service)

    def _declared(self, request: Request, birth: Birth, check: Check, turn: Turn) -> Decision:
        wish = Declaration(
            title=_title(check, turn),
            severity=check.severity,
            service=check.service,
            clues={Clue.DETECTED_BY: _detection(check.id, turn)},
            began_at=turn.began_at,
            detected_at=turn.turned_at,
        )
        decision = decisions.declare(wish, birth, request, self.policy)
        fact = _turned(check, turn)
        told = Moment(request.at, None, self.policy).tell(fact)
        works = (*decision.follow_ups, told, JoinTurn(check.id, turn.number))
        return replace(decision, facts=(*decision.facts, fact), follow_ups=works)

    async def joined(self, check: str, number: int, incident: IncidentId, at: datetime) -> None:
        """The incident was declared from that turn; called by what follows from the declaration."""
        await self.record.change(CheckId(check), at, lambda s: checking.joined(s, number, incident))

    async def inform(self, request: Request, check: Check, turn: Turn) -> None:
        """Have the incident about a turn hear of it, once when it turned and once when it recovered.

        Args:
            request: whose key is the turn's.
            check: whose turn it is.
            turn: as it is now.
        """
        if turn.incident is None:
            return
        if not turn.declared:
            bad = replace(request, key=f"{request.key}:bad")
            await self._hear(bad, turn.incident, _turned(check, turn), turn)
        if turn.recovered_at:
            fact = CheckRecovered(check.id, turn.began_at, turn.recovered_at)
            await self._hear(replace(request, key=f"{request.key}:good"), turn.incident, fact)

    async def _hear(
        self, request: Request, incident: IncidentId, fact: CheckFact, saw: Turn | None = None
    ) -> None:
        """On the timeline; said in the room once for each check, and not when the incident is over.

        Who saw it first is on record from then on, unless somebody said otherwise.
        """
        facts = [entry.fact for entry in await self.ledger.timeline(incident)]
        again = any(type(each) is type(fact) and _check_of(each) == fact.check for each in facts)

        def decide(now: Incident) -> Decision:
            moment = Moment(request.at, None, self.policy)
            told = [moment.tell(fact)] if now.open and not again else []
            if saw is None or now.detected_by or not now.open or saw.turned_at > now.declared_at:
                return moment.decide(now, [fact], told)
            moved, named = clues.named(now, {Clue.DETECTED_BY: _detection(fact.check, saw)})
            return moment.decide(moved, [fact, *named], [*told, *map(moment.tell, named), *BOARDS])

        await self.ledger.change(request, incident, decide)

    def _configured(self, check: str) -> Check:
        found = self.checks.get(CheckId(check))
        if found is None:
            known = ", ".join(self.checks) or "none yet; add them to services.toml"
            raise Refused(f"There is no check “{check:.80}”. Nothing was changed. The checks are: {known}.")
        return found

    async def _lasting(self, check: Check, number: int) -> Turn:
        (standing,) = await self.record.standings([check.id]) or (None,)
        if standing is None:
            raise Refused(f"{check.id} was not looked at yet. Nothing was changed.")
        return checking.lasting(standing, number)

    async def _change(self, check: str, at: datetime, decide: Callable[[Standing], Judged]) -> Standing:
        found = await self.record.change(self._configured(check).id, at, decide)
        if found is None:
            raise Refused(f"{check} was not looked at yet. Nothing was changed.")
        return found


def _detection(check: str, turn: Turn) -> str:
    return f"the standing check {check}, which failed {turn.looks} of {turn.of} looks"


def _turned(check: Check, turn: Turn) -> CheckTurned:
    return CheckTurned(check.id, turn.health.value, turn.sentence, turn.began_at)


def _title(check: Check, turn: Turn) -> str:
    """As the finding says it, on one line of a title's length."""
    said = " ".join(f"{check.id}: {turn.title or turn.sentence}".split()).rstrip(".")
    return said if len(said) <= _TITLE else f"{said[: _TITLE - 1]}…"


def _open(incident: Incident, check: Check, request: Request) -> str:
    """Said where an incident is open; of a private one only to those who work on it."""
    if request.by is None or not incident.known_to(request.by):
        return f"An incident is open for {check.service} already. Nothing was declared."
    return f"{incident.reference} is about this already, declared by {{person}}. Nothing was declared."


def _check_of(fact: Fact) -> str:
    return fact.check if isinstance(fact, CheckFact) else ""
