"""Declarations: those that come while others are being written are written together, in one transaction.

The number of an incident follows the one before without a gap, so declarations cannot be written side by
side; one after another, the fiftieth would wait for forty-nine commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.model import IncidentId
from incidents.work import Birth, Decision, Outcome, Request
from storage import rows, statements
from storage.database import Database
from storage.gathered import Gathered
from storage.recording import Recording, attempted, former
from storage.tables import counters

Answer: TypeAlias = Outcome | Exception


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """A request that declares, and the rule for it."""

    request: Request
    decide: Callable[[Birth], Decision]


class Births:
    """Writes declarations."""

    def __init__(self, database: Database, recording: Recording, time_zone: ZoneInfo) -> None:
        self._database = database
        self._recording = recording
        self._time_zone = time_zone
        self._gathered: Gathered[Wish, Answer] = Gathered(self._write)

    async def declare(self, wish: Wish) -> Outcome:
        """Raises Unavailable, and what the rule raises."""
        answer = await self._database.within_budget(self._gathered(wish))
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _write(self, wishes: Sequence[Wish]) -> Sequence[Answer]:
        """All together; where the database refuses that, each alone, so that one spoils no other."""
        try:
            return await self._database.transaction(lambda connection: self._record(connection, wishes))
        except DBAPIError as error:
            if len(wishes) == 1:
                return [error]
        return [(await self._write([wish]))[0] for wish in wishes]

    async def _record(self, connection: AsyncConnection, wishes: Sequence[Wish]) -> Sequence[Answer]:
        fresh = await self._noted(connection, wishes)
        decided = await self._decided(connection, fresh)
        answers = await self._recording.settle(connection, {w: (w.request, d) for w, d in decided.items()})
        return [answers[w] if w in answers else await former(connection, w.request) for w in wishes]

    async def _noted(self, connection: AsyncConnection, wishes: Sequence[Wish]) -> dict[Wish, IncidentId]:
        """Those that were not noted before, each with its incident's number."""
        values = [rows.asked(wish.request, None) for wish in wishes]
        values.sort(key=lambda row: str(row["key"]))  # in one order in all replicas
        found = await connection.execute(statements.BORN, {"rows": values})
        numbers = {row.key: IncidentId(row.incident_id) for row in found}
        keyed = [(wish, rows.key(wish.request)) for wish in wishes]
        return {wish: numbers.pop(key) for wish, key in keyed if key in numbers}

    async def _decided(
        self, connection: AsyncConnection, fresh: dict[Wish, IncidentId]
    ) -> dict[Wish, Decision | Exception]:
        """What the rules make of them; a refused one takes no number."""
        years: dict[int, list[Wish]] = defaultdict(list)
        for wish in fresh:
            years[wish.request.at.astimezone(self._time_zone).year].append(wish)
        decided: dict[Wish, Decision | Exception] = {}
        for year in sorted(years):
            taken = {"year": year, "many": len(years[year])}
            last = (await connection.execute(statements.COUNTED, taken)).scalar_one()
            number = last - len(years[year])
            for wish in years[year]:
                birth = Birth(fresh[wish], f"INC-{year}-{number + 1:03d}")
                decided[wish] = attempted(wish.decide, birth)
                number += isinstance(decided[wish], Decision)
            if number < last:
                keep = counters.update().where(counters.c.year == year).values(last=number)
                await connection.execute(keep)
        return decided
