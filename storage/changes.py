"""Changes: those that come while others are being written are written together, in one transaction.

Only incidents that nobody else holds at this moment are changed so. Whoever must wait for an incident
waits alone and holds up no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.errors import AlreadyTaken
from incidents.model import Incident, IncidentId
from incidents.work import Decision, Outcome, Request
from storage import rows
from storage.database import Database
from storage.gathered import Gathered
from storage.recording import Recording, attempted, former, note, read
from storage.tables import OWN_ROOM, incidents

Answer: TypeAlias = Outcome | Exception | None


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A request that changes an incident, and the rule for it."""

    request: Request
    incident: IncidentId
    decide: Callable[[Incident], Decision]


class Changes:
    """Writes changes."""

    def __init__(self, database: Database, recording: Recording) -> None:
        self._database = database
        self._recording = recording
        self._gathered: Gathered[Change, Answer] = Gathered(self._write)

    async def change(self, change: Change) -> Outcome:
        """Raises NoSuchIncident, Unavailable, and what the rule raises."""
        return await self._database.within_budget(self._change(change))

    async def _change(self, change: Change) -> Outcome:
        answer = await self._gathered(change)
        if isinstance(answer, Exception):
            raise answer
        return answer or await self._alone(change)

    async def _write(self, changes: Sequence[Change]) -> Sequence[Answer]:
        """Together what can be; None for what must be done alone, so that one spoils no other."""
        try:
            return await self._database.transaction(lambda connection: self._record(connection, changes))
        except DBAPIError:
            return [None] * len(changes)

    async def _record(self, connection: AsyncConnection, changes: Sequence[Change]) -> Sequence[Answer]:
        first: dict[IncidentId, Change] = {}
        for change in changes:
            first.setdefault(change.incident, change)
        held = await _lock(connection, first)
        mine = [change for change in first.values() if change.incident in held]
        fresh = await note(connection, [(change.request, change.incident) for change in mine])
        decided = {
            change: (change.request, attempted(change.decide, held[change.incident]))
            for change in mine
            if rows.key(change.request) in fresh
        }
        answers = await self._recording.settle(connection, decided)
        return [answers.get(change) for change in changes]

    async def _alone(self, change: Change) -> Outcome:
        """Waits for the incident first, then for the request: in the same order everywhere."""
        request = change.request
        by_id = select(incidents.c.details).where(incidents.c.id == change.incident)

        async def body(connection: AsyncConnection) -> Outcome:
            before = await read(connection, by_id.with_for_update())
            if not await note(connection, [(request, change.incident)]):
                return await former(connection, request)
            return (await self._recording.write(connection, [(request, change.decide(before))]))[0]

        try:
            return await self._database.transaction(body)
        except IntegrityError as error:
            if OWN_ROOM not in str(error.orig):
                raise
            raise AlreadyTaken("This channel belongs to another incident. Nothing was changed.") from error


async def _lock(connection: AsyncConnection, ids: Iterable[IncidentId]) -> Mapping[IncidentId, Incident]:
    """Those of the incidents that nobody else holds, as they are."""
    free = (
        select(incidents.c.id, incidents.c.details)
        .where(incidents.c.id.in_(list(ids)))
        .with_for_update(skip_locked=True)
    )
    return {IncidentId(row.id): rows.incident_of(row) for row in await connection.execute(free)}
