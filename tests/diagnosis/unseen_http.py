"""Faults of a service over HTTP that were thought of after their patterns; and odd but healthy ones."""

import asyncio

from aiohttp import web

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.network import WELL, Act, Trusted, opened
from tests.diagnosis.unseen_network import Speaks, port_of
from tests.diagnostics.serving import Handler, leads, says, says_text, serving


def paths(handlers: dict[str, Handler], **section: object) -> Act:
    async def act(_at: Trusted) -> Examination:
        async with serving(handlers) as url:
            return await looked_at({"kind": "http", "name": "api", "url": url, **section})

    return act


def raw(speaks: Speaks) -> Act:
    async def act(_at: Trusted) -> Examination:
        async with port_of(speaks) as port:
            return await looked_at(
                {"kind": "http", "name": "api", "url": f"http://127.0.0.1:{port}", "health": "/health"}
            )

    return act


async def mid_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(
        b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"status":'
    )
    await writer.drain()


async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    for byte in b"HTTP/1.1 200 OK\r\nx-slow: 1\r\n\r\n":
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.5)


async def other_protocol(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(4_096)  # be it plain or the beginning of a handshake
    writer.write(b"-ERR unknown command 'GET'\r\n")
    await writer.drain()


async def late(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(1.6)
    return web.json_response({"status": "ok"})


BOTH = {"health": "/health", "front": "/"}
SHOP = "<html><body><h1>The shop</h1><a>Add to cart</a></body></html>"
SORRY = "<html><body><h1>Something went wrong</h1></body></html>"
WORDS = {**BOTH, "expects": ["add to cart"]}


def front(text: str, **section: object) -> Act:
    """A service that is well, with this front page."""
    return paths({"/health": WELL, "/": says_text(text, media="text/html")}, **section)


CARELESS = {
    "status": "UP",
    "components": {"db": {"status": "UP"}, "mail": {"status": "UNKNOWN"}},
    "errors": 0,
}


HTTP = Group(
    "HTTP unseen",
    opened,
    (
        Case("parts unknown, errors counted", NOTHING, paths({"/health": says(CARELESS)}, health="/health")),
        Case(
            "health without a body (204)", NOTHING, paths({"/health": says_text("", 204)}, health="/health")
        ),
        Case(
            "a front page that leads to the login",
            NOTHING,
            paths({"/health": WELL, "/": leads("/login"), "/login": says_text("<h1>Sign in</h1>")}, **BOTH),
        ),
        Case(
            "200 with an error in its body",
            "DEPENDENCY_DOWN",
            paths({"/health": says({"error": "could not connect to database"})}, health="/health"),
        ),
        Case(
            "200 with success false",
            "DEPENDENCY_DOWN",
            paths({"/health": says({"success": False, "message": "cache unreachable"})}, health="/health"),
        ),
        Case(
            "a circle of redirects",
            "HTTP_DOWN",
            paths({"/health": leads("/login"), "/login": leads("/health")}, health="/health"),
        ),
        Case(
            "its own health limited (429)",
            "RATE_LIMITED",
            paths({"/health": says({}, 429)}, health="/health"),
        ),
        Case(
            "its own health wants a login (401)",
            "CONFIG_ERROR",
            paths({"/health": says({}, 401)}, health="/health"),
        ),
        Case("ended in the middle of an answer", "HTTP_DOWN", raw(mid_body)),
        Case("a byte every half second", "HTTP_DOWN", raw(dribble)),
        Case("another program on its port", "HTTP_DOWN", raw(other_protocol)),
        Case(
            "healthy, its front page 500", "HTTP_ERRORS", paths({"/health": WELL, "/": says({}, 500)}, **BOTH)
        ),
        Case(
            "healthy, its front page 404",
            "PROXY_ROUTING",
            paths({"/health": WELL, "/": says({}, 404)}, **BOTH),
        ),
        Case(
            "healthy, its front page 504",
            "PROXY_ROUTING",
            paths({"/health": WELL, "/": says({}, 504)}, **BOTH),
        ),
        Case(
            "maintenance everywhere (503)",
            "HTTP_ERRORS",
            paths(
                {
                    "/health": says_text("down for maintenance", 503),
                    "/": says_text("down for maintenance", 503),
                },
                **BOTH,
            ),
        ),
        Case("a front page with its words", NOTHING, front(SHOP, **WORDS)),
        Case("a front page of error words with 200", "PAGE_WRONG", front(SORRY, **WORDS)),
        Case("an empty front page with 200", "PAGE_WRONG", front("", **BOTH)),
        Case("healthy, but late", "HTTP_SLOW", paths({"/health": late}, health="/health")),
    ),
)
