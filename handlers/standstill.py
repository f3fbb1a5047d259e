"""What a process that stood still had begun is not sent when it goes on: others have taken it over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

_SOON = 5.0  # seconds; whoever is silent is taken over from after six
_begun_at: ContextVar[float | None] = ContextVar("begun_at", default=None)  # each task has a value of its own


@contextmanager
def counted_from_now(monotonic: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """The first request of the block counts as begun here: what lets it be sent is asked for before it is."""
    before = _begun_at.set(monotonic())
    try:
        yield
    finally:
        _begun_at.reset(before)


def sent_soon(monotonic: Callable[[], float] = time.monotonic) -> aiohttp.TraceConfig:
    """Requests that are not written within five seconds of their beginning end with TimeoutError, unsent.

    A body is looked at once more: before Python 3.12 aiohttp writes it, and the headers with it, only in
    the loop's next round, and a process can stand still between the two.
    """

    async def begun(_session: aiohttp.ClientSession, request: SimpleNamespace, _: object) -> None:
        earlier = _begun_at.get()
        _begun_at.set(None)  # a second request of the same block begins by itself
        request.begun_at = monotonic() if earlier is None else earlier

    async def about_to_send(_session: aiohttp.ClientSession, request: SimpleNamespace, _: object) -> None:
        if monotonic() - request.begun_at > _SOON:
            raise TimeoutError("the request was begun too long ago to be sent")

    config = aiohttp.TraceConfig()
    config.on_request_start.append(begun)
    config.on_request_headers_sent.append(about_to_send)
    config.on_request_chunk_sent.append(about_to_send)
    return config
