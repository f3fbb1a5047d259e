"""The one connection that is kept to a database, so that there is one when all slots are taken."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeAlias
from urllib.parse import parse_qs, urlsplit

import asyncpg

from diagnostics.probe import GoneError

Row: TypeAlias = Any  # asyncpg ships no types; a record is read by its column's name

CONNECT = 3.0  # seconds
KNOCK = 1.2  # seconds
CONSOLE = "pgbouncer"
BOUNCER = "bouncer"  # in the version that it tells
STATEMENT = 2.5  # seconds, on the server; less than the client's, so that nothing runs on when we have left
ANSWER = 2.8  # seconds, for the client
LOCK = 0.2  # seconds
ROWS = 200
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})  # values of sslmode
REST = "tocsin:warm"
LARGEST = 2**22  # no process of a Linux server has a higher number; what a pooler says for one is made up

BEGIN = "BEGIN TRANSACTION READ ONLY"
END = "COMMIT"  # nothing was written; a ROLLBACK would count as one in the database's statistics
SETTLE = """
SELECT pg_backend_pid() AS pid, set_config('statement_timeout', $1, true),
       set_config('lock_timeout', $2, true),
       set_config('idle_in_transaction_session_timeout', '5s', true),
       set_config('application_name', $3, true),
       set_config('search_path', 'pg_catalog', true),
       set_config('jit', 'off', true)
"""


class Reading(Protocol):
    """Statements within one read-only transaction, never more than one at a time, bound to their values."""

    async def __call__(self, statement: str, *values: object) -> list[Row]:
        """The rows, at most 200."""


Sign: TypeAlias = Callable[[Reading], Awaitable[None]]


async def alive(read: Reading) -> None:
    """The plainest sign of life."""
    await read("SELECT 1")


class Session:
    """One warm connection to one database, remade when it is lost.

    Every look is a transaction of its own: read-only, with a timeout and a lock timeout on the server that
    are shorter than ours, named after its probe, ended by COMMIT. Nothing is set for longer than that, so
    that a pooler between us and the server passes nothing of ours on to others.

    Args:
        dsn: its address.
        keepalive: seconds between two signs of life.
        sign: what is read for one.
    """

    def __init__(self, dsn: str, *, keepalive: float, sign: Sign = alive) -> None:
        self._dsn = dsn
        self._keepalive = keepalive
        self._sign = sign
        self._connection: Row | None = None
        self._turn = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._pooled = False

    @property
    def warm(self) -> bool:
        """Whether the connection stands, as far as we know without asking."""
        return self._connection is not None and not self._connection.is_closed()

    @property
    def pooled(self) -> bool:
        """Whether a pooler stands between us and the server, as far as could be seen."""
        return self._pooled

    @property
    def must_encrypt(self) -> bool:
        """Whether the address forbids to go on without encryption."""
        modes = parse_qs(urlsplit(self._dsn).query).get("sslmode", [])
        return bool(ENCRYPTED.intersection(modes))

    @property
    def pid(self) -> int:
        """The server's process behind the connection; 0 if there is none."""
        return self._connection.get_server_pid() if self._connection and self.warm else 0

    @property
    def version(self) -> int:
        """The server's major version, such as 15; 0 if there is no connection."""
        return self._connection.get_server_version().major if self._connection and self.warm else 0

    async def open(self) -> None:
        """Start keeping the connection; returns when the first attempt to make it is over."""
        self._keeper = asyncio.create_task(self._keep(), name="keep a database connection warm")
        await self._tried.wait()

    async def close(self) -> None:
        """End the connection and stop keeping it."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        connection, self._connection = self._connection, None
        if connection:
            await _leave(connection)

    async def connect(self) -> Row:
        """A new connection, for the caller to leave or to give to `adopt`.

        Raises:
            Exception: whatever asyncpg, the operating system or TLS says; it is evidence.
        """
        connection: Row = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT,
            command_timeout=ANSWER,
            server_settings={"application_name": REST},
            statement_cache_size=0,  # behind a pooler the next transaction does not know what was prepared
        )
        self._pooled = not 0 < connection.get_server_pid() <= LARGEST
        return connection

    async def knocks_at_a_pooler(self) -> bool:
        """Whether what answers at the address is PgBouncer: it alone has a database of that name for itself.

        A server says that there is no such database; what is frozen says nothing.
        """
        try:
            console = await asyncpg.connect(self._dsn, database=CONSOLE, timeout=KNOCK)
        except asyncpg.ProtocolViolationError:
            return True  # that is how it refuses those who may not look at its console
        except Exception:  # noqa: BLE001 -- whatever else answers is no pooler that we know
            return False
        said = str(console.get_settings().server_version)
        await _leave(console)
        return BOUNCER in said

    async def adopt(self, connection: Row) -> None:
        """Keep this connection if none is kept, else leave it."""
        async with self._turn:
            if self.warm:
                await _leave(connection)
            else:
                self._connection = connection

    @asynccontextmanager
    async def reading(self, probe: str) -> AsyncIterator[Reading]:
        """A read-only transaction for one probe.

        Raises:
            GoneError: the server cannot be reached, or has stopped answering.
            asyncpg.PostgresError: what the server says.
        """
        async with self._turn:
            connection = self._kept()
            try:
                await connection.execute(BEGIN)
                own = await connection.fetchrow(SETTLE, f"{STATEMENT}s", f"{LOCK}s", f"tocsin:{probe}"[:63])
                self._pooled = own["pid"] != connection.get_server_pid()
                yield _reading(connection)
            except (TimeoutError, OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError) as error:
                connection.terminate()
                raise GoneError("the database stopped answering on the connection that was open") from error
            finally:
                await _finish(connection)

    async def tend(self) -> None:
        """See that the connection lives, and make it anew if it does not."""
        try:
            if self.warm:
                async with self.reading("keepalive") as read:
                    await self._sign(read)
            else:
                await self.adopt(await self.connect())
        except GoneError:
            return  # remade at the next turn
        except Exception:  # noqa: BLE001 -- a patient that is down must not stop its keeper; the probes will say so
            return

    async def _keep(self) -> None:
        while True:
            await self.tend()
            self._tried.set()
            await asyncio.sleep(self._keepalive)

    def _kept(self) -> Row:
        if self._connection is None or not self.warm:
            raise GoneError("there is no connection to the database")
        return self._connection


def _reading(connection: Row) -> Reading:
    async def read(statement: str, *values: object) -> list[Row]:
        rows: list[Row] = await connection.fetch(statement, *values)
        return rows[:ROWS]

    return read


async def _finish(connection: Row) -> None:
    if connection.is_closed():
        return
    try:
        await connection.execute(END)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


async def _leave(connection: Row) -> None:
    try:
        await connection.close(timeout=1)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
