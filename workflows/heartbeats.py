"""Whether anybody does what follows from decisions: the engines' heartbeats, as their queue keeps them."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# An engine beats every two seconds and takes its row with it when it ends in good order.
_ALIVE = text(
    "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - interval '10 seconds')"
)


async def heard(connection: AsyncConnection) -> bool:
    """Whether an engine runs on this record; one that was killed counts for ten seconds more."""
    return bool(await connection.scalar(_ALIVE))
