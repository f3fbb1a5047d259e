"""The shop as a whole: what can be done to it, one thing at a time, and how it is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, assert_never

import aiohttp
import asyncpg

from demo.shop.accounts import Program
from demo.shop.customers import OF_LATE, Tally
from demo.shop.database import USABLE, ShopDatabase
from demo.shop.faults import REFUSED, HeldLock, Leak
from demo.shop.tables import FORGET
from storage.embedded import DatabaseError

EFFECT = 10.0  # seconds for the service to feel what was done
STEP = 0.1  # seconds between two questions whether it is
LOOK = 1.0  # seconds for a look at the database
ANSWER = 3.0  # seconds for the service to say how it is

SESSIONS = """
SELECT count(*) AS used,
       count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting,
       count(*) FILTER (WHERE application_name = $1) AS payments
FROM pg_stat_activity WHERE backend_type = 'client backend'
"""
END_LEFTOVERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ANY($1::text[])
"""
LEFT = "SELECT count(*) FROM pg_stat_activity WHERE application_name = ANY($1::text[])"
CULPRITS = [Program.EXPORT.value, Program.MIGRATION.value]


class Deed(StrEnum):
    """What a person can do to the shop."""

    LEAK = "leak"
    LOCK = "lock"
    STOP = "stop"
    START = "start"
    HEAL = "heal"


class DeedFailedError(Exception):
    """The text says why nothing was done, and what to do."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """How many are connected, how many of them wait for a lock, how many are the service's."""

    used: int
    waiting: int
    payments: int


@dataclass(frozen=True, slots=True)
class State:
    """How the shop is.

    Attributes:
        database: "running", "stopped", or "lost" when it does not answer although it was started.
        used: taken slots; None when nobody can be asked.
        waiting: sessions that wait for a lock.
        leaked: slots that the leak holds.
        api: the service's HTTP status at /ready; None if it does not answer.
        reason: what the service says is wrong.
        taken, failed: payments of the last `seconds`.
    """

    database: str
    used: int | None
    usable: int
    waiting: int
    leaked: int
    locked: bool
    api: int | None
    reason: str
    taken: int
    failed: int
    seconds: int = int(OF_LATE)

    def as_json(self) -> dict[str, Any]:
        """The same, for the panel."""
        return asdict(self)


class Scene:
    """The database, its faults, and the service at an address."""

    def __init__(self, database: ShopDatabase, address: str, tally: Tally) -> None:
        self._database = database
        self._address = address
        self._tally = tally
        self._leak = Leak(database)
        self._lock = HeldLock(database)
        self._owner: Any = None
        self._one_at_a_time = asyncio.Lock()
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER))

    async def close(self) -> None:
        """End every fault."""
        await self._end_faults()
        self._drop_owner()
        await self._session.close()

    async def do(self, deed: Deed) -> None:
        """Do it, and wait until it shows.

        Raises:
            DeedFailedError: it could not be done; the text says why and what to do.
        """
        async with self._one_at_a_time:
            try:
                await self._do(deed)
            except asyncpg.TooManyConnectionsError:
                raise DeedFailedError("No slot is left to do this. Press Heal everything first.") from None
            except REFUSED as error:
                raise DeedFailedError(f"The database does not let us: {error or 'no answer'}.") from error
            except DatabaseError as error:
                raise DeedFailedError(str(error)) from error

    async def _do(self, deed: Deed) -> None:
        match deed:
            case Deed.LEAK | Deed.LOCK if not self._database.started:
                raise DeedFailedError("The database is stopped. Start it first.")
            case Deed.LEAK:
                await self._leak.begin()
                await self._until(self._service_is_shut_out)
            case Deed.LOCK:
                await self._lock.begin()
            case Deed.STOP:
                await self._stop()
            case Deed.START:
                await self._heal(faults=False)
            case Deed.HEAL:
                await self._heal(faults=True)
            case _:
                assert_never(deed)

    async def _stop(self) -> None:
        self._drop_owner()
        await self._database.stop()
        await self._end_faults()  # their connections are gone

    async def _heal(self, *, faults: bool) -> None:
        if faults:
            await self._end_faults()
        if not await self._answers():
            await self._database.start()
        if faults:
            await self._end_leftovers()
            await self._until(self._service_is_ready)
            await self._until(self._has_forgotten)

    async def _has_forgotten(self) -> bool:
        """The outage leaves nothing in the counters; a session adds what it did until it is gone."""
        if await self._sessions() is None or await self._owner.fetchval(LEFT, CULPRITS):
            return False
        await self._owner.execute(FORGET)
        return True

    async def _answers(self) -> bool:
        return self._database.started and await self._sessions() is not None

    async def _end_faults(self) -> None:
        await asyncio.gather(self._leak.end(), self._lock.end())

    async def _end_leftovers(self) -> None:
        if await self._sessions() is not None:
            await self._owner.execute(END_LEFTOVERS, CULPRITS)

    async def _until(self, shows: Callable[[], Awaitable[bool]]) -> None:
        """Wait until the service feels what was done."""
        try:
            async with asyncio.timeout(EFFECT):
                while not await shows():  # noqa: ASYNC110 -- another program's state, which tells nobody
                    await asyncio.sleep(STEP)
        except TimeoutError:
            raise DeedFailedError("It is done, and payments-api does not show it yet.") from None

    async def _service_is_shut_out(self) -> bool:
        sessions = await self._sessions()
        if sessions is None or self._lock.held:  # behind the lock it keeps its slots, and gets nowhere
            return True
        return sessions.payments == 0 and sessions.used >= USABLE

    async def _service_is_ready(self) -> bool:
        return (await self._service())[0] == HTTPStatus.OK

    async def state(self) -> State:
        """How the shop is now; takes at most some seconds."""
        sessions, (status, reason) = await asyncio.gather(self._sessions(), self._service())
        taken, failed = self._tally.of_late()
        started = "running" if sessions else "lost"
        return State(
            database=started if self._database.started else "stopped",
            used=min(sessions.used, USABLE) if sessions else None,  # a superuser may sit on a reserved one
            usable=USABLE,
            waiting=sessions.waiting if sessions else 0,
            leaked=self._leak.held,
            locked=self._lock.held,
            api=status,
            reason=reason,
            taken=taken,
            failed=failed,
        )

    async def _sessions(self) -> Sessions | None:
        """Who is connected; None if the database does not answer."""
        try:
            async with asyncio.timeout(LOOK):
                if self._owner is None or self._owner.is_closed():
                    self._owner = await self._database.connect_owner()
                row = await self._owner.fetchrow(SESSIONS, Program.PAYMENTS.value)
        except (*REFUSED, asyncpg.InterfaceError):
            self._drop_owner()
            return None
        return Sessions(**row)

    def _drop_owner(self) -> None:
        owner, self._owner = self._owner, None
        if owner:
            owner.terminate()

    async def _service(self) -> tuple[int | None, str]:
        """The status and the reason that the service gives at /ready."""
        try:
            async with self._session.get(f"{self._address}/ready") as answer:
                return answer.status, (await answer.json()).get("reason", "")
        except (aiohttp.ClientError, TimeoutError):
            return None, "payments-api does not answer."
