"""`/diagnose` over the wire, on a real PostgreSQL whose slots leak and a real HTTP service in front of it."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import pytest_asyncio
from aiohttp import web

from storage.embedded import DatabaseError, Loopback, Options, temporary
from tests.acceptance.conftest import HERE, Bot, StartBot
from tests.acceptance.test_declare import declared
from tests.diagnostics.faults import filled
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

ROLES = """
CREATE ROLE app LOGIN PASSWORD 'app';
CREATE ROLE diag LOGIN PASSWORD 'diag';
GRANT pg_monitor TO diag;
"""


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
def config_folder(tmp_path: Path, shop_api: str) -> Path:
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
    return await start_bot(SHOP_DATABASE_URL=shop_database.replace("tocsin:root@", "diag:diag@"))


async def test_a_leak_that_fills_every_slot_is_named_with_its_application(
    practice: PracticeDriver, looking_bot: Bot, shop_database: str
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    async with filled(shop_database.replace("tocsin:root@", "app:app@")) as count:
        await practice.person("alice").command("/diagnose", "db", channel=room)
        verdict = await practice.message(channel=room, contains="reports-export", seconds=15)
        await practice.message(channel=room, contains="Look again", seconds=15)

    assert f"{count}" in said(verdict)
    assert "22" in said(verdict)
    thread = verdict.get("thread_ts", verdict["ts"])
    assert await practice.message(channel=room, contains="idle in", thread_ts=thread)
    assert "diag:diag" not in str(practice.messages(room))
    assert looking_bot.runs


async def test_an_api_that_is_alive_but_not_ready_is_told_apart(
    practice: PracticeDriver, looking_bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    await practice.person("alice").command("/diagnose", "api", channel=room)

    verdict = await practice.message(channel=room, contains="ready", seconds=15)
    assert "database" in said(verdict)
    assert looking_bot.runs


async def test_elsewhere_the_answer_is_a_thread_where_it_was_asked(
    practice: PracticeDriver, looking_bot: Bot
) -> None:
    await practice.person("bob").command("/diagnose", "payments db", channel="random")

    verdict = await practice.message(channel="random", contains="Look again", seconds=15)

    assert await practice.message(channel="random", contains="Figures", thread_ts=verdict["ts"], seconds=15)
    assert looking_bot.runs


@pytest.mark.parametrize("line", ["", "toaster"])
async def test_alone_or_for_an_unknown_target_the_list_is_given(
    practice: PracticeDriver, looking_bot: Bot, line: str
) -> None:
    await practice.person("bob").command("/diagnose", line, channel="random")

    answer = said(await practice.person("bob").ephemeral("api", channel="random"))
    assert "db" in answer
    assert looking_bot.runs


async def test_what_was_seen_stands_in_the_timeline(practice: PracticeDriver, looking_bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.command("/diagnose", "db", channel=room)
    await practice.message(channel=room, contains="Figures", seconds=15)

    await alice.command("/incident", "timeline", channel=room)

    assert await alice.ephemeral("looked at", channel=room)
    assert looking_bot.runs
