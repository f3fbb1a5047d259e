"""The record of all incidents: each change is one transaction with the work that follows from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.errors import Unavailable
from incidents.facts import Entry, Via
from incidents.mitigation import Offer
from incidents.model import Incident, IncidentId, MessageId, RoomId
from incidents.work import Birth, Decision, FollowUp, Outcome, Request
from storage import codec, rows, statements
from storage.births import Births, Wish
from storage.changes import Change, Changes
from storage.database import Database
from storage.gathered import Gathered
from storage.recording import Enqueue, Recording, note, unknown
from storage.tables import boards, entries, incidents, requests

ANSWERABLE = timedelta(minutes=30)  # Slack's response_url works that long
_FORGET_EVERY = timedelta(minutes=1)
_log = logging.getLogger(__name__)


class PostgresLedger:
    """The ledger in PostgreSQL. Every method may raise Unavailable; then nothing was recorded.

    Args:
        database: where.
        enqueue: queues the jobs that follow, in the same transaction.
        time_zone: whose year counts in a reference such as INC-2026-001.
    """

    def __init__(self, database: Database, *, enqueue: Enqueue, time_zone: ZoneInfo) -> None:
        self._database = database
        self._recording = Recording(enqueue)
        self._births = Births(database, self._recording, time_zone)
        self._changes = Changes(database, self._recording)
        self._get: Gathered[IncidentId, Incident | None] = Gathered(self._get_all)
        self._forgotten_at: datetime | None = None

    async def declare(self, request: Request, decide: Callable[[Birth], Decision]) -> Outcome:
        """As the port."""
        return await self._births.declare(Wish(request, decide))

    async def change(
        self, request: Request, incident: IncidentId, decide: Callable[[Incident], Decision]
    ) -> Outcome:
        """As the port."""
        return await self._changes.change(Change(request, incident, decide))

    async def note_request(self, request: Request, follow_ups: Sequence[FollowUp]) -> bool:
        """As the port. Raises ValueError for a follow-up that needs an incident's lane."""
        if any(rows.said(work) for work in follow_ups):
            raise ValueError("what is said needs an incident")

        async def body(connection: AsyncConnection) -> bool:
            if not await note(connection, [(request, None)]):
                return False
            await self._recording.enqueue(connection, None, follow_ups, request)
            return True

        return await self._database.transaction(body)

    async def get(self, incident: IncidentId) -> Incident:
        """As the port."""
        found = await self._get(incident)
        if found is None:
            raise unknown()
        return found

    async def in_room(self, room: RoomId) -> Incident | None:
        """As the port."""
        return await self._first(select(incidents.c.details).where(incidents.c.room_id == room))

    async def of_board(self, room: RoomId, message: MessageId) -> Incident | None:
        """As the port."""
        here = (boards.c.room == room) & (boards.c.message == message)
        return await self._first(select(incidents.c.details).join(boards).where(here))

    async def by_reference(self, reference: str) -> Incident | None:
        """As the port."""
        wanted = reference.strip().upper()
        return await self._first(select(incidents.c.details).where(incidents.c.reference == wanted))

    async def open_incidents(self, service: str | None = None) -> Sequence[Incident]:
        """As the port."""
        query = _newest_first().where(incidents.c.open)
        if service is not None:
            query = query.where(incidents.c.details["service"].astext == service)
        return await self._all(query)

    async def recent(self, limit: int) -> Sequence[Incident]:
        """As the port."""
        return await self._all(_newest_first().limit(limit))

    async def timeline(self, incident: IncidentId) -> Sequence[Entry]:
        """As the port."""
        query = select(entries).where(entries.c.incident_id == incident).order_by(entries.c.number)

        async def body(connection: AsyncConnection) -> Sequence[Entry]:
            return [rows.entry_of(row) for row in await connection.execute(query)]

        return await self._database.statement(body)

    async def last_mitigated(self, offer: Offer, *, before: datetime) -> datetime | None:
        """As the port."""
        same = {"action": offer.action, "target": codec.writable(offer.target)}
        asked = {**same, "asked_for": [{"offer": same}], "before": before}

        async def body(connection: AsyncConnection) -> datetime | None:
            found: datetime | None = await connection.scalar(statements.LAST_MITIGATED, asked)
            return found

        return await self._database.statement(body)

    async def request_of(self, incident: IncidentId) -> Request | None:
        """As the port; its way back is empty once it was used up."""
        of_incident = select(requests).where(requests.c.incident_id == incident)
        query = of_incident.order_by(requests.c.number).limit(1)

        async def body(connection: AsyncConnection) -> Request | None:
            row = (await connection.execute(query)).first()
            return rows.request_of(row) if row else None

        return await self._database.statement(body)

    async def ring_due(self, now: datetime, ring: Callable[[Incident], Decision | None]) -> int:
        """As the port; one that cannot ring is logged, and holds up no other."""
        await self._forget_answers(now)
        looked_at: list[int] = []
        rang = 0
        while (found := await self._ring_next(now, ring, looked_at)) is not None:
            rang += found
        return rang

    async def _ring_next(
        self, now: datetime, ring: Callable[[Incident], Decision | None], looked_at: list[int]
    ) -> bool | None:
        """Whether the next clock that is due rang; None when no other is due."""
        due = (
            select(incidents.c.details)
            .where(incidents.c.rings_at <= now, incidents.c.id.not_in(looked_at))
            .order_by(incidents.c.rings_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )

        async def body(connection: AsyncConnection) -> bool | None:
            row = (await connection.execute(due)).first()
            if row is None:
                return None
            incident = rows.incident_of(row)
            looked_at.append(incident.id)
            decision = ring(incident)
            if decision is not None:
                await self._write_ring(connection, now, decision)
            return decision is not None

        try:
            return await self._database.transaction(body)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - one incident that cannot ring must not silence the clocks of the others
            _log.exception("the clock of incident %s could not ring", looked_at[-1:])
            return False

    async def _write_ring(self, connection: AsyncConnection, now: datetime, decision: Decision) -> None:
        incident = decision.incident
        request = Request(f"clock:{incident.id}:{incident.epoch}:{now.isoformat()}", now, None, Via.CLOCK)
        await note(connection, [(request, incident.id)])
        await self._recording.write(connection, [(request, decision)])

    async def _forget_answers(self, now: datetime) -> None:
        if self._forgotten_at and abs(now - self._forgotten_at) < _FORGET_EVERY:
            return
        before = {"before": now - ANSWERABLE}
        await self._database.statement(lambda c: c.execute(statements.FORGOTTEN, before))
        self._forgotten_at = now

    async def _get_all(self, ids: Sequence[IncidentId]) -> Sequence[Incident | None]:
        query = select(incidents.c.id, incidents.c.details).where(incidents.c.id.in_(set(ids)))

        async def body(connection: AsyncConnection) -> dict[int, Incident]:
            return {row.id: rows.incident_of(row) for row in await connection.execute(query)}

        found = await self._database.statement(body)
        return [found.get(incident) for incident in ids]

    async def _first(self, query: Select[tuple[object]]) -> Incident | None:
        found = await self._all(query.limit(1))
        return found[0] if found else None

    async def _all(self, query: Select[tuple[object]]) -> Sequence[Incident]:
        async def body(connection: AsyncConnection) -> Sequence[Incident]:
            return [rows.incident_of(row) for row in await connection.execute(query)]

        return await self._database.statement(body)


def _newest_first() -> Select[tuple[object]]:
    return select(incidents.c.details).order_by(incidents.c.declared_at.desc(), incidents.c.id.desc())
