"""Servers over HTTP that answer as a test tells them to."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(body: object, status: int = 200) -> Handler:
    """JSON."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return handler


def says_text(text: str, status: int = 200, media: str = "text/plain") -> Handler:
    """Words as they stand."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, content_type=media)

    return handler


def leads(place: str) -> Handler:
    """A redirect."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"location": place})

    return handler


@asynccontextmanager
async def serving(handlers: Mapping[str, Handler]) -> AsyncIterator[str]:
    """A service that answers at these paths; its address."""
    application = web.Application()
    for path, handler in handlers.items():
        application.router.add_get(path, handler)
    async with TestServer(application) as server:
        yield str(server.make_url("/")).rstrip("/")
