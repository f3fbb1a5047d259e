"""The record of looks at targets: what a later one is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.evidence import Figure, Finding, Health
from incidents.looked import Looked
from storage.codec import Json, writable
from storage.database import Database
from storage.tables import looks

KEPT = timedelta(days=1)  # an older look tells nothing of what is new


class PostgresLookBook:
    """The looks in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, before: Mapping[str, datetime]) -> Mapping[str, Looked]:
        """As the port."""
        if not before:
            return {}
        asked = [
            and_(looks.c.target == target, looks.c.at < at, looks.c.at >= at - KEPT)
            for target, at in before.items()
        ]
        query = (
            select(looks)
            .where(or_(*asked))
            .ext(distinct_on(looks.c.target))
            .order_by(looks.c.target, looks.c.at.desc())
        )
        rows = await self._database.statement(lambda connection: connection.execute(query))
        return {row.target: Looked(row.at, tuple(map(_finding, row.findings))) for row in rows}

    async def keep(self, found: Mapping[str, Looked]) -> None:
        """As the port."""
        rows = [
            {"target": target, "at": look.at, "findings": [_json(each) for each in look.findings]}
            for target, look in sorted(found.items())
        ]

        async def body(connection: AsyncConnection) -> None:
            await connection.execute(insert(looks).values(rows).on_conflict_do_nothing())
            oldest = max(look.at for look in found.values()) - KEPT
            await connection.execute(delete(looks).where(looks.c.at < oldest))

        if rows:
            await self._database.transaction(body)


def _json(finding: Finding) -> Json:
    return {
        "code": finding.code,
        "probe": finding.probe,
        "target": writable(finding.target),
        "health": finding.health.value,
        "sentence": writable(finding.sentence),
        "figures": [
            [
                figure.name,
                writable(figure.value) if isinstance(figure.value, str) else figure.value,
                figure.unit,
            ]
            for figure in finding.figures
        ],
    }


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(
        code=data["code"],
        probe=data["probe"],
        target=data["target"],
        health=Health(data["health"]),
        sentence=data["sentence"],
        figures=tuple(Figure(*figure) for figure in data["figures"]),
    )
