"""The shop's customers: a steady, light stream of payments, and how they went of late."""

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import aiohttp

CUSTOMERS = 6
PAUSE = (0.8, 2.0)  # seconds between two payments of one customer, at least and at most
PATIENCE = 12.0  # seconds for an answer
OF_LATE = 10.0  # seconds that `Tally` looks back


class Tally:
    """Counts payments of the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, bool]] = deque(maxlen=1000)

    def note(self, *, taken: bool) -> None:
        """Count one payment, taken or failed."""
        self._seen.append((time.monotonic(), taken))

    def of_late(self) -> tuple[int, int]:
        """How many payments were taken and how many failed in the last `OF_LATE` seconds."""
        since = time.monotonic() - OF_LATE
        taken = [ok for at, ok in self._seen if at >= since]
        return sum(taken), len(taken) - sum(taken)


@asynccontextmanager
async def shopping(address: str, tally: Tally) -> AsyncIterator[None]:
    """Customers who pay at a service's address until the block is left."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
        tasks = [group.create_task(_shop(session, f"{address}/pay", tally)) for _ in range(CUSTOMERS)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def _shop(session: aiohttp.ClientSession, address: str, tally: Tally) -> None:
    while True:
        await asyncio.sleep(random.uniform(*PAUSE))  # noqa: S311 -- people are not that random
        tally.note(taken=await _pay(session, address))


async def _pay(session: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with session.post(address) as answer:
            return answer.status == HTTPStatus.CREATED
    except (aiohttp.ClientError, TimeoutError):
        return False
