"""The shop opened and closed: database, service, customers and panel in one block."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from demo.shop.accounts import Passwords, Role
from demo.shop.customers import Tally, shopping
from demo.shop.database import ShopDatabase
from demo.shop.panel import Panel
from demo.shop.payments import PaymentsApi, pool_on
from demo.shop.scene import Scene

HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Where the shop stands.

    Attributes:
        folder: of the database's files.
        database, api, panel: TCP ports on loopback; 0 takes a free one (not for the database).
        binaries: the folder with PostgreSQL's programs; found by itself if None.
    """

    folder: Path
    database: int
    api: int = 0
    panel: int = 0
    passwords: Passwords = field(default_factory=Passwords)
    binaries: Path | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """An open shop."""

    database: ShopDatabase
    scene: Scene
    api: str
    panel: str


@asynccontextmanager
async def opened(premises: Premises, *, busy: bool = True) -> AsyncIterator[Shop]:
    """The shop, until the block is left; `busy` brings customers. Call it in the main thread.

    Raises:
        DatabaseError: the database does not start; the text says why.
        OSError: a port is taken.
    """
    database = ShopDatabase(
        premises.folder,
        port=premises.database,
        passwords=premises.passwords,
        binaries=premises.binaries,
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.stop)
        await database.start()
        pool = await stack.enter_async_context(pool_on(database.dsn(Role.PAYMENTS)))
        api = web.Application()
        api.add_routes(PaymentsApi(pool).routes())
        address = await stack.enter_async_context(_serving(api, premises.api))
        tally = Tally()
        scene = Scene(database, address, tally)
        stack.push_async_callback(scene.close)
        if busy:
            await stack.enter_async_context(shopping(address, tally))
        panel = await stack.enter_async_context(_serving(Panel(scene).application(), premises.panel))
        yield Shop(database, scene, address, panel)


@asynccontextmanager
async def _serving(application: web.Application, port: int) -> AsyncIterator[str]:
    """An application on loopback, as the address that it has."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, HERE, port).start()
        yield f"http://{HERE}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
