"""The outage itself: a report leaks transactions; the shop in front is alive but not ready."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
from aiohttp import web
from aiohttp.test_utils import TestServer

from diagnostics.examine import Examiner
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Confidence, Examination, Health
from tests.diagnostics.conftest import as_role, at_once
from tests.diagnostics.faults import filled
from tests.diagnostics.rules import RULES, undescribed


@asynccontextmanager
async def shop(dsn: str) -> AsyncIterator[str]:
    """A service that lives by itself and is ready only when it can open a connection."""

    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_request: web.Request) -> web.Response:
        try:
            connection = await asyncpg.connect(dsn)
        except asyncpg.TooManyConnectionsError as error:
            return web.json_response(
                {"checks": {"database": {"status": "down", "detail": str(error)}}}, status=503
            )
        await connection.close()
        return web.json_response({"checks": {"database": {"status": "up"}}})

    application = web.Application()
    application.router.add_get("/health", alive)
    application.router.add_get("/ready", ready)
    async with TestServer(application) as server:
        yield str(server.make_url("/"))


async def looked_at(examiner: Examiner) -> Examination:
    return [examination async for examination in examiner.examine("payments", None)][-1]


async def test_the_leak_in_the_database_leads_and_the_service_that_suffers_follows(database: str) -> None:
    app, now = as_role(database, "app"), [0.0]
    async with shop(app) as url:
        sections = [
            {"kind": "http", "name": "api", "url": url},
            {"kind": "postgres", "name": "db", "dsn": as_role(database, "diag")},
        ]
        async with Examiner(
            {"payments": read_targets("payments", sections, environ={})},
            clock=lambda: datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=now[0]),
            redactor=Redactor(),
            rules=RULES,
            monotonic=lambda: now[0],
            pause=at_once,
            patience=30,
        ) as examiner:
            well = await looked_at(examiner)
            now[0] = 60.0
            async with filled(app):
                ill = await looked_at(examiner)
    assert well.health is Health.OK
    assert well.sentence.startswith(
        "Payments api and payments db look healthy: payments api: /health answers 200"
    )
    assert ill.sentence.startswith(
        "payments db: 46 of 47 usable slots are taken; 46 sit idle in a transaction"
    )
    assert ill.sentence.endswith("from reports-export: a connection leak.")
    assert [cause.code for cause in ill.causes] == ["DB_CONN_EXHAUSTION_LEAK"]
    assert ill.causes[0].confidence is Confidence.HIGH
    assert (ill.causes[0].checked, ill.causes[0].signs) == (9, 9)
    assert "the last deploy and its age (no target of kind deploys is configured)" in ill.causes[0].missing
    assert not ill.causes[0].next_probe
    (symptom,) = ill.causes[0].symptoms
    assert symptom.startswith("payments api: It is alive but not ready; ")
    assert "the service in front of it is alive but not ready" in ill.causes[0].held
    assert undescribed((*well.findings, *ill.findings)) == []
    assert ill.since is not None
    assert any("payments db: New: " in change for change in ill.changes)
    assert {"PG010", "PG102", "PG103", "HT010"} <= {finding.code for finding in ill.findings}
    assert "Look at database next." in {finding.next_step for finding in ill.findings}
