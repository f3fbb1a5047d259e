"""Odd services over HTTP of the second round of unknown faults."""

import asyncio

from aiohttp import web

from tests.diagnosis.case import NOTHING, Case, Group
from tests.diagnosis.network import Act, opened, service
from tests.diagnostics.serving import Handler, leads, says, says_text

WELL = says({"status": "ok"})


def turns(*handlers: Handler) -> Handler:
    """One instance after another."""
    count = iter(range(10**6))

    async def handler(request: web.Request) -> web.StreamResponse:
        return await handlers[next(count) % len(handlers)](request)

    return handler


def waits(seconds: float, body: object = None) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.json_response(body or {"status": "ok"})

    return handler


def cut(length: int) -> Handler:
    """Promises more than it sends."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = length
        await response.prepare(request)
        await response.write(b'{"status": ')
        assert request.transport
        request.transport.close()
        return response

    return handler


def page(text: str, status: int = 200, **headers: str) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        marks = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(text=text, status=status, content_type="text/html", headers=marks)

    return handler


def both(handler: Handler) -> Act:
    return service({"/health": handler, "/ready": handler, "/login": leads("/health")})


HTTP = Group(
    "HTTP second",
    opened,
    (
        Case(
            "an optional part degraded",
            NOTHING,
            service(
                {
                    "/health": says(
                        {
                            "status": "UP",
                            "components": {"db": {"status": "UP"}, "mail": {"status": "UNKNOWN"}},
                        }
                    ),
                    "/ready": WELL,
                }
            ),
        ),
        Case("204 and nothing", NOTHING, both(says_text("", 204))),
        Case(
            "a good service whose body names errors",
            NOTHING,
            both(says({"status": "ok", "errors": [], "last_error": None, "failed_jobs": 0})),
        ),
        Case(
            "200 that says it is unhealthy",
            "DEPENDENCY_DOWN",
            both(says({"healthy": False, "database": "unreachable"})),
        ),
        Case("redirects to the login and back", "HTTP_DOWN", both(leads("/login"))),
        Case(
            "one of two instances fails",
            "INSTANCE_FAILS",
            both(turns(WELL, says({"status": "error"}, 503))),
        ),
        Case("the first byte takes 3 s", "HTTP_SLOW", both(waits(2.6))),
        Case("a body cut off", "HTTP_DOWN", both(cut(400))),
        Case("/ready never answers", "DEPENDENCY_DOWN", service({"/health": WELL, "/ready": waits(30)})),
        Case("the health page wants a login", "CONFIG_ERROR", both(says({"error": "unauthorized"}, 401))),
        Case("429 to everybody", "RATE_LIMITED", both(page("slow down", 429, Retry_After="60"))),
        Case(
            "502 of the proxy before it",
            "HTTP_ERRORS",
            both(page("<center><h1>502 Bad Gateway</h1></center><hr>nginx", 502)),
        ),
        Case(
            "ready names the queue",
            "DEPENDENCY_DOWN",
            service(
                {
                    "/health": WELL,
                    "/ready": says(
                        {
                            "status": "error",
                            "details": {
                                "kafka": {"status": "DOWN", "error": "no brokers"},
                                "db": {"status": "UP"},
                            },
                        },
                        503,
                    ),
                }
            ),
        ),
    ),
)
