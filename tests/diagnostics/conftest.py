"""What the tests of looking share: an examiner of one target."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn, Protocol

import psycopg
import pytest

from diagnostics.examine import Examiner
from diagnostics.probe import Pause
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination, Finding
from tests.diagnostics.rules import RULES, undescribed

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


class Looks(Protocol):
    """Opens an examiner of the service `payments` with one PostgreSQL called `db`."""

    def __call__(
        self,
        dsn: str,
        *,
        limits: Mapping[str, float] | None = None,
        pause: Pause = ...,
        monotonic: Callable[[], float] = ...,
    ) -> AbstractAsyncContextManager[Examiner]: ...


async def at_once(_seconds: float) -> None:
    """A pause between two samples that takes no time."""


@pytest.fixture
def with_costs(database: str, missing: Callable[[str, str], NoReturn]) -> str:
    """The same database with the extension that counts what statements cost."""
    try:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements")
            connection.execute("SELECT pg_stat_statements_reset()")
    except psycopg.Error:
        missing("pg_stat_statements", "postgresql")
    return database


@pytest.fixture
def looks() -> Looks:
    @asynccontextmanager
    async def opened(
        dsn: str,
        *,
        limits: Mapping[str, float] | None = None,
        pause: Pause = at_once,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> AsyncIterator[Examiner]:
        section: dict[str, Any] = {"kind": "postgres", "name": "db", "dsn": dsn, "limits": dict(limits or {})}
        targets = {"payments": read_targets("payments", [section], environ={})}
        async with Examiner(
            targets,
            clock=lambda: NOW,
            redactor=Redactor(),
            rules=RULES,
            monotonic=monotonic,
            pause=pause,
            patience=30,
        ) as examiner:
            yield examiner

    return opened


def as_role(dsn: str, role: str) -> str:
    """The same address for another role; the socket asks for no password."""
    return dsn.replace("//tocsin@", f"//{role}@")


async def examined(examiner: Examiner, asked: str = "db", service: str | None = "payments") -> Examination:
    """The complete examination."""
    snapshots = [examination async for examination in examiner.examine(asked, service)]
    assert snapshots[-1].complete
    assert undescribed(snapshots[-1].findings) == []
    return snapshots[-1]


def of(examination: Examination, probe: str) -> Finding:
    """The one finding of a probe."""
    (finding,) = (finding for finding in examination.findings if finding.probe == probe)
    return finding
