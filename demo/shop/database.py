"""The shop's PostgreSQL: few slots, a TCP port on loopback, started and stopped at will."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from demo.shop.accounts import Passwords, Program, Role
from demo.shop.tables import furnish
from storage.embedded import Loopback, Options, Server, running

SLOTS = 50
RESERVED = 3  # for superusers
USABLE = SLOTS - RESERVED
CONNECT = 3.0  # seconds
STATEMENT = 5.0  # seconds
NAME = "shop"


class ShopDatabase:
    """One server on one folder. Start and stop it from the main thread."""

    def __init__(
        self, folder: Path, *, port: int, passwords: Passwords, binaries: Path | None = None
    ) -> None:
        self._folder = folder
        self._port = port
        self._passwords = passwords
        self._binaries = binaries
        self._stack: AsyncExitStack | None = None
        self._server: Server | None = None

    @property
    def started(self) -> bool:
        """Whether it was started and not stopped since; it may have been killed."""
        return self._server is not None

    @property
    def pid(self) -> int | None:
        """The process id of its first process; None while it is stopped."""
        return self._server.pid if self._server else None

    async def start(self) -> None:
        """Start it, anew if it was killed, and make its tables.

        Raises:
            DatabaseError: what is missing or in the way, and what to do.
        """
        await self.stop()
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(running(self._folder, self._options()))
            async with self._owner(server) as owner:
                statements = "pg_stat_statements" in server.preloaded
                await furnish(owner, self._passwords, statements=statements)
            self._stack, self._server = stack.pop_all(), server

    async def stop(self) -> None:
        """Stop it; all who are connected lose their connection."""
        stack, self._stack, self._server = self._stack, None, None
        if stack:
            await stack.aclose()

    def dsn(self, role: Role) -> str:
        """The address of the database over TCP for a role, password included."""
        return f"postgresql://{role}:{self._passwords.of(role)}@127.0.0.1:{self._port}/{NAME}"

    async def connect(self, role: Role, program: Program) -> Any:  # noqa: ANN401 -- asyncpg ships no types
        """A connection of a role, under a program's name.

        Raises:
            asyncpg.PostgresError, OSError: the server refuses it, or does not run.
        """
        settings = {"application_name": program.value}
        return await asyncpg.connect(
            self.dsn(role), timeout=CONNECT, command_timeout=STATEMENT, server_settings=settings
        )

    async def connect_owner(self) -> Any:  # noqa: ANN401 -- asyncpg ships no types
        """A superuser's connection, which has a slot even when all usable ones are taken.

        Raises:
            asyncpg.PostgresError, OSError: the server refuses it, or does not run.
        """
        if self._server is None:
            raise ConnectionRefusedError("The database is stopped.")
        settings = {"application_name": Program.PANEL.value}
        return await asyncpg.connect(self._server.dsn, timeout=CONNECT, server_settings=settings)

    def _options(self) -> Options:
        return Options(
            binaries=self._binaries,
            database=NAME,
            settings={
                "max_connections": str(SLOTS),
                "superuser_reserved_connections": str(RESERVED),
                "shared_buffers": "16MB",
            },
            preload=("pg_stat_statements",),
            loopback=Loopback(self._passwords.owner, self._port),
            durable=False,
        )

    @asynccontextmanager
    async def _owner(self, server: Server) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(server.dsn, timeout=CONNECT)
        try:
            yield connection
        finally:
            await connection.close()
