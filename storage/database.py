"""The connection to PostgreSQL: its address, its pool, and transactions that keep to a budget of seconds."""

from __future__ import annotations

import asyncio
import logging
import re
import select
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import event, exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from incidents.errors import Unavailable
from storage.readiness import ensure_up_to_date

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

SILENT = (
    "Tocsin's database did not answer in time, so this is not recorded. Try again in a minute; "
    "if it goes on, the database at DATABASE_URL needs a look."
)


@dataclass(frozen=True, slots=True)
class Budget:
    """How long we wait, in seconds: for a free connection, a new one, a statement, and all of it together."""

    pool: float = 0.5
    connect: float = 1.0
    statement: float = 1.5
    total: float = 2.5


class Database:
    """Transactions on PostgreSQL."""

    def __init__(self, engine: AsyncEngine, budget: Budget) -> None:
        self._engine = engine
        self._single = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._budget = budget
        self._abandoned: set[asyncio.Task[Any]] = set()

    @classmethod
    def on(cls, url: str, budget: Budget, size: int = 20) -> Database:
        """A database as it is; nothing is connected yet."""
        return cls(_engine(requested(url, budget), budget, size), budget)

    async def close(self) -> None:
        """Close all connections."""
        if self._abandoned:
            await asyncio.wait(self._abandoned, timeout=self._budget.total)
        await self._engine.dispose()

    async def within_budget(self, answer: Awaitable[_T]) -> _T:
        """The answer, if it comes in time. Raises Unavailable."""
        try:
            async with asyncio.timeout(self._budget.total):
                return await answer
        except TimeoutError as error:
            raise _unavailable(error) from error

    async def statement(self, body: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        """As `transaction`, for a body of a single statement, which is one by itself: a third of the way."""
        return await self._bounded(self._single, body)

    async def transaction(self, body: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        """Run the body in a transaction; whatever it raises undoes it.

        Raises:
            Unavailable: the database did not answer within its budget.
        """
        return await self._bounded(self._engine, body)

    async def _bounded(self, engine: AsyncEngine, body: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
        task = asyncio.create_task(_on(engine, body))
        try:
            done, _ = await asyncio.wait({task}, timeout=self._budget.total)
        except asyncio.CancelledError:
            self._abandon(task)
            raise
        if not done:
            self._abandon(task)
            raise Unavailable(SILENT)
        return task.result()

    def _abandon(self, task: asyncio.Task[Any]) -> None:
        """Not waited for: a server that hangs also hangs the cancelling."""
        self._abandoned.add(task)
        task.add_done_callback(self._forget)
        task.cancel()

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._abandoned.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.debug("a transaction that nobody waited for ended: %s", error)


async def _on(engine: AsyncEngine, body: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
    try:
        async with engine.begin() as connection:
            return await body(connection)
    except (exc.TimeoutError, exc.OperationalError, exc.InterfaceError, OSError) as error:
        raise _unavailable(error) from error
    except exc.DBAPIError as error:
        if error.connection_invalidated:
            raise _unavailable(error) from error
        raise
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise _unavailable(error) from error  # from the job engine, on the connection beneath


def _unavailable(error: BaseException) -> Unavailable:
    _log.warning("the database is unavailable: %s", str(error).strip().partition("\n")[0])
    return Unavailable(SILENT)


@asynccontextmanager
async def open_database(url: str, *, budget: Budget | None = None, size: int = 20) -> AsyncIterator[Database]:
    """A database, brought up to date first.

    Args:
        url: as in DATABASE_URL: `postgres://`, `postgresql://`, also with `+asyncpg` or `+psycopg`.
        budget: how long requests wait for it.
        size: how many connections are kept; half as many more are opened when all are busy.

    Raises:
        Unavailable: it could not be reached or brought up to date.
    """
    budget = budget or Budget()
    try:
        await asyncio.to_thread(ensure_up_to_date, normalised(url))
    except (exc.OperationalError, psycopg.OperationalError) as error:
        raise _unavailable(error) from error
    database = Database.on(url, budget, size)
    try:
        yield database
    finally:
        await database.close()


def normalised(url: str) -> str:
    """The address as libpq reads it, whatever driver it was written for."""
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url.strip())


def requested(url: str, budget: Budget) -> str:
    """The address with our time limits and keepalives on both sides; options of its own are kept."""
    own = conninfo_to_dict(normalised(url))
    ours = {
        "statement_timeout": f"{budget.statement * 1000:.0f}",
        "idle_in_transaction_session_timeout": "10000",
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
    }
    given = " ".join(f"-c {name}={value}" for name, value in ours.items())
    own.update(
        options=f"{given} {own.get('options') or ''}".strip(),
        keepalives_idle="5",
        keepalives_interval="2",
        keepalives_count="3",
    )
    own.setdefault("application_name", "tocsin")
    return make_conninfo("", **own)


def _engine(conninfo: str, budget: Budget, size: int) -> AsyncEngine:
    async def connect() -> psycopg.AsyncConnection:
        async with asyncio.timeout(budget.connect):
            return await psycopg.AsyncConnection.connect(conninfo)

    engine = create_async_engine(
        "postgresql+psycopg://",
        async_creator=connect,
        pool_size=size,
        max_overflow=size // 2,
        pool_timeout=budget.pool,
    )
    event.listen(engine.sync_engine.pool, "checkout", _refuse_dead)
    return engine


def _refuse_dead(connection: Any, *_: object) -> None:  # noqa: ANN401 - SQLAlchemy's wrapper of the driver's connection
    """An idle connection that has something to read was ended by the server; this costs no round trip."""
    driver = connection.driver_connection
    if driver.closed or _readable(driver.fileno()):
        raise exc.DisconnectionError


def _readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
