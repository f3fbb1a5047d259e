"""What a client can do to a database: leak its connections, or hold a lock and walk away."""

import asyncio
from typing import Any

import asyncpg

from demo.shop.accounts import Program, Role
from demo.shop.database import ShopDatabase

AGAIN = 0.2  # seconds between two tries for a slot that others may give back
EXPORT = "SELECT name, price_cents, sold FROM products ORDER BY sold DESC"  # it waits for no lock on orders
MIGRATION = "ALTER TABLE orders ADD COLUMN gift_note text"
IN_THE_WAY = 2000  # milliseconds that the migration waits for its lock

REFUSED = (asyncpg.PostgresError, OSError, TimeoutError)


class Leak:
    """reports-export opens transactions, forgets them, and takes every slot that it can get."""

    def __init__(self, database: ShopDatabase) -> None:
        self._database = database
        self._held: list[Any] = []
        self._task: asyncio.Task[None] | None = None
        self._full = asyncio.Event()

    @property
    def held(self) -> int:
        """How many connections it holds."""
        return sum(not connection.is_closed() for connection in self._held)

    async def begin(self) -> None:
        """Leak until the database refuses a further connection, and go on in the background.

        Raises:
            asyncpg.PostgresError, OSError, TimeoutError: the database cannot be reached.
        """
        if self._task is None or self._task.done():
            await self.end()
            self._held.append(await self._database.connect(Role.REPORTS, Program.EXPORT))
            self._task = asyncio.create_task(self._fill())
        await self._full.wait()

    async def end(self) -> None:
        """Give every connection back."""
        task, self._task = self._task, None
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        held, self._held = self._held, []
        await _part(held)
        self._full.clear()

    async def _fill(self) -> None:
        """Take what slots there are, and those that others give back; stop when somebody ends ours."""
        try:
            await _forget(self._held[0])
            while self.held == len(self._held):
                try:
                    self._held.append(await self._database.connect(Role.REPORTS, Program.EXPORT))
                    await _forget(self._held[-1])
                except asyncpg.TooManyConnectionsError:
                    self._full.set()
                    await asyncio.sleep(AGAIN)
        except (*REFUSED, asyncpg.InterfaceError):
            return  # the database went away, or ended the connection just made
        finally:
            self._full.set()


async def _forget(connection: Any) -> None:  # noqa: ANN401 -- asyncpg ships no types
    await connection.execute("BEGIN")
    await connection.fetch(EXPORT)


class HeldLock:
    """A migration that altered a table in a transaction which nobody ends; all who pay wait behind it."""

    def __init__(self, database: ShopDatabase) -> None:
        self._database = database
        self._connection: Any = None

    @property
    def held(self) -> bool:
        """Whether the lock is held."""
        return self._connection is not None and not self._connection.is_closed()

    async def begin(self) -> None:
        """Take the lock and sit on it.

        Raises:
            asyncpg.PostgresError, OSError, TimeoutError: the database cannot be reached, or is locked.
        """
        if self.held:
            return
        connection = await self._database.connect(Role.PAYMENTS, Program.MIGRATION)
        try:
            await connection.execute(f"SET lock_timeout = {IN_THE_WAY}")
            await connection.execute("BEGIN")
            await connection.execute(MIGRATION)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection

    async def end(self) -> None:
        """Roll back and let go."""
        connection, self._connection = self._connection, None
        if connection:
            await _part([connection])


async def _part(connections: list[Any]) -> None:
    """Close connections at once, politely where the other side still listens."""
    await asyncio.gather(*(_close(connection) for connection in connections))


async def _close(connection: Any) -> None:  # noqa: ANN401 -- asyncpg ships no types
    try:
        await connection.close(timeout=1)
    except (*REFUSED, asyncpg.InterfaceError):
        connection.terminate()
