"""How a decision is written: incident, timeline, deliveries and jobs, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.errors import NoSuchIncident
from incidents.model import Incident, IncidentId
from incidents.work import Decision, FollowUp, Outcome, Request
from storage import rows, statements
from storage.tables import entries, incidents, requests

_Wish = TypeVar("_Wish")
_Subject = TypeVar("_Subject")

Enqueue: TypeAlias = Callable[
    [AsyncConnection, Incident | None, Sequence[FollowUp], Request], Awaitable[None]
]
"""Puts the jobs that follow from a decision into the queue, on the decision's own connection."""


class Recording:
    """Writes decisions, and queues the jobs that follow from them."""

    def __init__(self, enqueue: Enqueue) -> None:
        self.enqueue = enqueue

    async def write(
        self, connection: AsyncConnection, decided: Sequence[tuple[Request, Decision]]
    ) -> list[Outcome]:
        """Write decisions on different incidents whose requests are noted already."""
        values = [rows.written(decision, request) for request, decision in decided]
        await connection.execute(statements.WRITTEN, {"rows": values})
        for request, decision in decided:
            if decision.follow_ups:
                await self.enqueue(connection, decision.incident, decision.follow_ups, request)
        return [Outcome(d.incident, rows.entries_of(d, request)) for request, d in decided]

    async def settle(
        self,
        connection: AsyncConnection,
        decided: Mapping[_Wish, tuple[Request, Decision | Exception]],
    ) -> dict[_Wish, Outcome | Exception]:
        """Write what was decided; a request that was refused leaves no trace."""
        made = {wish: (r, d) for wish, (r, d) in decided.items() if isinstance(d, Decision)}
        refused = {wish: d for wish, (_, d) in decided.items() if isinstance(d, Exception)}
        if refused:
            keys = [rows.key(decided[wish][0]) for wish in refused]
            await connection.execute(delete(requests).where(requests.c.key.in_(keys)))
        outcomes = await self.write(connection, list(made.values())) if made else []
        return {**dict(zip(made, outcomes, strict=True)), **refused}


def attempted(decide: Callable[[_Subject], Decision], subject: _Subject) -> Decision | Exception:
    """What the rule decides or raises."""
    try:
        return decide(subject)
    except Exception as error:  # noqa: BLE001 - it is raised to the one who asked, and to nobody else
        return error


async def note(connection: AsyncConnection, asked: Sequence[tuple[Request, IncidentId | None]]) -> set[str]:
    """Note requests; the keys of those that were not noted before."""
    if not asked:
        return set()
    values = [rows.asked(request, incident) for request, incident in asked]
    values.sort(key=lambda row: str(row["key"]))  # in one order in all replicas
    return {row.key for row in await connection.execute(statements.ASKED, {"rows": values})}


async def former(connection: AsyncConnection, request: Request) -> Outcome:
    """What the request gave when it was recorded, on the incident as it is now."""
    key = rows.key(request)
    whose = select(requests.c.incident_id).where(requests.c.key == key).scalar_subquery()
    incident = await read(connection, select(incidents.c.details).where(incidents.c.id == whose))
    query = select(entries).where(entries.c.request_key == key).order_by(entries.c.number)
    found = tuple(rows.entry_of(row) for row in await connection.execute(query))
    return Outcome(incident, found, repeated=True)


async def read(connection: AsyncConnection, query: Select[tuple[object]]) -> Incident:
    """The incident that the query finds. Raises NoSuchIncident."""
    row = (await connection.execute(query)).first()
    if row is None:
        raise unknown()
    return rows.incident_of(row)


def unknown() -> NoSuchIncident:
    """Said where a number belongs to no incident."""
    return NoSuchIncident("There is no such incident on record. `/incident list` shows those there are.")
