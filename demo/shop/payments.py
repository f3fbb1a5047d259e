"""payments-api: an HTTP service with a small pool on the shop's database, which fails when that does."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from aiohttp import web

from demo.shop.accounts import Program

POOL = 8
CONNECT = 2.0  # seconds
STATEMENT = 8.0  # seconds; long enough for a queue behind a lock to be seen
READY = 1.0  # seconds for the same when only asked whether we are ready
RETIRED = 25  # statements, after which a connection gives way to a new one
IDLE = 2.0  # seconds, after which a connection that nobody uses is closed
CARD = 0.03  # seconds that the card network takes

BUY = "UPDATE products SET sold = sold + 1 WHERE id = $1 RETURNING price_cents"
ORDER = "INSERT INTO orders (product_id, customer, amount_cents) VALUES ($1, $2, $3) RETURNING id"


class PaymentsApi:
    """The service's routes: /pay, /ready (can payments be taken?) and /health (is the process alive?)."""

    def __init__(self, pool: Any) -> None:  # noqa: ANN401 -- asyncpg ships no types
        self._pool = pool

    def routes(self) -> list[web.RouteDef]:
        """What the service answers to."""
        return [
            web.get("/health", self._health),
            web.get("/ready", self._ready),
            web.post("/pay", self._pay),
        ]

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive", "service": Program.PAYMENTS})

    async def _ready(self, _: web.Request) -> web.Response:
        try:
            async with self._pool.acquire(timeout=READY) as connection:
                await connection.fetchval("SELECT id FROM orders LIMIT 1", timeout=READY)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            return _unavailable(error)
        return web.json_response({"status": "ready"})

    async def _pay(self, _: web.Request) -> web.Response:
        try:
            async with self._pool.acquire(timeout=CONNECT) as connection:
                order = await _take_payment(connection)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            return _unavailable(error)
        return web.json_response({"status": "paid", "order": order}, status=201)


async def _take_payment(connection: Any) -> int:  # noqa: ANN401 -- asyncpg ships no types
    product, customer = random.randint(1, 6), f"customer-{random.randint(1, 400)}"  # noqa: S311 -- play money
    async with connection.transaction():
        price = await connection.fetchval(BUY, product)
        await asyncio.sleep(CARD)
        order: int = await connection.fetchval(ORDER, product, customer, price)
    return order


def _unavailable(error: Exception) -> web.Response:
    code = getattr(error, "sqlstate", None)
    body = {"status": "unavailable", "reason": _reason(error), "sqlstate": code}
    return web.json_response(body, status=503)


def _reason(error: Exception) -> str:
    match error:
        case asyncpg.TooManyConnectionsError():
            return "The database has no free connection slot."
        case TimeoutError():
            return "The database did not answer in time."
        case OSError():
            return "The database cannot be reached."
        case _:
            return "The database refused."


@asynccontextmanager
async def pool_on(dsn: str) -> AsyncIterator[Any]:
    """The service's pool; it opens connections when they are needed."""
    pool = asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=POOL,
        max_queries=RETIRED,
        max_inactive_connection_lifetime=IDLE,
        timeout=CONNECT,
        command_timeout=STATEMENT,
        server_settings={"application_name": Program.PAYMENTS.value},
    )
    async with pool:
        try:
            yield pool
        finally:
            pool.terminate()  # nobody waits for a statement that a lock holds up
