"""The queue's own connections to the database."""

from __future__ import annotations

import select
from typing import Any

import psycopg
from procrastinate import PsycopgConnector
from psycopg_pool import AsyncConnectionPool


def connector(dsn: str) -> PsycopgConnector:
    """A connector whose pool tests connections without asking the server."""
    return PsycopgConnector(
        pool_factory=_pool, conninfo=dsn, min_size=2, max_size=8, timeout=10.0, configure=_by_itself
    )


def _pool(**arguments: Any) -> AsyncConnectionPool:  # noqa: ANN401 - what the connector gives its pool
    return AsyncConnectionPool(**{**arguments, "check": _check})


async def _by_itself(connection: psycopg.AsyncConnection) -> None:
    """Each of the queue's statements stands for itself."""
    await connection.set_autocommit(True)


async def _check(connection: psycopg.AsyncConnection) -> None:
    """An idle connection that has something to read was ended by the server; the pool then makes another."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await connection.close()
        raise psycopg.OperationalError("the server ended the connection")
