"""The watch over the wire, with probes on a real PostgreSQL and a real HTTP service that can fail again."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import pytest_asyncio
from aiohttp import web

from storage.embedded import DatabaseError, Loopback, Options
from tests.acceptance.conftest import HERE, Bot, StartBot
from tests.acceptance.test_declare import declared
from tests.servers import temporary
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.reading import said

ROLES = "CREATE ROLE diag LOGIN PASSWORD 'diag'; GRANT pg_monitor TO diag;"
SERVICES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "postgres"
name = "db"
dsn_env = "SHOP_DATABASE_URL"
[[services.payments.probes]]
kind = "http"
name = "api"
url = "{api}"
"""


class Shop:
    """An HTTP service that answers well until it is broken."""

    def __init__(self) -> None:
        self.broken = False
        self.url = ""

    async def answer(self, _: web.Request) -> web.Response:
        """To /health and /ready."""
        if self.broken:
            return web.json_response({"status": "error", "detail": "the pool is exhausted"}, status=500)
        return web.json_response({"status": "ok"})


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    app.add_routes([web.get("/health", shop.answer), web.get("/ready", shop.answer)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield shop
    await runner.cleanup()


@pytest.fixture(scope="module")
def shop_database(missing: Callable[[str, str], NoReturn]) -> Iterator[str]:
    """The address of a healthy database, for the role that looks."""
    try:
        with temporary(Options(loopback=Loopback("root"), durable=False)) as server:
            with psycopg.connect(server.dsn, autocommit=True) as connection:
                connection.execute(ROLES)
            yield (server.loopback_dsn or server.dsn).replace("tocsin:root@", "diag:diag@")
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest.fixture
def config_folder(tmp_path: Path, shop: Shop) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "templates").symlink_to(HERE / "config" / "templates")
    (folder / "policy.toml").write_text((HERE / "config" / "policy.toml").read_text())
    (folder / "services.toml").write_text(SERVICES.format(api=shop.url))
    return folder


@pytest_asyncio.fixture
async def watching_bot(start_bot: StartBot, shop_database: str) -> Bot:
    return await start_bot(SHOP_DATABASE_URL=shop_database)


async def restored(practice: PracticeDriver, severity: str = "SEV3") -> Channel:
    """The room of an incident whose service is restored, once its probes have looked."""
    room = await declared(practice, "alice", f"{severity} payments down")
    alice = practice.person("alice")
    await alice.press("take:commander", in_channel=room)
    await alice.press("restored", in_channel=room)
    await practice.message(channel=room, contains="· probes when the watch last looked", seconds=20)
    return room


async def test_a_service_that_stays_healthy_is_watched_to_the_end_and_resolved(
    practice: PracticeDriver, watching_bot: Bot
) -> None:
    room = await restored(practice)
    card = said(await practice.message(channel=room, contains="Before the all-clear"))
    assert "✅ *ok* · probes when the watch last looked at" in card
    assert "❔ *not yet* · watched to the end" in card

    await watching_bot.advance(minutes=15.2)

    ended = said(await practice.message(channel=room, contains="The watch ended"))
    assert "1 look, fine" in ended
    assert "✅ *done* · watched to the end" in ended
    alice = practice.person("alice")
    await alice.press("resolve", in_channel=room)
    form = await alice.view(callback_id="resolve")
    done = await alice.submit(form, {"summary": "The pool was exhausted by a leak"})
    assert done.kind is not OutcomeKind.FIELD_ERRORS, done.errors
    assert await practice.message(channel=room, contains="is resolved")


async def test_a_service_that_fails_again_during_the_watch_keeps_the_incident_open(
    practice: PracticeDriver, watching_bot: Bot, shop: Shop
) -> None:
    room = await restored(practice)

    shop.broken = True
    await watching_bot.advance(minutes=5.1)
    first = said(await practice.message(channel=room, contains="I look again in 1 min", seconds=20))
    assert "critical" in first
    await watching_bot.advance(minutes=1.1)

    relapse = said(await practice.message(channel=room, contains="The service failed again", seconds=20))
    assert "/diagnose all" in relapse
    assert await practice.message(channel=room, contains="*Investigating* since")
    await practice.person("alice").command("/incident", "resolve it is fine", channel=room)
    view = await practice.person("alice").view(callback_id="resolve")
    assert "The service is not on record as restored" in str(view.payload)


async def test_one_look_that_fails_is_not_a_relapse(
    practice: PracticeDriver, watching_bot: Bot, shop: Shop
) -> None:
    room = await restored(practice)

    shop.broken = True
    await watching_bot.advance(minutes=5.1)
    await practice.message(channel=room, contains="I look again in 1 min", seconds=20)
    shop.broken = False
    await watching_bot.advance(minutes=1.1)
    assert await practice.message(channel=room, contains="The second look", seconds=20)
    await watching_bot.advance(minutes=15)

    ended = said(await practice.message(channel=room, contains="The watch ended"))
    assert "3 looks, 2 of them fine" in ended
