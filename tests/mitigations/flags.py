"""A service of flags over HTTP, which keeps the value of one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "hunter2-token"


@dataclass
class Flags:
    """A service that keeps one flag; `deaf` is one that answers well and sets nothing."""

    value: object = True
    status: int = 200
    deaf: bool = False
    wanted: str = f"Bearer {TOKEN}"
    heard: list[tuple[str, str, Any]] = field(default_factory=list)
    address: str = ""

    async def tell(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != self.wanted:
            return web.json_response({}, status=401)
        return web.json_response({"environments": [{"name": "production", "on": self.value}]})

    async def set(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.heard.append((request.method, request.headers.get("Content-Type", ""), body))
        if self.status == 200 and not self.deaf:
            self.value = body["on"] if body else False
        return web.json_response({}, status=self.status, headers={"Location": "/flags/other"})


@asynccontextmanager
async def serving() -> AsyncIterator[Flags]:
    """The service on this machine, its flag on."""
    stand = Flags()
    application = web.Application()
    application.router.add_get("/flags/recommendations", stand.tell)
    application.router.add_route("*", "/flags/recommendations", stand.set)
    async with TestServer(application) as server:
        stand.address = str(server.make_url("/")).rstrip("/")
        yield stand
