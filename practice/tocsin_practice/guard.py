"""Keeping other websites out: any page that a browser shows can send requests to this machine."""

from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_READING: Final = frozenset({"GET", "HEAD"})
_WIRE: Final = ("/api/", "/control/", "/link/", "/respond/", "/upload/")


def guard(allowed_hosts: frozenset[str] = LOOPBACK) -> Middleware:
    """A middleware that refuses foreign hosts (DNS rebinding), foreign origins and cross-site requests."""

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        refusal = refusal_of(request, allowed_hosts)
        if refusal:
            return web.json_response({"ok": False, "error": "forbidden", "detail": refusal}, status=403)
        return await handler(request)

    return guarded


def refusal_of(request: web.Request, allowed_hosts: frozenset[str]) -> str:
    """Why a request is refused, or an empty text."""
    if _host(f"//{request.host}") not in allowed_hosts:
        return "This address is not one of the practice workspace. Use 127.0.0.1 or localhost."
    origin = request.headers.get("Origin")
    if origin is not None and not _same_origin(origin, request):
        return "Requests from other websites are refused."
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in {"cross-site", "same-site"} and not _is_visit(request):
        return "Requests from other websites are refused."
    alters = request.path.startswith("/control/") and request.method not in _READING
    if alters and request.content_type != "application/json":
        return "Send JSON, with the content type application/json."
    return ""


def _same_origin(origin: str, request: web.Request) -> bool:
    return urlsplit(origin).netloc == request.host and urlsplit(origin).scheme in {"http", "https"}


def _is_visit(request: web.Request) -> bool:
    navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return navigates and request.method in _READING and not request.path.startswith(_WIRE)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
