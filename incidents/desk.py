"""The use cases: each takes a request, decides under the policy and records it in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo

from incidents import (
    clocks,
    clues,
    corrections,
    decisions,
    endings,
    first_look,
    fixes,
    handovers,
    watching,
    when,
)
from incidents.catalogue import Catalogue
from incidents.checklists import Guides
from incidents.decisions import Declaration, News
from incidents.ending_facts import RetrospectiveDrafted, WatchLooked
from incidents.errors import Refused
from incidents.evidence import Sought
from incidents.facts import AnnouncementFailed, Diagnosed, RoomOpened
from incidents.mitigation_desk import MitigationDesk
from incidents.model import Incident, IncidentId, PersonId, Place, Room, Status
from incidents.moment import Moment, Rule
from incidents.policy import Policy
from incidents.ports import Ledger
from incidents.roles import Role
from incidents.ticking import ChecklistDesk
from incidents.values import Clue, Fix, Milestone, Quote
from incidents.work import Board, Examine, Outcome, Redraw, Request


class Desk:
    """Where incidents are worked on. Every method may raise `IncidentError`; then nothing was changed.

    Args:
        ledger: the record.
        policy: the team's rules.
        catalogue: the services by which titles are understood.
        guides: what can be worked through as a checklist.
    """

    def __init__(
        self, ledger: Ledger, policy: Policy, catalogue: Catalogue, guides: Guides | None = None
    ) -> None:
        self.ledger = ledger
        self.policy = policy
        self.catalogue = catalogue
        self.mitigation = MitigationDesk(ledger, policy)
        self.checklists = ChecklistDesk(ledger, policy, guides or Guides())

    async def declare(  # noqa: PLR0913 - one argument for each field of the form
        self,
        request: Request,
        *,
        title: str,
        severity: str | None = None,
        service: str | None = None,
        impact: str = "",
        private: bool = False,
        source: str = "",
        noticed: Mapping[Clue, str] | None = None,
    ) -> Outcome:
        """Declare an incident; the service is found in the title if none is given, or an unknown one."""
        named = self.catalogue.get(service) or self.catalogue.mentioned_in(service or "")
        found = named or self.catalogue.mentioned_in(title)
        key = found.key if found else None
        wish = Declaration(title, severity, key, impact, private, source, noticed or {})
        return await self.ledger.declare(
            request, lambda birth: decisions.declare(wish, birth, request, self.policy)
        )

    async def change_severity(self, request: Request, incident: IncidentId, word: str) -> Outcome:
        """Raise, lower or confirm the severity."""
        return await self._rule(request, incident, lambda i, now: decisions.change_severity(i, now, word))

    async def name_service(self, request: Request, incident: IncidentId, key: str) -> Outcome:
        """Say which service is broken."""
        service = self.catalogue.get(key) or self.catalogue.mentioned_in(key)
        if service is None:
            known = ", ".join(s.key for s in self.catalogue) or "none yet; add them to services.toml"
            raise Refused(f"There is no service “{key}”. The services are: {known}.")
        return await self._rule(request, incident, lambda i, now: decisions.name_service(i, now, service.key))

    async def acknowledge(self, request: Request, incident: IncidentId) -> Outcome:
        """*I'm on it*."""
        return await self._rule(request, incident, decisions.acknowledge)

    async def take(self, request: Request, incident: IncidentId, role: Role) -> Outcome:
        """Take a free role. Raises AlreadyTaken."""
        return await self._rule(request, incident, lambda i, now: decisions.take(i, now, role))

    async def assign(self, request: Request, incident: IncidentId, role: Role, person: PersonId) -> Outcome:
        """Give a role to somebody."""
        return await self._rule(request, incident, lambda i, now: decisions.assign(i, now, role, person))

    async def hand_over(
        self, request: Request, incident: IncidentId, person: PersonId, state: str
    ) -> Outcome:
        """Ask somebody to take command; only the commander can, who stays it until that one accepts."""
        return await self._rule(request, incident, lambda i, now: handovers.hand_over(i, now, person, state))

    async def accept_command(self, request: Request, incident: IncidentId) -> Outcome:
        """*I have command*; only the one who was asked can say so."""
        return await self._rule(request, incident, handovers.accept)

    async def withdraw_handover(self, request: Request, incident: IncidentId) -> Outcome:
        """Keep command after all."""
        return await self._rule(request, incident, handovers.withdraw)

    async def bring_expert(
        self, request: Request, incident: IncidentId, person: PersonId, subject: str
    ) -> Outcome:
        """Bring in somebody who knows a subject."""
        return await self._rule(
            request, incident, lambda i, now: handovers.expert_joins(i, now, person, subject)
        )

    async def record_clues(self, request: Request, incident: IncidentId, said: Mapping[Clue, str]) -> Outcome:
        """Say who or what saw it, or what was suspected first; empty ones stay as they were."""
        return await self._rule(request, incident, lambda i, now: clues.record(i, now, said))

    async def correct_time(
        self,
        request: Request,
        incident: IncidentId,
        which: Milestone,
        words: str,
        zone: tzinfo | None = None,
    ) -> Outcome:
        """Correct a recorded time, read as `when.read` says in that zone; by default the policy's."""
        read_in = zone or self.policy.time_zone
        at = when.read(words, request.at, read_in)
        return await self._rule(
            request, incident, lambda i, now: corrections.correct(i, now, which, at, read_in)
        )

    async def update(
        self,
        request: Request,
        incident: IncidentId,
        *,
        status: Status | None = None,
        impact: str | None = None,
        actions: str | None = None,
        next_due: datetime | None = None,
    ) -> Outcome:
        """Post a status update; what is None stays as it was."""
        news = News(status, impact, actions, next_due)
        return await self._rule(request, incident, lambda i, now: decisions.update(i, now, news))

    async def nothing_new(self, request: Request, incident: IncidentId) -> Outcome:
        """Post the templated update."""
        return await self._rule(request, incident, decisions.nothing_new)

    async def snooze(self, request: Request, incident: IncidentId, epoch: int | None = None) -> Outcome:
        """Put the due time off, once; `epoch` is that of the reminder whose button was pressed."""
        return await self._rule(request, incident, lambda i, now: decisions.snooze(i, now, epoch))

    async def note(
        self, request: Request, incident: IncidentId, text: str, quote: Quote | None = None
    ) -> Outcome:
        """Add a line to the timeline, or a message that was written before."""
        taken = quote or Quote()
        return await self._rule(request, incident, lambda i, now: decisions.note(i, now, text, taken))

    async def restored(self, request: Request, incident: IncidentId, fix: Fix | None = None) -> Outcome:
        """*Service restored*; the watch begins, or where it has begun, lasts as long as the fix asks for."""
        return await self._rule(request, incident, lambda i, now: fixes.restored(i, now, fix))

    async def name_fix(self, request: Request, incident: IncidentId, fix: Fix) -> Outcome:
        """*It was a fix forward*, or a rollback; said of a service that is restored."""
        return await self._rule(request, incident, lambda i, now: fixes.name(i, now, fix))

    async def relapse(self, request: Request, incident: IncidentId, reason: str = "") -> Outcome:
        """It failed again during the watch."""
        return await self._rule(request, incident, lambda i, now: endings.relapse(i, now, reason))

    async def resolve(
        self,
        request: Request,
        incident: IncidentId,
        summary: str,
        *,
        reason: str = "",
        seen: datetime | None = None,
    ) -> Outcome:
        """Give the all-clear; with a reason also before the watch has ended. `seen` as `endings.resolve`."""
        return await self._rule(
            request, incident, lambda i, now: endings.resolve(i, now, summary, reason, seen)
        )

    async def reopen(self, request: Request, incident: IncidentId, reason: str = "") -> Outcome:
        """Open it again."""
        return await self._rule(request, incident, lambda i, now: endings.reopen(i, now, reason))

    async def false_alarm(self, request: Request, incident: IncidentId, reason: str = "") -> Outcome:
        """Close it as a false alarm."""
        return await self._rule(request, incident, lambda i, now: endings.false_alarm(i, now, reason))

    async def examine(
        self,
        request: Request,
        target: str,
        *,
        place: Place,
        incident: Incident | None,
        service: str | None,
        sought: Sought | None = None,
        fresh: datetime | None = None,
    ) -> bool:
        """Have a target looked at, or a text looked for; False if this very request was recorded before.

        A look that was begun before `fresh` does not serve.
        """
        if request.by is None:
            raise ValueError("somebody asks for an examination")
        subject = incident.service if incident and service is None else service
        number = incident.id if incident else None
        look = Examine(target, subject, place, request.by, sought, number, fresh)
        return await self.ledger.note_request(request, [look])

    async def room_opened(self, request: Request, incident: IncidentId, room: Room, refusal: str) -> Outcome:
        """The room exists; called by the set-up."""
        fact = RoomOpened(room.id, room.name, room.thread is not None, refusal)
        return await self._rule(
            request, incident, lambda i, now: now.decide(replace(i, room=room), [fact], [])
        )

    async def announcement_failed(
        self, request: Request, incident: IncidentId, channel: str, reason: str
    ) -> Outcome:
        """The announcement channel could not be written to; called by the set-up."""
        fact = AnnouncementFailed(channel, reason)
        return await self._rule(request, incident, lambda i, now: now.decide(i, [fact], []))

    async def look_first(self, request: Request, incident: IncidentId) -> Outcome:
        """Have the service looked at as the policy says, unless it was; called by the set-up."""
        return await self._rule(request, incident, first_look.order)

    async def diagnosed(self, request: Request, incident: IncidentId, fact: Diagnosed) -> Outcome:
        """A verdict was given; called by the examination."""
        return await self._rule(request, incident, lambda i, now: now.decide(i, [fact], []))

    async def watched(
        self, request: Request, incident: IncidentId, begun_at: datetime, seen: WatchLooked | None
    ) -> Outcome:
        """What the look begun then found of a watched service, None where no probe looks at it."""
        return await self._rule(request, incident, lambda i, now: watching.looked(i, now, begun_at, seen))

    async def drafted(self, request: Request, incident: IncidentId, name: str) -> Outcome:
        """The post-mortem draft lies in the room; called by the one who wrote it."""
        fact = RetrospectiveDrafted(name)
        return await self._rule(request, incident, lambda i, now: now.decide(i, [fact], [Redraw(Board.CARD)]))

    async def ring(self, now: datetime) -> int:
        """Let every clock ring that is due; how many rang."""
        return await self.ledger.ring_due(now, lambda i: clocks.ring(i, self.policy, now))

    async def _rule(self, request: Request, incident: IncidentId, rule: Rule) -> Outcome:
        moment = Moment(request.at, request.by, self.policy)
        return await self.ledger.change(request, incident, lambda i: rule(i, moment))
