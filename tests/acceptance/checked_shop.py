"""A shop whose HTTP service is looked at by a standing check, and breaks and mends on demand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.acceptance.conftest import HERE, Bot

CHECK = """
[services.payments]
name = "Payments"
slug = "payments"
[[services.payments.probes]]
kind = "http"
name = "api"
url = "{api}"
health = "/health"
[[services.payments.checks]]
target = "api"
every = "10s"
"""
DUE = 12.0
"""Seconds after which the next look is due, whatever its share of delay."""


class Shop:
    """An HTTP service that answers well until it is broken."""

    def __init__(self) -> None:
        self.broken = False
        self.url = ""
        self.looks = 0
        self._asked = False
        self._looked = asyncio.Condition()

    async def health(self, _: web.Request) -> web.Response:
        """Well, or not; what fails at once is asked once more, and only then it has been looked at."""
        broken = self.broken
        self._asked = broken and not self._asked
        if not self._asked:
            async with self._looked:
                self.looks += 1
                self._looked.notify_all()
        if broken:
            return web.json_response({"status": "error", "detail": "the pool is exhausted"}, status=500)
        return web.json_response({"status": "ok"})

    async def looked_at(self, times: int, *bots: Bot) -> None:
        """Move the bots' clocks on until the check has looked so many times more.

        A look begins after the one before it was recorded, so all but the last are on record then.
        """
        for _ in range(times):
            before = self.looks
            for bot in bots:
                await bot.advance(seconds=DUE)
            async with asyncio.timeout(20), self._looked:
                await self._looked.wait_for(lambda: self.looks > before)  # noqa: B023 - waited for in this round


@asynccontextmanager
async def serving() -> AsyncIterator[Shop]:
    """A shop that can be looked at."""
    shop, app = Shop(), web.Application()
    app.add_routes([web.get("/health", shop.health)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield shop
    await runner.cleanup()


def written(folder: Path, services: str) -> Path:
    """A folder of settings with these services."""
    folder.mkdir()
    (folder / "templates").symlink_to(HERE / "config" / "templates")
    (folder / "policy.toml").write_text((HERE / "config" / "policy.toml").read_text())
    (folder / "services.toml").write_text(services)
    return folder
