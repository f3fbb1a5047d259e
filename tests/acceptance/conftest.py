"""The bot as its own process, the practice workspace and PostgreSQL: the whole, over the wire."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import pytest_asyncio
import yaml
from aiohttp import web

from storage.embedded import DatabaseError, Loopback, Options
from tests.acceptance import bot_process
from tests.servers import temporary
from tocsin_practice.changes import ChangeKind
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ROLES = """
CREATE ROLE app LOGIN PASSWORD 'app';
CREATE ROLE diag LOGIN PASSWORD 'diag';
CREATE ROLE mitigate LOGIN PASSWORD 'mitigate';
GRANT pg_monitor TO diag;
GRANT pg_monitor, pg_signal_backend TO mitigate;
"""


class Bot:
    """A running bot process."""

    def __init__(self, process: ForkServerProcess, clock: Connection, log: Path) -> None:
        self.process = process
        self._clock = clock
        self.log = log

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.is_alive()

    async def advance(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Move the bot's clock on."""
        self._clock.send(minutes * 60 + seconds)

    async def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        await self.ended()

    async def stop(self) -> int:
        """Ask it to stop, as a service manager would; its exit code."""
        if self.runs:
            self.process.terminate()
        return await self.ended()

    async def gone(self) -> None:
        """Wait until it has ended, without a thread that could outlive the wait."""
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.process.sentinel, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(self.process.sentinel)

    async def ended(self) -> int:
        """Wait until it has ended; its exit code."""
        await self.gone()
        self.process.join()
        self._clock.close()
        return self.process.exitcode or 0

    def said(self) -> str:
        """What it has written to its log."""
        return self.log.read_text()


StartBot = Callable[..., Awaitable[Bot]]


@pytest.fixture
def practice_manifest() -> Json:
    found: Json = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return found


@pytest.fixture
def config_folder() -> Path:
    """The tests' own policy and services, so that nobody's edit of config/ changes them."""
    return HERE / "config"


@pytest.fixture
def environment(practice: PracticeDriver, database_url: str, config_folder: Path, tmp_path: Path) -> Json:
    clean = {k: v for k, v in os.environ.items() if not k.upper().endswith("_PROXY")}
    return (
        clean
        | practice.environment()
        | {
            "DATABASE_URL": database_url,
            "TOCSIN_CONFIG": str(config_folder),
            "TOCSIN_HOME": str(tmp_path),
            "TOCSIN_LISTEN": "off",
            "PYTHONPATH": str(ROOT),
        }
    )


@pytest_asyncio.fixture
async def start_bot(practice: PracticeDriver, environment: Json, tmp_path: Path) -> AsyncIterator[StartBot]:
    """Start a bot process and wait until it is connected; all are stopped at the end."""
    bots: list[Bot] = []

    async def start(*, ahead: float = 0, **more: str) -> Bot:
        changes = practice.workspace.changes
        before = changes.last_number

        def has_connected() -> bool | None:
            return any(c.kind is ChangeKind.APP_CONNECTED for c in changes.since(before)) or None

        log = tmp_path / f"bot{len(bots)}.log"
        bot = Bot(*await asyncio.to_thread(bot_process.start, environment | more, log), log)
        bots.append(bot)
        await bot.advance(minutes=ahead)
        connected = asyncio.create_task(practice.until(has_connected, seconds=30))
        ended = asyncio.create_task(bot.gone())
        await asyncio.wait({connected, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not connected.done():
            connected.cancel()
            pytest.fail(f"The bot ended: {bot.said()[-2000:]}")
        ended.cancel()
        await asyncio.wait({ended})  # it takes its reader away; afterwards another wait may begin
        await connected
        return bot

    yield start
    for bot in bots:
        await bot.stop()
        sys.stdout.write(bot.said())


@pytest_asyncio.fixture
async def bot(start_bot: StartBot) -> Bot:
    """A running bot."""
    return await start_bot()


@pytest.fixture(scope="module")
def shop_database(missing: Callable[[str, str], NoReturn]) -> Iterator[str]:
    """The superuser's address of a database of few slots."""
    options = Options(settings={"max_connections": "25"}, loopback=Loopback("root"), durable=False)
    try:
        with temporary(options) as server:
            with psycopg.connect(server.dsn, autocommit=True) as connection:
                connection.execute(ROLES)
            yield server.loopback_dsn or server.dsn
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest_asyncio.fixture
async def shop_api() -> AsyncIterator[str]:
    """An HTTP service that is alive but not ready."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({"status": "unavailable", "checks": {"database": "timeout"}}, status=503)

    app = web.Application()
    app.add_routes([web.get("/health", health), web.get("/ready", ready)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
def shop_config(tmp_path: Path, shop_api: str) -> Path:
    """A service with a real database and a real HTTP address."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "templates").symlink_to(HERE / "config" / "templates")
    (folder / "policy.toml").write_text((HERE / "config" / "policy.toml").read_text())
    (folder / "services.toml").write_text(
        f"""
        [services.payments]
        name = "Payments"
        aliases = ["checkout"]
        [[services.payments.probes]]
        kind = "postgres"
        name = "db"
        dsn_env = "SHOP_DATABASE_URL"
        [[services.payments.probes]]
        kind = "http"
        name = "api"
        url = "{shop_api}"
        """
    )
    return folder


@pytest_asyncio.fixture
async def looking_bot(start_bot: StartBot, shop_database: str) -> Bot:
    """A running bot that may look at the shop's database; the module's `config_folder` is `shop_config`."""
    return await start_bot(SHOP_DATABASE_URL=shop_database.replace("tocsin:root@", "diag:diag@"))
