"""The database of the demo's bot: that of DATABASE_URL, or a server of our own, empty at every start.

Empty, since the practice workspace forgets its channels when it ends: an incident kept from the time before
would point at rooms that are gone, or that are somebody else's now.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg

from demo.places import DemoError, Places
from storage.embedded import DatabaseError, Options, Server, running

CONNECT = 5.0  # seconds


@asynccontextmanager
async def record(where: Places, environment: Mapping[str, str]) -> AsyncIterator[str]:
    """The address of the bot's database, until the block is left. Call it in the main thread.

    Raises:
        DemoError: it does not start; the text says why and what to do.
    """
    given = environment.get("DATABASE_URL")
    if given:
        yield given
        return
    try:
        async with running(where.demo / "postgres", Options(durable=False)) as server:
            await _empty(server)
            yield server.dsn
    except DatabaseError as error:
        raise DemoError(str(error)) from error


async def _empty(server: Server) -> None:
    connection = await asyncpg.connect(server.dsn_of("postgres"), timeout=CONNECT)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{server.database}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{server.database}" TEMPLATE template0')
    finally:
        await connection.close()
