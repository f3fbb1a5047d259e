"""A hand between the bot and the workspace: holds or fails chosen calls, or takes Slack away."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web

from tocsin_practice.api.arguments import read_arguments
from tocsin_practice.model import Json
from tocsin_practice.site import Site
from tocsin_practice.trouble import FaultKind

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PATIENCE = 20.0


class Moment(StrEnum):
    """When a call is held."""

    BEFORE = "before it happens"
    AFTER = "after it happened, before its answer"


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it comes in; `about` is all that it says, and the name of its channel."""

    method: str
    arguments: Json
    channel: str
    about: str


Fits = Callable[[Call], bool]


@dataclass(eq=False)
class Hold:
    """The next call that fits is held at a moment; calls that fit `freezes` are from then on held too."""

    fits: Fits
    moment: Moment
    freezes: Fits
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        """Until the call is held."""
        async with asyncio.timeout(PATIENCE):
            await self.reached.wait()


def nothing(_call: Call) -> bool:
    """Fits no call."""
    return False


@dataclass(eq=False)
class Failing:
    """The next calls that fit fail in that way."""

    fits: Fits
    kind: FaultKind
    times: int


class Interference:
    """Sits before every request of the practice workspace."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._holds: list[Hold] = []
        self.failing: list[Failing] = []
        self._lifted = asyncio.Event()
        self.away = False
        self._refused = asyncio.Event()

    def hold(self, fits: Fits, moment: Moment, *, freezes: Fits = nothing) -> Hold:
        """Hold the next call that fits, until `lift`."""
        hold = Hold(fits, moment, freezes)
        self._holds.append(hold)
        return hold

    def fail(self, fits: Fits, kind: FaultKind, *, times: int = 1) -> None:
        """Let the next calls that fit fail."""
        self.failing.append(Failing(fits, kind, times))

    def forget(self) -> None:
        """Hold nothing more; what is held stays held until `lift`."""
        self._holds.clear()

    def lift(self) -> None:
        """Let go of everything: what was held before it happened never happens."""
        self._holds.clear()
        self._lifted.set()
        self._lifted = asyncio.Event()

    def go_away(self) -> None:
        """Slack is gone: connections break, and no new ones are taken."""
        self.away = True
        self._refused.clear()
        for app in self._site.workspace.apps.values():
            self._site.sockets.drop(app.id)

    async def refusal(self) -> None:
        """Until the bot has tried in vain."""
        async with asyncio.timeout(PATIENCE):
            await self._refused.wait()

    def come_back(self) -> None:
        """Slack is there again."""
        self.away = False

    @web.middleware
    async def between(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self.away:
            self._refused.set()
            return _cut(request)
        method = request.match_info.get("method")
        if method is None or not (self._holds or self.failing):
            return await handler(request)
        call = self._read(method, await read_arguments(request))
        failing = next((failing for failing in self.failing if failing.fits(call)), None)
        if failing is not None:
            return await self._fail(request, handler, failing)
        return await self._hold_or_pass(request, handler, call)

    async def _hold_or_pass(self, request: web.Request, handler: Handler, call: Call) -> web.StreamResponse:
        if any(hold.reached.is_set() and hold.freezes(call) for hold in self._holds):
            return await self._never(request)
        hold = next((h for h in self._holds if not h.reached.is_set() and h.fits(call)), None)
        if hold is None:
            return await handler(request)
        return await self._held(request, handler, hold)

    async def _fail(self, request: web.Request, handler: Handler, failing: Failing) -> web.StreamResponse:
        failing.times -= 1
        if failing.times == 0:
            self.failing.remove(failing)
        match failing.kind:
            case FaultKind.RATE_LIMITED:
                return web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"}
                )
            case FaultKind.STATUS:
                return web.Response(status=503, text="Injected.")
            case FaultKind.ERROR:
                return web.json_response({"ok": False, "error": "internal_error"})
            case FaultKind.NO_ANSWER:
                return await self._never(request)
            case FaultKind.RESET:
                return _cut(request)
            case FaultKind.LOST:
                await handler(request)
                return _cut(request)

    async def _held(self, request: web.Request, handler: Handler, hold: Hold) -> web.StreamResponse:
        lifted = self._lifted
        if hold.moment is Moment.BEFORE:
            hold.reached.set()
            return await self._never(request)
        response = await handler(request)
        hold.reached.set()
        await lifted.wait()
        return response

    async def _never(self, request: web.Request) -> web.StreamResponse:
        await self._lifted.wait()
        return _cut(request)

    def _read(self, method: str, arguments: Json) -> Call:
        identity = str(arguments.get("channel") or arguments.get("channel_id") or "")
        channel = self._site.workspace.channels.get(identity)
        name = channel.name if channel else ""
        return Call(method, arguments, name, f"{name} {arguments}")


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)
