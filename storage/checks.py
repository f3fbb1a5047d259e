"""The record of standing checks: how each stands, its turns, and where the messages of these stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.check_record import Judged, Told
from incidents.checks import CheckId, Standing
from incidents.facts import Via
from incidents.model import MessageId, RoomId
from incidents.ports import Posted
from incidents.work import Request
from storage import codec
from storage.database import Database
from storage.recording import Enqueue
from storage.tables import checks, turns


class PostgresChecks:
    """The record of checks in PostgreSQL. Every method may raise Unavailable; then nothing was recorded.

    Args:
        database: where.
        enqueue: queues the jobs that follow, in the same transaction.
    """

    def __init__(self, database: Database, *, enqueue: Enqueue) -> None:
        self._database = database
        self._enqueue = enqueue

    async def prepare(self, first: Mapping[CheckId, datetime]) -> None:
        """As the port."""
        new = [_row(Standing(check, at)) for check, at in sorted(first.items())]
        if new:
            statement = insert(checks).values(new).on_conflict_do_nothing()
            await self._database.statement(lambda connection: connection.execute(statement))

    async def claim(
        self, among: Collection[CheckId], now: datetime, limit: int, begin: Callable[[Standing], Standing]
    ) -> Sequence[Standing]:
        """As the port."""
        due = (
            select(checks.c.details)
            .where(checks.c.looks_at <= now, checks.c.id.in_(list(among)))
            .order_by(checks.c.looks_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        async def body(connection: AsyncConnection) -> Sequence[Standing]:
            found = [codec.standing_from_json(row.details) for row in await connection.execute(due)]
            begun = [begin(standing) for standing in found]
            for standing in begun:
                await _write(connection, standing)
            return begun

        return await self._database.transaction(body)

    async def change(
        self, check: CheckId, at: datetime, decide: Callable[[Standing], Judged]
    ) -> Standing | None:
        """As the port."""
        query = select(checks.c.details).where(checks.c.id == check).with_for_update()
        request = Request(f"check:{check}", at, None, Via.CLOCK)

        async def body(connection: AsyncConnection) -> Standing | None:
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            judged = decide(codec.standing_from_json(row.details))
            await _write(connection, judged.standing)
            await _keep_turns(connection, check, judged)
            await self._enqueue(connection, None, judged.follow_ups, request)
            return judged.standing

        return await self._database.transaction(body)

    async def standings(self, among: Collection[CheckId]) -> Sequence[Standing]:
        """As the port."""
        query = select(checks.c.details).where(checks.c.id.in_(list(among)))

        async def body(connection: AsyncConnection) -> Sequence[Standing]:
            return [codec.standing_from_json(row.details) for row in await connection.execute(query)]

        return await self._database.statement(body)

    async def told(self, check: CheckId, number: int) -> Told | None:
        """As the port."""
        query = select(turns).where(turns.c.check_id == check, turns.c.number == number)

        async def body(connection: AsyncConnection) -> Told | None:
            row = (await connection.execute(query)).first()
            if row is None:
                return None
            posted = Posted(RoomId(row.room), MessageId(row.message)) if row.room and row.message else None
            return Told(codec.turn_from_json(row.details), posted, row.attempted)

        return await self._database.statement(body)

    async def attempt(self, check: CheckId, number: int) -> None:
        """As the port."""
        await self._note(check, number, attempted=True)

    async def keep(self, check: CheckId, number: int, posted: Posted) -> None:
        """As the port."""
        await self._note(check, number, room=posted.room, message=posted.message)

    async def _note(self, check: CheckId, number: int, **values: str | bool) -> None:
        this = (turns.c.check_id == check) & (turns.c.number == number)
        change = turns.update().where(this).values(**values)
        await self._database.statement(lambda connection: connection.execute(change))


def _row(standing: Standing) -> dict[str, object]:
    return {
        "id": standing.check,
        "looks_at": standing.looks_at,
        "details": codec.standing_to_json(standing),
    }


async def _write(connection: AsyncConnection, standing: Standing) -> None:
    row = _row(standing)
    await connection.execute(checks.update().where(checks.c.id == standing.check).values(**row))


async def _keep_turns(connection: AsyncConnection, check: CheckId, judged: Judged) -> None:
    """The turns that are not as they were; where their messages stand is left as it is."""
    rows = [
        {"check_id": check, "number": turn.number, "details": codec.turn_to_json(turn)}
        for turn in judged.turns
    ]
    if rows:
        new = insert(turns).values(rows)
        kept = new.on_conflict_do_update(
            index_elements=["check_id", "number"], set_={"details": new.excluded.details}
        )
        await connection.execute(kept)
