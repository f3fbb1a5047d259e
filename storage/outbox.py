"""What is still to be said, by lanes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.model import IncidentId
from incidents.ports import Delivery
from storage import rows
from storage.codec import writable
from storage.database import Database
from storage.gathered import Gathered
from storage.tables import deliveries

_waits = ~deliveries.c.given_up


class PostgresOutbox:
    """The outbox in PostgreSQL. What was said goes; what was given up stays, with the reason."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: Gathered[IncidentId, Sequence[Delivery]] = Gathered(self._pending_all)

    async def pending(self, incident: IncidentId) -> Sequence[Delivery]:
        """As the port."""
        return await self._pending(incident)

    async def _pending_all(self, lanes: Sequence[IncidentId]) -> Sequence[Sequence[Delivery]]:
        query = (
            select(deliveries)
            .where(deliveries.c.incident_id.in_(set(lanes)), _waits)
            .order_by(deliveries.c.incident_id, deliveries.c.number)
        )

        async def body(connection: AsyncConnection) -> Sequence[Delivery]:
            return [rows.delivery_of(row) for row in await connection.execute(query)]

        found = await self._database.statement(body)
        return [[delivery for delivery in found if delivery.incident == lane] for lane in lanes]

    async def attempt(self, deliveries_: Sequence[UUID]) -> None:
        """As the port."""
        change = deliveries.update().where(deliveries.c.id.in_(deliveries_)).values(attempted=True)
        await self._database.statement(lambda connection: connection.execute(change))

    async def done(self, deliveries_: Sequence[UUID]) -> None:
        """As the port."""
        change = deliveries.delete().where(deliveries.c.id.in_(deliveries_))
        await self._database.statement(lambda connection: connection.execute(change))

    async def failed(self, delivery: UUID, reason: str, *, give_up: bool) -> None:
        """As the port."""
        change = (
            deliveries.update()
            .where(deliveries.c.id == delivery)
            .values(
                attempts=deliveries.c.attempts + 1,
                reason=writable(reason),
                given_up=case((deliveries.c.given_up, True), else_=give_up),
            )
        )
        await self._database.statement(lambda connection: connection.execute(change))

    async def waiting(self) -> Sequence[IncidentId]:
        """As the port."""
        query = select(deliveries.c.incident_id).where(_waits).distinct()

        async def body(connection: AsyncConnection) -> Sequence[IncidentId]:
            return [IncidentId(incident) for incident in await connection.scalars(query)]

        return await self._database.statement(body)
