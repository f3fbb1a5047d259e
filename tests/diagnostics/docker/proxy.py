"""A socket proxy as operators run it: GET only, some paths only, before a real engine."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.diagnostics.docker.dockerd import Dockerd


class Proxy:
    """Notes what it is asked; `address` is where it listens."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.address = ""


@asynccontextmanager
async def proxied(
    engine: Dockerd,
    *,
    forbidden: Sequence[str] = (),
    encrypted: ssl.SSLContext | None = None,
    later: float = 0,
) -> AsyncIterator[Proxy]:
    """A proxy that forbids paths with these words in them; its clock is so many seconds ahead."""
    proxy = Proxy()

    async def answer(request: web.Request) -> web.StreamResponse:
        proxy.asked.append((request.method, request.path))
        if request.method != "GET" or any(word in request.path for word in forbidden):
            return web.Response(status=403, text="Forbidden by the proxy; password=hunter2-and-more")
        connector = aiohttp.UnixConnector(path=str(engine.socket))
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(f"http://docker{request.path_qs}") as said,
        ):
            now = datetime.now(UTC) + timedelta(seconds=later)
            return web.Response(
                status=said.status,
                body=await said.read(),
                content_type=said.content_type,
                headers={"date": format_datetime(now, usegmt=True)},
            )

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(application)
    await server.start_server(ssl=encrypted)
    try:
        proxy.address = f"tcp://127.0.0.1:{server.port}"
        yield proxy
    finally:
        await server.close()
