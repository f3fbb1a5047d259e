"""A process that stands still between a request's beginning and its sending."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.standstill import counted_from_now, sent_soon


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


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        pytest.param(None, [0.0, 0.1, 1.0, 9.0, 9.5, 9.6], id="nothing but a head"),
        pytest.param("{}", [0.0, 0.1, 0.2, 1.0, 9.0, 9.5, 9.6, 9.7], id="before the head"),
        pytest.param("{}", [0.0, 0.1, 0.2, 1.0, 1.1, 9.0, 9.5, 9.6, 9.7], id="between head and body"),
    ],
)
async def test_what_was_begun_before_a_standstill_is_not_sent_and_what_comes_after_is(
    heard: tuple[str, list[str]], body: str | None, seconds: list[float]
) -> None:
    address, paths = heard
    told = iter(seconds)
    async with aiohttp.ClientSession(address, trace_configs=[sent_soon(lambda: next(told))]) as session:
        await (await session.post("/before", data=body)).read()
        with pytest.raises(TimeoutError):
            await session.post("/during", data=body)
        await (await session.post("/after", data=body)).read()
    assert paths == ["/before", "/after"]
    assert not list(told)


async def test_a_request_counts_from_before_what_lets_it_be_sent_was_asked_for(
    heard: tuple[str, list[str]],
) -> None:
    address, paths = heard
    told = iter([9.0, 9.1, 9.2])
    async with aiohttp.ClientSession(address, trace_configs=[sent_soon(lambda: next(told))]) as session:
        with counted_from_now(lambda: 1.0):
            with pytest.raises(TimeoutError):
                await session.post("/held at one")
            await (await session.post("/a second request")).read()
    assert paths == ["/a second request"]
    assert not list(told)


async def test_what_was_counted_from_earlier_and_never_begun_holds_up_nothing_later(
    heard: tuple[str, list[str]],
) -> None:
    address, paths = heard
    told = iter([9.0, 9.1])
    async with aiohttp.ClientSession(address, trace_configs=[sent_soon(lambda: next(told))]) as session:
        with suppress(LookupError), counted_from_now(lambda: 1.0):
            raise LookupError
        await (await session.post("/later")).read()
    assert paths == ["/later"]
