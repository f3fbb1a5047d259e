"""A process that stands still between a request's beginning and its sending."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.standstill import sent_soon


@pytest.fixture
async def heard() -> AsyncIterator[tuple[str, list[str]]]:
    """The address of a server, and the paths that it has heard."""
    paths: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response(text="heard")

    application = web.Application()
    application.router.add_post("/{path}", hear)
    async with TestServer(application) as server:
        yield str(server.make_url("")), paths


async def test_what_was_begun_before_a_standstill_is_not_sent_and_what_comes_after_is(
    heard: tuple[str, list[str]],
) -> None:
    address, paths = heard
    seconds = iter([0.0, 0.1, 1.0, 9.0, 9.5, 9.6])
    async with aiohttp.ClientSession(address, trace_configs=[sent_soon(lambda: next(seconds))]) as session:
        await (await session.post("/before")).read()
        with pytest.raises(TimeoutError):
            await session.post("/during")
        await (await session.post("/after")).read()
    assert paths == ["/before", "/after"]
