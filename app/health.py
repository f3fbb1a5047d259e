"""Whether the bot is well: a page for container engines and monitors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from incidents.errors import Misconfigured

Check = Callable[[], Awaitable[str]]


def routes(checks: dict[str, Check]) -> list[web.RouteDef]:
    """GET /health: 200 if every check gives an empty string, else 503; each check's sentence as JSON."""

    async def health(_: web.Request) -> web.Response:
        found = {name: await check() for name, check in checks.items()}
        well = not any(found.values())
        answer = {name: sentence or "ok" for name, sentence in found.items()}
        return web.json_response({"ok": well, **answer}, status=200 if well else 503)

    return [web.get("/health", health)]


@asynccontextmanager
async def serving(
    listen: tuple[str, int] | None, routes: Sequence[web.RouteDef], *, needed: bool
) -> AsyncIterator[str]:
    """The pages served at that host and port; gives a sentence if they could not be.

    They are `needed` where the bot is of no use without them: Slack in HTTP mode.

    Raises:
        Misconfigured: the port is taken and the pages are needed.
    """
    if listen is None:
        yield ""
        return
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        yield await _bound(runner, listen, needed=needed)
    finally:
        await runner.cleanup()


async def _bound(runner: web.AppRunner, listen: tuple[str, int], *, needed: bool) -> str:
    host, port = listen
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        sentence = f"TOCSIN_LISTEN is {host}:{port}, but that cannot be listened on ({error.strerror}). "
        if needed:
            raise Misconfigured(f"{sentence}Choose a free port.") from None
        return f"{sentence}The bot runs without its health page."
    return ""
