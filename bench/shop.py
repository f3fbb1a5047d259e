"""Services of four real targets each, for `/diagnose all`, and what has reached these.

Each has a database and addresses of its own, since looks at one target are shared for a while.
"""

import asyncio
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from aiohttp import web

from bench.figures import BenchError
from storage.embedded import Server

SLOW: Final = 2.5  # seconds that the slow address takes for an answer; the bot waits for three
_READY: Final = b"ready to accept connections"
_PATIENCE: Final = 10.0
_REST: Final = 3600  # seconds between signs of life, so that these are not counted among a look's statements
_DATABASE: Final = """
[[services.{key}.probes]]
kind = "postgres"
name = "db"
dsn = "{dsn}"
keepalive = {rest}
"""
_ADDRESS: Final = """
[[services.{key}.probes]]
kind = "http"
name = "{name}"
url = "{address}/{key}"
health = "/{name}"
slow = 3
"""
_CACHE: Final = """
[[services.{key}.probes]]
kind = "redis"
name = "cache"
url = "unix://{socket}"
"""
_CONNECTIONS: Final = "SELECT sessions FROM pg_stat_database WHERE datname = %s"
_STATEMENTS: Final = """
SELECT coalesce(sum(calls), 0) FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid
WHERE d.datname = %s
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """What has reached the targets of one service, as the targets themselves counted it.

    Attributes:
        requests: at the slow address.
        connections: to the database, new ones.
        statements: in the database; None where pg_stat_statements is not installed.
    """

    requests: int
    connections: int
    statements: int | None

    def since(self, before: "Reached") -> "Reached":
        """What came after that."""
        both = (self.statements, before.statements)
        return Reached(
            self.requests - before.requests,
            self.connections - before.connections,
            None if both[0] is None or both[1] is None else both[0] - both[1],
        )


@dataclass(frozen=True, slots=True)
class Shop:
    """The targets of these services while they answer; `cache` is None where Redis is not installed."""

    server: Server
    address: str
    cache: Path | None
    keys: tuple[str, ...]
    asked: Counter[str] = field(repr=False)

    @property
    def targets(self) -> tuple[str, ...]:
        """What each service has, as people type it."""
        return ("db", "quick", "slow", *(("cache",) if self.cache else ()))

    def sections(self, key: str) -> str:
        """The probes of that service, for services.toml; none if it is not one of these."""
        if key not in self.keys:
            return ""
        addresses = [_ADDRESS.format(key=key, name=name, address=self.address) for name in ("quick", "slow")]
        cache = _CACHE.format(key=key, socket=self.cache) if self.cache else ""
        database = _DATABASE.format(key=key, dsn=self.server.dsn_of(key), rest=_REST)
        return "".join([database, *addresses, cache])

    def reached(self, key: str) -> Reached:
        """What has reached the targets of one service until now."""
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            connections = connection.execute(_CONNECTIONS, [key]).fetchone()
            counts = "pg_stat_statements" in self.server.preloaded
            statements = connection.execute(_STATEMENTS, [key]).fetchone() if counts else None
        requests = self.asked[f"/{key}/slow"]
        return Reached(requests, int((connections or [0])[0]), int(statements[0]) if statements else None)


@asynccontextmanager
async def shop(server: Server, home: Path, keys: Sequence[str]) -> AsyncIterator[Shop]:
    """The targets of these services; the databases are copies of that server's. Raises BenchError."""
    with psycopg.connect(server.dsn_of("postgres"), autocommit=True) as connection:
        for key in keys:
            connection.execute(f'CREATE DATABASE {key} TEMPLATE "{server.database}"')
    asked: Counter[str] = Counter()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(_answering(asked))
        cache = await stack.enter_async_context(_redis(home)) if shutil.which("redis-server") else None
        yield Shop(server, address, cache, tuple(keys), asked)


@asynccontextmanager
async def _answering(asked: Counter[str]) -> AsyncIterator[str]:
    """An HTTP service that counts what it is asked, and takes its time at `/<service>/slow`."""

    async def answer(request: web.Request) -> web.Response:
        asked[request.path] += 1
        if request.path.endswith("/slow"):
            await asyncio.sleep(SLOW)
        return web.json_response({"status": "ok"})

    application = web.Application()
    application.router.add_get("/{service}/{name}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _redis(home: Path) -> AsyncIterator[Path]:
    """A Redis on a socket in that folder, which keeps nothing."""
    socket = home / "redis.sock"
    options = ("--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(home))
    process = await asyncio.create_subprocess_exec("redis-server", *options, stdin=DEVNULL, stdout=PIPE)
    try:
        await _ready(process)
        yield socket
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _ready(process: Process) -> None:
    said = b""
    try:
        async with asyncio.timeout(_PATIENCE):
            while process.stdout and (line := await process.stdout.readline()):
                said += line
                if _READY in line:
                    return
    except TimeoutError:
        pass  # told below, with what it said until then
    raise BenchError(f"Redis did not start. It said: {said.decode(errors='replace')[-500:]}")
