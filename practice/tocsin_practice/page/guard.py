"""Who may ask: only this machine's browser, only from the page itself; and what every answer carries."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def guarded(handler: Handler, allowed_hosts: frozenset[str] = LOOPBACK) -> Handler:
    """The handler, closed to requests that another website makes a browser send to this machine."""

    async def check(request: web.Request) -> web.StreamResponse:
        reason = refusal(request, allowed_hosts)
        if reason:
            return web.Response(status=403, text=f"{reason}\n", headers=HEADERS)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(
                {key: value for key, value in HEADERS.items() if key not in response.headers}
            )
        return response

    return check


def refusal(request: web.Request, allowed_hosts: frozenset[str] = LOOPBACK) -> str:
    """Why a request is refused; empty if it is not."""
    if _name(request.host) not in allowed_hosts:
        return "The practice workspace answers only on this machine: open it as 127.0.0.1 or localhost."
    if request.method in {"GET", "HEAD"}:
        return _reading_refusal(request)
    return "" if _from_the_page(request) else "Only the page of the practice workspace may do this."


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _reading_refusal(request: web.Request) -> str:
    site = request.headers.get("Sec-Fetch-Site", "none")
    navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
    if site in {"same-origin", "none"} or navigates:
        return ""
    return "Other websites may not read the practice workspace."


def _from_the_page(request: web.Request) -> bool:
    """Whether the browser says that the page itself asks; a request that says nothing is not trusted."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin == f"{request.scheme}://{request.host}"
    return site == "same-origin"
