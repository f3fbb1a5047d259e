"""The HTTP side of the Web API: token, scopes, limits and injected trouble around each method."""

import asyncio
import json
from typing import Final

from aiohttp import web

from tocsin_practice.api.arguments import Args, read_arguments
from tocsin_practice.api.call import Call, Method, TokenKind, require_scope
from tocsin_practice.api.table import METHODS
from tocsin_practice.model import App, Json
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError
from tocsin_practice.site import Site
from tocsin_practice.trouble import FaultKind, InjectedFault

_NOBODY: Final = App(
    id="",
    name="",
    bot_user_id="",
    bot_id="",
    bot_token="",
    app_token="",
    signing_secret="",
    verification_token="",
)
_LONGEST_SILENCE: Final = 600.0


class Gateway:
    """Answers `/api/<method>`."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One call, written into the log whatever comes of it."""
        method = request.match_info["method"]
        loop = asyncio.get_running_loop()
        at, started = self._site.workspace.clock(), loop.time()
        arguments: Json = {}
        outcome = "no answer"
        app = None
        try:
            arguments = await read_arguments(request)
            app = self._site.workspace.app_by_token(_token(request, arguments))
            response, outcome = await self._answer(request, method, app, arguments)
        except RefusalError as refusal:
            response, outcome = _json(refusal.body()), refusal.code
        finally:
            self._site.log.add(
                method,
                arguments,
                app_id=app.id if app else "",
                at=at,
                seconds=loop.time() - started,
                outcome=outcome,
            )
        return response

    async def _answer(
        self, request: web.Request, method: str, app: App | None, arguments: Json
    ) -> tuple[web.StreamResponse, str]:
        pause = self._site.trouble.latency(method) / 2
        if pause:
            await asyncio.sleep(pause)
        fault = self._site.trouble.next_fault(method)
        if fault is not None:
            return await self._fail(request, method, app, arguments, fault)
        response, outcome = self._called(request, method, app, arguments)
        if pause:
            await asyncio.sleep(pause)
        return response, outcome

    def _called(
        self, request: web.Request, method: str, app: App | None, arguments: Json
    ) -> tuple[web.StreamResponse, str]:
        try:
            known = _known(method)
            caller = _authorised(known, app, _token(request, arguments))
            require_scope(caller, known.scopes)
            wait = self._wait(caller, method, known.tier, arguments)
            if wait:
                return _rate_limited(wait), "ratelimited"
            body = known.handler(Call(self._site, caller, Args(arguments)))
        except RefusalError as refusal:
            return _json(refusal.body()), refusal.code
        return _json({"ok": True} | body), "ok"

    def _wait(self, app: App, method: str, tier: Tier, arguments: Json) -> int:
        if not self._site.workspace.preferences.rate_limits:
            return 0
        return self._site.limits.wait(app.id, method, tier, str(arguments.get("channel", "")))

    async def _fail(
        self, request: web.Request, method: str, app: App | None, arguments: Json, fault: InjectedFault
    ) -> tuple[web.StreamResponse, str]:
        outcome = f"injected: {fault.kind.value}"
        match fault.kind:
            case FaultKind.RATE_LIMITED:
                return _rate_limited(fault.retry_after), outcome
            case FaultKind.STATUS:
                return web.Response(status=fault.status, text="Injected."), outcome
            case FaultKind.ERROR:
                return _json({"ok": False, "error": fault.error}), outcome
            case FaultKind.NO_ANSWER:
                await asyncio.sleep(_LONGEST_SILENCE)
            case FaultKind.LOST:
                self._called(request, method, app, arguments)
            case FaultKind.RESET:
                pass
        _cut(request)
        return web.Response(status=500), outcome


def _known(method: str) -> Method:
    try:
        return METHODS[method]
    except KeyError:
        raise RefusalError("unknown_method", req_method=method) from None


def _token(request: web.Request, arguments: Json) -> str:
    header = request.headers.get("Authorization", "")
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(arguments.get("token", ""))


def _authorised(method: Method, app: App | None, token: str) -> App:
    if method.token is TokenKind.NONE:
        return app or _NOBODY
    if not token:
        raise RefusalError("not_authed")
    if app is None:
        raise RefusalError("invalid_auth")
    wanted = app.app_token if method.token is TokenKind.APP else app.bot_token
    if token != wanted:
        raise RefusalError("not_allowed_token_type")
    return app


def _rate_limited(seconds: int) -> web.Response:
    headers = {"Retry-After": str(seconds)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _json(body: Json) -> web.Response:
    return web.Response(text=json.dumps(body), content_type="application/json")


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
