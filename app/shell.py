"""Incidents from the shell: the administrator's way, straight to the record, also while chat is down."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from app import checking, mitigating
from app.clock import now
from app.foundation import Foundation, laid
from app.settings import Places
from incidents import phrases, retrospective
from incidents.errors import NoSuchIncident, Refused, UnknownSeverity
from incidents.facts import Via
from incidents.mitigation import Offer
from incidents.model import Incident, PersonId, Status
from incidents.moment import still_open
from incidents.offers import chosen
from incidents.roles import MYSELF, Role
from incidents.values import Clue, Milestone
from incidents.work import Request
from workflows import heartbeats

LOGIN = "shell:"
"""What a login name begins with where nobody said who it is in Slack."""


@dataclass(frozen=True, slots=True)
class Office:
    """The desk as one person at a shell uses it. Every method may raise `IncidentError`."""

    base: Foundation
    person: PersonId
    folder: Path

    async def start(self, line: str, *, impact: str, private: bool, noticed: Mapping[Clue, str]) -> Incident:
        """Declare an incident from a line such as "SEV1 payments down"."""
        phrase = phrases.read(line, self.base.policy)
        if phrase.unknown:
            raise UnknownSeverity(self.base.policy.unknown(phrase.unknown))
        outcome = await self.base.desk.declare(
            self._request(line),
            title=phrase.title,
            severity=phrase.severity,
            impact=impact,
            private=private,
            noticed=noticed,
        )
        return outcome.incident

    async def update(self, reference: str, words: str, *, status: str | None, impact: str | None) -> Incident:
        """Post a status update; without words it says that there is nothing new."""
        incident = await self.find(reference)
        outcome = await self.base.desk.update(
            self._request(words),
            incident.id,
            status=Status(status) if status else None,
            impact=impact,
            actions=words or None,
        )
        return outcome.incident

    async def resolve(self, reference: str, summary: str, *, reason: str) -> Incident:
        """Give the all-clear."""
        incident = await self.find(reference)
        request = self._request(summary)
        return (await self.base.desk.resolve(request, incident.id, summary, reason=reason)).incident

    async def correct_time(self, reference: str, which: Milestone, words: str) -> Incident:
        """Correct a recorded time; the words are read in the policy's time zone."""
        incident = await self.find(reference)
        request = self._request(f"{which} {words}")
        return (await self.base.desk.correct_time(request, incident.id, which, words)).incident

    async def role(self, reference: str, words: str) -> tuple[Role, Incident]:
        """Give a role, from words such as "scribe U012AB3CD"; with the role alone, take it."""
        incident = await self.find(reference)
        found = self.base.policy.role_in(words)
        if found is None:
            raise self.base.policy.unknown_role(words)
        role, who = found
        person = self.person if not who or who.casefold() in MYSELF else _member(who)
        desk, request = self.base.desk, self._request(f"{role.key} {who}")
        if person == self.person:
            return role, (await desk.take(request, incident.id, role)).incident
        return role, (await desk.assign(request, incident.id, role, person)).incident

    async def offers(self, reference: str) -> Sequence[Offer]:
        """What can be done for the incident's service. Raises Refused where that is nothing."""
        return self._offers(await self.find(reference))

    async def mitigate(self, reference: str, word: str, target: str) -> Offer:
        """Ask for a change; what it would hit is proposed in the room. Raises Refused."""
        incident = await self.find(reference)
        still_open(incident)
        offer = chosen(self._offers(incident), word, target)
        if self.person.startswith(LOGIN):
            raise Refused(
                "Say who asks, with `--as` and a Slack member id such as U012AB3CD: whoever asks must not be "
                "the one who approves, and under a login name nobody could tell. Nothing was changed."
            )
        request = self._request(f"mitigate {offer.word} {offer.target}")
        await self.base.desk.mitigation.ask(request, incident.id, offer)
        return offer

    def _offers(self, incident: Incident) -> Sequence[Offer]:
        """Read when it is asked for, since it needs the credentials' variables."""
        if incident.service is None:
            raise Refused(f"{incident.reference} names no service, so it is not known what may be changed.")
        found = mitigating.offers(self.folder, incident.service, environ=os.environ)
        if not found:
            raise Refused(f"Nothing may be changed for {incident.service}; see services.toml.")
        return found

    async def list(self, *, everything: bool) -> Sequence[Incident]:
        """The open incidents, or the last hundred of all."""
        ledger = self.base.ledger
        return await ledger.recent(100) if everything else await ledger.open_incidents()

    async def report(self, reference: str) -> str:
        """The post-mortem draft as Markdown."""
        incident = await self.find(reference)
        entries = await self.base.ledger.timeline(incident.id)
        return retrospective.draft(incident, entries, self.base.policy, self.base.catalogue, str)

    async def checks(self, places: Places) -> Sequence[str]:
        """How the standing checks stand, in lines."""
        found = checking.checks(places.tocsin_config, policy=self.base.policy, known=None)
        return [*checking.lines(found, await self.base.checks.standings(found))]

    async def served(self) -> bool:
        """Whether a bot runs on this record and does what follows."""
        return await self.base.database.statement(heartbeats.heard)

    async def find(self, reference: str) -> Incident:
        """The incident of that reference. Raises NoSuchIncident."""
        found = await self.base.ledger.by_reference(reference)
        if found is None:
            raise NoSuchIncident(
                f"There is no incident {reference}. `tocsin incident list --all` shows them."
            )
        return found

    def _request(self, line: str) -> Request:
        return Request(f"shell:{uuid4()}", now(), self.person, Via.SHELL, {"line": line})


def _member(who: str) -> PersonId:
    if who.startswith("@") or " " in who:
        raise Refused(
            f"The shell cannot look up “{who:.60}”. Nothing was changed. "
            "Write the person's Slack member id, such as U012AB3CD."
        )
    return PersonId(who)


@asynccontextmanager
async def office(places: Places, person: PersonId) -> AsyncIterator[Office]:
    """The office, opened and closed. Raises what `laid` raises."""
    async with laid(places) as base:
        yield Office(base, person, places.tocsin_config)
