"""The one connection that is kept to a database, so that there is one when all slots are taken."""

import asyncio
from contextlib import suppress
from typing import Any, TypeAlias

import asyncpg

Row: TypeAlias = Any  # asyncpg ships no types; a record is read by its column's name

CONNECT = 3.0  # seconds
STATEMENT = 2.5  # seconds, on the server; less than the client's, so that nothing runs on when we have left
ANSWER = 2.8  # seconds, for the client
LOCK = 0.2  # seconds
NAME = "tocsin:mitigation"

BEGIN = "BEGIN TRANSACTION READ ONLY"  # signals are sent all the same; nothing else can be changed
END = "COMMIT"
SETTLE = """
SELECT set_config('statement_timeout', $1, true),
       set_config('lock_timeout', $2, true),
       set_config('idle_in_transaction_session_timeout', '5s', true),
       set_config('application_name', $3, true),
       set_config('search_path', 'pg_catalog', true),
       set_config('jit', 'off', true)
"""

ENDED = (
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.PostgresConnectionError,
)


class GoneError(Exception):
    """The server does not answer, or the connection has ended; what was asked last may have happened."""


class Session:
    """One warm connection to one database, remade when it is lost."""

    def __init__(self, dsn: str, *, keepalive: float) -> None:
        self._dsn = dsn
        self._keepalive = keepalive
        self._connection: Row | None = None
        self._turn = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()

    async def open(self) -> None:
        """Start keeping the connection; returns when the first attempt to make it is over."""
        self._keeper = asyncio.create_task(self._keep(), name="keep a connection for mitigations warm")
        await self._tried.wait()

    async def close(self) -> None:
        """End the connection and stop keeping it."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        connection, self._connection = self._connection, None
        if connection:
            await _leave(connection)

    async def ask(self, statement: str, *values: object) -> list[Row]:
        """The rows of one statement, in a transaction of its own.

        Each has its own because the server shows a transaction the sessions as they were when it first
        looked: a second statement would check again what the first one saw.

        Raises:
            GoneError: the server does not answer; the statement may have been carried out.
            asyncpg.PostgresError: what the server says.
            Exception: what keeps a new connection from being made.
        """
        async with self._turn:
            connection = await self._kept()
            try:
                return await _asked(connection, statement, values)
            except (TimeoutError, OSError, asyncpg.InterfaceError, *ENDED) as error:
                connection.terminate()
                raise GoneError from error
            except asyncpg.PostgresError:
                await _undo(connection)
                raise
            except BaseException:
                connection.terminate()  # given up in the middle; what it would answer next is not known
                raise

    async def _kept(self) -> Row:
        """The warm connection, or a new one; nothing has been asked on it yet."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._dsn,
                timeout=CONNECT,
                command_timeout=ANSWER,
                server_settings={"application_name": NAME},
            )
        return self._connection

    async def _keep(self) -> None:
        while True:
            with suppress(Exception):  # a server that is down must not stop its keeper; whoever asks is told
                await self.ask("SELECT 1")
            self._tried.set()
            await asyncio.sleep(self._keepalive)


async def _asked(connection: Row, statement: str, values: tuple[object, ...]) -> list[Row]:
    await connection.fetch(BEGIN)
    await connection.fetch(SETTLE, f"{STATEMENT}s", f"{LOCK}s", NAME)
    rows: list[Row] = await connection.fetch(statement, *values)
    await connection.fetch(END)
    return rows


async def _undo(connection: Row) -> None:
    """End the transaction that an error of the server's left open."""
    try:
        await connection.fetch("ROLLBACK")
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


async def _leave(connection: Row) -> None:
    try:
        await connection.close(timeout=1)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
