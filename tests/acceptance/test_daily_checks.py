"""Checks that look once a day: a certificate that has ended, a backup that is too old, each proposed once."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from aiohttp import web

from tests.acceptance.checked_shop import written
from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_checks import until_listed
from tests.faults.rooms import times_said
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

DAY = 25 * 60  # minutes, with what a look may be late
CERTIFICATE = """
[services.payments]
name = "Payments"
slug = "payments"
[[services.payments.probes]]
kind = "tls"
name = "front"
host = "127.0.0.1"
port = {port}
server_name = "shop.test"
authority = "{authority}"
[[services.payments.checks]]
target = "front"
every = "1d"
retry = "1h"
bad_after = 1
"""
BACKUP = """
[services.payments]
name = "Payments"
slug = "payments"
[[services.payments.probes]]
kind = "backup"
name = "backup"
prometheus = "{url}"
query = "backup_last_success"
[[services.payments.checks]]
target = "backup"
every = "1d"
retry = "1h"
bad_after = 1
"""


@dataclass
class Looks:
    """Counts who came to look."""

    count: int = 0
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def another(self) -> None:
        async with self.came:
            self.count += 1
            self.came.notify_all()

    async def after_a_day(self, bot: Bot) -> None:
        """Move the clock on by a day, and wait until somebody has looked again."""
        before = self.count
        await bot.advance(minutes=DAY)
        async with asyncio.timeout(30), self.came:
            await self.came.wait_for(lambda: self.count > before)


@asynccontextmanager
async def port_with(context: ssl.SSLContext, looks: Looks) -> AsyncIterator[int]:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await looks.another()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


def shows(context: ssl.SSLContext, authority: trustme.CA, until: datetime) -> None:
    """From now on the port shows a certificate that ends then."""
    authority.issue_cert("shop.test", not_after=until).configure_cert(context)


async def test_a_certificate_that_ends_between_two_daily_looks_is_proposed_once(
    practice: PracticeDriver, start_bot: StartBot, tmp_path: Path
) -> None:
    authority, looks = trustme.CA(), Looks()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shows(context, authority, datetime.now(UTC) + timedelta(days=90))
    async with port_with(context, looks) as port:
        services = CERTIFICATE.format(port=port, authority=tmp_path / "authority.pem")
        bot = await start_bot(TOCSIN_CONFIG=str(written(tmp_path / "config", services)))
        await until_listed(practice, "✅ *ok* · *payments front*", bot)
        shows(context, authority, datetime.now(UTC) - timedelta(hours=1))

        await looks.after_a_day(bot)
        proposal = said(await practice.message(channel="incidents", contains="payments front", seconds=30))
        await looks.after_a_day(bot)
        await looks.after_a_day(bot)
        shows(context, authority, datetime.now(UTC) + timedelta(days=90))
        await looks.after_a_day(bot)
        await looks.after_a_day(bot)
        await practice.message(channel="incidents", contains="recovered at", seconds=30)

    assert "has failed 1 of 1 looks" in proposal
    assert "expired" in proposal
    assert times_said(practice, "incidents", "payments front") == 1


@dataclass
class Backups:
    """Answers the one query as Prometheus does: so long ago was the last good backup."""

    looks: Looks
    hours: float = 3

    async def query(self, request: web.Request) -> web.Response:
        assert request.query["query"] == "time() - (backup_last_success\n)"
        sample = {"metric": {}, "value": [time.time(), str(self.hours * 3600)]}
        await self.looks.another()
        return web.json_response({"status": "success", "data": {"resultType": "vector", "result": [sample]}})


@asynccontextmanager
async def telling(backups: Backups) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/api/v1/query", backups.query)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_backup_that_grew_too_old_between_two_daily_looks_is_proposed_once(
    practice: PracticeDriver, start_bot: StartBot, tmp_path: Path
) -> None:
    looks = Looks()
    backups = Backups(looks)
    async with telling(backups) as url:
        config = written(tmp_path / "config", BACKUP.format(url=url))
        bot = await start_bot(TOCSIN_CONFIG=str(config))
        await until_listed(practice, "✅ *ok* · *payments backup*", bot)
        backups.hours = 75

        await looks.after_a_day(bot)
        proposal = said(await practice.message(channel="incidents", contains="payments backup", seconds=30))
        await looks.after_a_day(bot)
        await looks.after_a_day(bot)
        backups.hours = 3
        await looks.after_a_day(bot)
        await looks.after_a_day(bot)
        await practice.message(channel="incidents", contains="recovered at", seconds=30)

    assert "has failed 1 of 1 looks" in proposal
    assert "The last good backup is 3 days old" in proposal
    assert times_said(practice, "incidents", "payments backup") == 1
