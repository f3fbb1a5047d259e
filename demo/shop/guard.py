"""Who may use the panel: a browser on this machine, from the panel itself, or a program; no other website."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts (DNS rebinding), foreign origins and cross-site requests."""
    reason = refusal(request)
    if reason:
        return web.json_response({"error": reason}, status=403, headers=HEADERS)
    response = await handler(request)
    response.headers.update(HEADERS)
    return response


def refusal(request: web.Request) -> str:
    """Why a request is refused; empty if it is not."""
    if _host(request) not in LOOPBACK:
        return "The panel answers only on this machine: open it as 127.0.0.1 or localhost."
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return "Requests from other websites are refused."
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in {"same-origin", "none"} or _is_visit(request):
        return ""
    return "Requests from other websites are refused."


def _is_visit(request: web.Request) -> bool:
    navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return request.method == "GET" and request.path == "/" and navigates


def _host(request: web.Request) -> str:
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""
