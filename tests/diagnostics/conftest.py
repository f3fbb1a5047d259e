"""What the tests of looking share: a PostgreSQL of few slots, roles on it, and an examiner of one target."""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
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
from storage.embedded import DatabaseError, Loopback, Options, fresh, temporary

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
ROLES = """
CREATE ROLE app LOGIN PASSWORD 'app-password';
CREATE ROLE diag LOGIN PASSWORD 'diag-password';
CREATE ROLE blind LOGIN PASSWORD 'blind-password';
GRANT pg_monitor TO diag;
"""
# Sessions of the test before are gone a moment after their sockets; the server itself watches.
QUIET = """
SET statement_timeout = '20s';
DO $$ BEGIN
  WHILE EXISTS (SELECT FROM pg_stat_activity
                WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) LOOP
    PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
  END LOOP;
END $$
"""


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


@pytest.fixture(scope="session")
def small(missing: Callable[[str, str], NoReturn]) -> Iterator[str]:
    """The superuser's address of a server with 50 slots, 3 of them reserved, and the roles of the tests."""
    settings = {"max_connections": "50", "max_prepared_transactions": "2"}
    options = Options(settings=settings, preload=("pg_stat_statements",), loopback=Loopback("root-password"))
    try:
        with temporary(options) as server:
            with psycopg.connect(server.dsn, autocommit=True) as connection:
                connection.execute(ROLES)
            yield server.dsn
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest.fixture
def database(small: str) -> Iterator[str]:
    """The superuser's address of a database of the test's own on the small server."""
    with psycopg.connect(small, autocommit=True) as connection:
        connection.execute(QUIET)
    with fresh(small) as dsn:
        yield dsn


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
            targets, clock=lambda: NOW, redactor=Redactor(), monotonic=monotonic, pause=pause, patience=30
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
    return snapshots[-1]


def of(examination: Examination, probe: str) -> Finding:
    """The one finding of a probe."""
    (finding,) = (finding for finding in examination.findings if finding.probe == probe)
    return finding
