"""The way to one database: its warm session, from which ages on it may be touched, and how to wait."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mitigations.postgres.failure import explained
from mitigations.postgres.section import PostgresSection
from mitigations.postgres.session import Row, Session


@dataclass(frozen=True, slots=True)
class PostgresReach:
    """One database.

    Attributes:
        name: such as "payments db".
        idle_after: seconds.
        running_after: seconds.
    """

    name: str
    session: Session
    idle_after: float
    running_after: float
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def open(self) -> None:
        """Connect, and stay connected."""
        await self.session.open()

    async def close(self) -> None:
        """Disconnect."""
        await self.session.close()

    async def ask(self, statement: str, *values: object) -> list[Row]:
        """The rows of one statement in a transaction of its own. Raises Refused, Unavailable."""
        try:
            return await self.session.ask(statement, *values)
        except Exception as error:  # noqa: BLE001 -- every way of not answering is explained in our words
            raise explained(self.name, error) from None


def reach(name: str, section: PostgresSection) -> PostgresReach:
    """The way to the database of that section."""
    session = Session(section.dsn.get_secret_value(), keepalive=section.keepalive)
    return PostgresReach(name, session, section.idle_after, section.running_after)
