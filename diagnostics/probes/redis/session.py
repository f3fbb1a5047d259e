"""The one connection that is kept to a Redis, so that there is one when maxclients is reached."""

import asyncio
import time
from contextlib import suppress
from typing import Any, TypeAlias

from redis.asyncio.connection import Connection, SSLConnection, UnixDomainSocketConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from diagnostics.probe import GoneError
from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.encryption import other_way
from diagnostics.probes.redis.info import Info, parsed
from diagnostics.probes.redis.section import TLS_KEYS, RedisSection

Answer: TypeAlias = Any  # nested lists of texts and numbers, as each command has it
Wire: TypeAlias = Connection | UnixDomainSocketConnection

CONNECT = 2.5  # seconds, for the connection and again for what is said on it at first
ANSWER = 2.5  # seconds for one answer


class Session:
    """One warm connection to one Redis, remade when it is lost; nothing is ever tried twice.

    It says AUTH and the commands of the probes, nothing else: no SELECT, no CLIENT SETINFO, no HELLO.
    """

    def __init__(self, section: RedisSection) -> None:
        self._section = section
        self._connection: Wire | None = None
        self._turn = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self.refusals = 0  # our own connections that maxclients turned away, which the server counts too

    @property
    def role(self) -> str:
        """The role that we look as."""
        return str(parse_url(self._section.url.get_secret_value()).get("username") or "default")

    async def open(self) -> None:
        """Start keeping the connection; returns when the first attempt to make it is over."""
        self._keeper = asyncio.create_task(self._keep(), name="keep a Redis connection warm")
        await self._tried.wait()

    async def close(self) -> None:
        """End the connection and stop keeping it."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        connection, self._connection = self._connection, None
        if connection:
            await leave(connection)

    async def connect(self) -> Wire:
        """A new connection that has answered PING, for the caller to leave or to give to `adopt`.

        Raises:
            Exception: whatever redis, the operating system or TLS says; it is evidence.
        """
        connection = _made(self._section)
        try:
            async with asyncio.timeout(CONNECT):
                await connection.connect()  # type: ignore[no-untyped-call]  # redis types no return
                await _said(connection, "PING")
        except BaseException:
            await leave(connection)
            raise
        return connection

    async def ping(self, connection: Wire) -> float:
        """The seconds that one PING takes on a new connection; if it fails, the connection is left.

        Raises:
            Exception: as `connect`.
        """
        begun = time.monotonic()
        try:
            async with asyncio.timeout(CONNECT):
                await _said(connection, "PING")
        except BaseException:
            await leave(connection)
            raise
        return time.monotonic() - begun

    async def adopt(self, connection: Wire) -> None:
        """Keep this connection if none is kept, else leave it."""
        async with self._turn:
            if self._connection is None:
                self._connection = connection
            else:
                await leave(connection)

    async def ask(self, *command: str) -> Answer:
        """The answer to one command on the warm connection.

        Raises:
            GoneError: the server cannot be reached, or has stopped answering.
            ResponseError: what the server says.
        """
        async with self._turn:
            connection, self._connection = self._connection, None  # given back only if it is good for more
            if connection is None:
                raise GoneError("there is no connection to Redis")
            try:
                async with asyncio.timeout(ANSWER):
                    answer = await _said(connection, *command)
            except ResponseError:
                self._connection = connection
                raise
            except (RedisError, OSError) as error:
                await leave(connection)
                raise GoneError("Redis stopped answering on the connection that was open") from error
            except asyncio.CancelledError:
                await leave(connection)
                raise
            self._connection = connection
            return answer

    async def other_way(self) -> Code | None:
        """What the port speaks instead of what its address says, of TLS and none; None if neither."""
        return await other_way(self._section)

    async def info(self) -> Info:
        """Everything that INFO says, without the sections that cost more.

        Raises:
            GoneError, ResponseError: as `ask`.
        """
        return parsed(str(await self.ask("INFO")))

    async def tend(self) -> None:
        """See that the connection lives, and make it anew if it does not."""
        try:
            if self._connection or self._turn.locked():
                await self.ask("PING")
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
            await asyncio.sleep(self._section.keepalive)


async def leave(connection: Wire) -> None:
    """End a connection without waiting for the other side."""
    with suppress(RedisError, OSError):
        await connection.disconnect(nowait=True)


def _made(section: RedisSection) -> Wire:
    url: dict[str, Any] = {**parse_url(section.url.get_secret_value())}
    settings: dict[str, Any] = {
        "username": url.get("username"),
        "password": url.get("password"),
        "socket_timeout": ANSWER,
        "socket_connect_timeout": CONNECT,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        "driver_info": None,
        "decode_responses": True,
        "encoding_errors": "replace",
    }
    if url.get("connection_class") is UnixDomainSocketConnection:
        return UnixDomainSocketConnection(path=str(url["path"]), **settings)
    settings |= {"host": url.get("host", "localhost"), "port": url.get("port", 6379)}
    if url.get("connection_class") is SSLConnection:
        return SSLConnection(**settings, **{key: url[key] for key in TLS_KEYS if key in url})
    return Connection(**settings)


async def _said(connection: Wire, *command: str) -> Answer:
    await connection.send_command(*command, check_health=False)
    return await connection.read_response()
