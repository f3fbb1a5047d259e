"""The bot's database as a process: a PostgreSQL of our own, empty at every start; says its address.

Empty, since the practice workspace forgets its channels when it ends: an incident kept from the time before
would point at rooms that are gone, or that are somebody else's now.
"""

import asyncio
import signal
import sys
from pathlib import Path

import asyncpg

from storage.embedded import DatabaseError, Options, Server, running

CONNECT = 5.0  # seconds


def main() -> None:
    """Keep the database of a folder running until SIGINT or SIGTERM; exits with 1 if it cannot be started."""
    try:
        asyncio.run(_keep_running(Path(sys.argv[1])))
    except DatabaseError as error:
        sys.exit(str(error))


async def _keep_running(folder: Path) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    async with running(folder, Options(durable=False)) as server:
        await _empty(server)
        sys.stdout.write(f"{server.dsn}\n")
        sys.stdout.flush()
        await told.wait()


async def _empty(server: Server) -> None:
    connection = await asyncpg.connect(server.dsn_of("postgres"), timeout=CONNECT)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{server.database}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{server.database}" TEMPLATE template0')
    finally:
        await connection.close()


if __name__ == "__main__":
    main()
