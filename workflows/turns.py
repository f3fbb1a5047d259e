"""One at a time among all replicas: turns, held as advisory locks on one connection of this process.

A process that is frozen keeps its connection, and so its turns. The holder therefore speaks on that
connection every two seconds; whoever waits ends the connection of one that has been silent for ten.
"""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum

import psycopg
from psycopg.conninfo import make_conninfo

_SPEAK_EVERY = 2.0
_SILENT_AFTER = 10.0
_TRUSTED_FOR = 5.0
_ASK_AGAIN = 0.25
_NUMBERS = 0x7FFFFFFF  # the second half of an advisory lock's key is an int4
_KEEPALIVES = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
_END_SILENT = """
    SELECT pg_terminate_backend(a.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s AND l.objid = %s AND l.objsubid = 2
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND a.state_change < now() - make_interval(secs => %s)
"""
_log = logging.getLogger(__name__)


class TurnLostError(Exception):
    """The connection that held the turn is gone, so another replica may have taken over."""


class What(IntEnum):
    """What a turn is for; the first half of an advisory lock's key."""

    SET_UP = 7061
    LANE = 7062
    MITIGATION = 7063
    CHECK = 7064
    LOOK = 7065
    EVIDENCE = 7066


@dataclass(frozen=True, slots=True)
class Key:
    """A turn's key."""

    what: What
    number: int


def named(what: What, name: str) -> Key:
    """The key of something without a number; two names may share one, and then wait for each other."""
    return Key(what, zlib.crc32(name.encode()) & _NUMBERS)


Check = Callable[[], Awaitable[None]]
"""Raises TurnLostError unless the turn is still held."""


class Turns:
    """This process's turns. Open it with `running`.

    Args:
        dsn: the database; not behind a pooler that gives each transaction another connection.
        silent_after: seconds after which a holder that does not speak is taken for frozen.
    """

    def __init__(self, dsn: str, *, silent_after: float = _SILENT_AFTER) -> None:
        self._silent_after = silent_after
        self._dsn = make_conninfo(dsn, application_name="tocsin turns", options=_KEEPALIVES)
        self._connection: psycopg.AsyncConnection | None = None
        self._opening = asyncio.Lock()
        self._spoke_at = 0.0
        self._again: dict[Key, bool] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Holds the connection, and speaks on it."""
        speaking = asyncio.create_task(self._speak())
        try:
            yield
        finally:
            speaking.cancel()
            with suppress(asyncio.CancelledError):
                await speaking
            if self._connection:
                await self._connection.close()

    async def one_at_a_time(self, key: Key, work: Callable[[Check], Awaitable[None]]) -> None:
        """Do the work in its turn; if this process is at it already, that run does it once more."""
        if key in self._again:
            self._again[key] = True
            return
        self._again[key] = False
        try:
            async with self.turn(key) as check:
                await self._until_done(key, lambda: work(check))
        finally:
            self._again.pop(key, None)

    async def _until_done(self, key: Key, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            self._again[key] = False
            await work()
            if not self._again[key]:
                del self._again[key]  # at once, so that whoever comes now takes a turn of its own
                return

    def doubt(self) -> None:
        """Have the next check ask the server, whenever it was last heard of."""
        self._spoke_at = -_TRUSTED_FOR

    @asynccontextmanager
    async def turn(self, key: Key) -> AsyncIterator[Check]:
        """Waits for the turn and holds it."""
        connection = await self._take(key)

        async def check() -> None:
            while connection is self._connection and not connection.closed:
                if time.monotonic() - self._spoke_at <= _TRUSTED_FOR:
                    return
                await self._say(connection)
            raise TurnLostError

        try:
            yield check
        finally:
            with suppress(psycopg.Error):
                await connection.execute("SELECT pg_advisory_unlock(%s, %s)", [int(key.what), key.number])

    async def _take(self, key: Key) -> psycopg.AsyncConnection:
        while True:
            connection = await self._open()
            try:
                if await self._try(connection, key):
                    return connection
                await connection.execute(_END_SILENT, [int(key.what), key.number, self._silent_after])
            except psycopg.OperationalError as error:
                raise TurnLostError from error
            await asyncio.sleep(_ASK_AGAIN)

    async def _try(self, connection: psycopg.AsyncConnection, key: Key) -> bool:
        asked_at = time.monotonic()
        cursor = await connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [int(key.what), key.number])
        row = await cursor.fetchone()
        self._spoke_at = asked_at
        return bool(row and row[0])

    async def _open(self) -> psycopg.AsyncConnection:
        async with self._opening:
            if self._connection is None or self._connection.closed:
                self._connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
            return self._connection

    async def _speak(self) -> None:
        while True:
            await asyncio.sleep(_SPEAK_EVERY)
            if self._connection and not self._connection.closed:
                with suppress(TurnLostError):
                    await self._say(self._connection)

    async def _say(self, connection: psycopg.AsyncConnection) -> None:
        """An answer says how it was when it was asked for: this process may have stood still since.

        Raises TurnLostError.
        """
        asked_at = time.monotonic()
        try:
            await connection.execute("SELECT 1")
        except psycopg.Error as error:
            _log.warning("the connection that holds the turns is gone: %s", error)
            raise TurnLostError from error
        self._spoke_at = asked_at
