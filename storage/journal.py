"""Which steps of a set-up were begun and done, and where the boards stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.model import IncidentId, MessageId, RoomId
from incidents.ports import SET_UP, Posted, Step
from incidents.work import AnyBoard
from storage import statements
from storage.codec import writable
from storage.database import Database
from storage.gathered import Gathered
from storage.tables import boards, incidents, steps


@dataclass(frozen=True, slots=True)
class _Begin:
    incident: IncidentId
    names: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class _Finish:
    incident: IncidentId
    name: str
    result: str


@dataclass(frozen=True, slots=True)
class _Keep:
    incident: IncidentId
    board: AnyBoard
    posted: Posted


class PostgresJournal:
    """The journal in PostgreSQL; steps of many incidents noted at the same moment are one write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._begin: Gathered[_Begin, Mapping[str, Step]] = Gathered(self._begin_all)
        self._note: Gathered[_Finish | _Keep, None] = Gathered(self._note_all)

    async def begin(self, incident: IncidentId, steps: Iterable[str], at: datetime) -> Mapping[str, Step]:
        """As the port."""
        return await self._begin(_Begin(incident, tuple(steps), at))

    async def finish(self, incident: IncidentId, step: str, result: str = "") -> None:
        """As the port; with the last step the way back to the declarer is forgotten."""
        await self._note(_Finish(incident, step, writable(result)))

    async def keep_board(self, incident: IncidentId, board: AnyBoard, posted: Posted) -> None:
        """As the port."""
        await self._note(_Keep(incident, board, posted))

    async def owned_rooms(self, rooms: Iterable[RoomId]) -> set[RoomId]:
        """As the port."""
        query = select(incidents.c.room_id).where(incidents.c.room_id.in_(list(rooms)))

        async def body(connection: AsyncConnection) -> set[RoomId]:
            return {RoomId(room) for room in await connection.scalars(query) if room}

        return await self._database.statement(body)

    async def board(self, incident: IncidentId, board: AnyBoard) -> Posted | None:
        """As the port."""
        query = select(boards.c.room, boards.c.message).where(
            boards.c.incident_id == incident, boards.c.board == board.value
        )

        async def body(connection: AsyncConnection) -> Posted | None:
            row = (await connection.execute(query)).first()
            return Posted(RoomId(row.room), MessageId(row.message)) if row else None

        return await self._database.statement(body)

    async def unfinished(self) -> Sequence[IncidentId]:
        """As the port, oldest first."""
        query = (
            select(steps.c.incident_id)
            .where(~steps.c.done, steps.c.name == SET_UP)
            .order_by(steps.c.incident_id)
        )

        async def body(connection: AsyncConnection) -> Sequence[IncidentId]:
            return [IncidentId(incident) for incident in await connection.scalars(query)]

        return await self._database.statement(body)

    async def _begin_all(self, begins: Sequence[_Begin]) -> Sequence[Mapping[str, Step]]:
        """In one order everywhere, so that two replicas cannot wait for each other."""
        wanted = {(b.incident, name): b.at.isoformat() for b in begins for name in b.names}
        rows = [{"incident": key[0], "name": key[1], "at": wanted[key]} for key in sorted(wanted)]

        async def body(connection: AsyncConnection) -> dict[tuple[int, str], Step]:
            found = await connection.execute(statements.STEPS_BEGUN, {"rows": rows})
            return {
                (row.incident_id, row.name): Step(row.name, row.begun_at, row.fresh, row.done, row.result)
                for row in found
            }

        stand = await self._database.statement(body)
        return [{name: stand[b.incident, name] for name in b.names} for b in begins]

    async def _note_all(self, notes: Sequence[_Finish | _Keep]) -> Sequence[None]:
        done = {(n.incident, n.name): n.result for n in notes if isinstance(n, _Finish)}
        kept = {(n.incident, n.board.value): n.posted for n in notes if isinstance(n, _Keep)}
        whole = [{"incident": incident} for incident, name in sorted(done) if name == SET_UP]
        values = {"done": _done_rows(done), "kept": _kept_rows(kept), "whole": whole}
        await self._database.statement(lambda connection: connection.execute(statements.NOTED, values))
        return [None] * len(notes)


def _done_rows(done: Mapping[tuple[IncidentId, str], str]) -> list[Mapping[str, object]]:
    return [{"incident": key[0], "name": key[1], "result": done[key]} for key in sorted(done)]


def _kept_rows(kept: Mapping[tuple[IncidentId, str], Posted]) -> list[Mapping[str, object]]:
    return [
        {"incident": key[0], "board": key[1], "room": kept[key].room, "message": kept[key].message}
        for key in sorted(kept)
    ]
