"""The control API: driving and troubling the workspace over HTTP, with plain JSON."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Final

from aiohttp import web

from tocsin_practice.changes import NotHeardError
from tocsin_practice.controlled import ControlError, Request
from tocsin_practice.elements import ElementError
from tocsin_practice.model import Channel, Json
from tocsin_practice.outcomes import Outcome
from tocsin_practice.reading import said
from tocsin_practice.seed import furnish, install
from tocsin_practice.shapes import channel_json, person_json
from tocsin_practice.site import Site
from tocsin_practice.trouble import FaultKind, InjectedFault

_LONGEST_WAIT: Final = 120.0

Answering = Callable[[Request], Awaitable[Json]]


class Control:
    """Handlers of `/control/`."""

    def __init__(self, site: Site, seed: Json) -> None:
        self._site = site
        self._workspace = site.workspace
        self._seed = seed

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application."""
        table: list[tuple[str, str, Answering]] = [
            ("GET", "/control/state", self.state),
            ("GET", "/control/messages", self.messages),
            ("GET", "/control/ephemerals", self.ephemerals),
            ("GET", "/control/views", self.views),
            ("GET", "/control/calls", self.calls),
            ("POST", "/control/command", self.command),
            ("POST", "/control/message", self.message),
            ("POST", "/control/press", self.press),
            ("POST", "/control/submit", self.submit),
            ("POST", "/control/close", self.close),
            ("POST", "/control/shortcut", self.shortcut),
            ("POST", "/control/react", self.react),
            ("POST", "/control/wait", self.wait),
            ("PUT", "/control/latency", self.latency),
            ("POST", "/control/faults", self.inject),
            ("GET", "/control/faults", self.faults),
            ("DELETE", "/control/faults", self.clear_faults),
            ("PUT", "/control/preferences", self.preferences),
            ("POST", "/control/disconnect", self.disconnect),
            ("POST", "/control/reset", self.reset),
        ]
        return [web.route(method, path, _answering(handler)) for method, path, handler in table]

    # Looking

    async def state(self, _: Request) -> Json:
        """Team, people, channels and apps."""
        workspace = self._workspace
        return {
            "team": asdict(workspace.team),
            "people": [person_json(workspace, person) for person in workspace.people],
            "channels": [
                channel_json(workspace, channel, "") | {"members": list(channel.members)}
                for channel in workspace.channels
            ],
            "apps": [
                {"id": app.id, "name": app.name, "connections": self._site.sockets.count(app.id)}
                for app in workspace.apps.values()
            ],
            "preferences": asdict(workspace.preferences),
        }

    async def messages(self, request: Request) -> Json:
        """A channel's messages, oldest first; those of one thread with `thread_ts`."""
        channel = request.channel(self._workspace)
        thread_ts = request.text("thread_ts")
        found = channel.thread(thread_ts) if thread_ts else list(channel.messages.values())
        return {"messages": found, "pins": [pin.ts for pin in channel.pins], "bookmarks": channel.bookmarks}

    async def ephemerals(self, request: Request) -> Json:
        """What one person alone sees."""
        found = self._workspace.messages.ephemerals(request.person(self._workspace).id)
        return {"ephemerals": [{"channel": e.channel_id} | e.message for e in found]}

    async def views(self, request: Request) -> Json:
        """The forms that a person has open, the top one last."""
        stack = self._workspace.views.stack(request.person(self._workspace).id)
        return {"views": [view.payload | {"state": {"values": view.values}} for view in stack]}

    async def calls(self, request: Request) -> Json:
        """The log of Web API calls."""
        found = self._site.log.since(int(request.number("after", 0)), request.text("method"))
        return {"calls": [asdict(call) for call in found]}

    # Acting

    async def command(self, request: Request) -> Json:
        """Send a slash command."""
        line = f"{request.needed('command')} {request.text('text')}".strip()
        person, channel = request.person(self._workspace), request.channel(self._workspace)
        return _outcome(await self._site.acts.command(person, channel, line))

    async def message(self, request: Request) -> Json:
        """Post a message."""
        person, channel = request.person(self._workspace), request.channel(self._workspace)
        text, thread_ts = request.needed("text"), request.text("thread_ts")
        return _outcome(self._site.acts.say(person, channel, text, thread_ts=thread_ts))

    async def press(self, request: Request) -> Json:
        """Use a button or menu, in a message (`channel`, `ts`) or a form (`view_id`)."""
        person, acts = request.person(self._workspace), self._site.acts
        if request.text("view_id"):
            place = acts.view_place(request.text("view_id"))
        else:
            place = acts.place(person, request.channel(self._workspace), request.needed("ts"))
        if place is None:
            raise ControlError("That message or form is gone.")
        outcome = await acts.press(
            person,
            place,
            request.needed("action_id"),
            request.raw("value"),
            block_id=request.text("block_id"),
        )
        return _outcome(outcome)

    async def submit(self, request: Request) -> Json:
        """Fill in and send the form on top, or the one with `view_id`."""
        person = request.person(self._workspace)
        view = request.view(self._workspace, person)
        return _outcome(await self._site.acts.submit(person, view, request.values()))

    async def close(self, request: Request) -> Json:
        """Dismiss the form on top, or with `all` every one."""
        person = request.person(self._workspace)
        view = request.view(self._workspace, person)
        return _outcome(await self._site.acts.close(person, view, all_of_them=request.flag("all")))

    async def shortcut(self, request: Request) -> Json:
        """Run a shortcut: on a message with `channel` and `ts`, else a global one."""
        person, callback_id = request.person(self._workspace), request.needed("callback_id")
        if not request.text("ts"):
            return _outcome(await self._site.acts.global_shortcut(person, callback_id))
        channel: Channel = request.channel(self._workspace)
        ts = request.needed("ts")
        return _outcome(await self._site.acts.message_shortcut(person, callback_id, channel, ts))

    async def react(self, request: Request) -> Json:
        """Add a reaction, or take it back."""
        person, channel = request.person(self._workspace), request.channel(self._workspace)
        return _outcome(self._site.acts.react(person, channel, request.needed("ts"), request.needed("name")))

    async def wait(self, request: Request) -> Json:
        """Wait for a message that says `contains`, in `channel` if named, at most `seconds`."""
        contains, after = request.text("contains"), request.text("after")
        name = request.text("channel")

        def look() -> Json | None:
            for channel in self._workspace.channels:
                if name and name.removeprefix("#") not in {channel.name, channel.id}:
                    continue
                for message in reversed(channel.messages.values()):
                    if contains in said(message) and message["ts"] > after:
                        return {"channel": channel.id, "message": message}
            return None

        seconds = min(request.number("seconds", 30), _LONGEST_WAIT)
        try:
            return {"found": True} | await self._workspace.wait_for(look, seconds=seconds)
        except NotHeardError:
            return {"found": False}

    # Trouble

    async def latency(self, request: Request) -> Json:
        """Set how long calls take."""
        seconds = request.number("milliseconds", 0) / 1000
        self._site.trouble.set_latency(seconds, request.text("method") or "*")
        return {}

    async def inject(self, request: Request) -> Json:
        """Let the next calls of a method fail."""
        try:
            kind = FaultKind(request.needed("kind"))
        except ValueError:
            known = ", ".join(kind.value for kind in FaultKind)
            raise ControlError(f"`kind` is one of: {known}.") from None
        fault = InjectedFault(
            method=request.text("method") or "*",
            kind=kind,
            times=int(request.number("times", 1)),
            after=int(request.number("after", 0)),
            retry_after=int(request.number("retry_after", 1)),
            status=int(request.number("status", 503)),
            error=request.text("error") or "internal_error",
        )
        self._site.trouble.inject(fault)
        return {}

    async def faults(self, _: Request) -> Json:
        """The faults that have not all struck yet."""
        return {"faults": [asdict(fault) for fault in self._site.trouble.pending()]}

    async def clear_faults(self, _: Request) -> Json:
        """No more faults and no latency."""
        self._site.trouble.clear()
        return {}

    async def preferences(self, request: Request) -> Json:
        """Switch preferences."""
        known = asdict(self._workspace.preferences)
        unknown = sorted(set(request.body) - set(known))
        if unknown:
            raise ControlError(f"There is no preference {unknown[0]}. There are: {', '.join(known)}.")
        self._workspace.set_preference(**request.body)
        return asdict(self._workspace.preferences)

    async def disconnect(self, request: Request) -> Json:
        """Make the app's connections end: `refresh_requested` (default), `warning`, or `drop`."""
        reason = request.text("reason") or "refresh_requested"
        count = 0
        for app_id in self._workspace.apps:
            if reason == "drop":
                count += self._site.sockets.drop(app_id)
            else:
                count += await self._site.sockets.disconnect(app_id, reason)
        return {"connections": count}

    async def reset(self, _: Request) -> Json:
        """Furnish the workspace anew; apps stay connected."""
        self._workspace.empty()
        self._site.trouble.clear()
        self._site.log.clear()
        self._site.limits.clear()
        furnish(self._workspace, self._seed)
        for app in list(self._workspace.apps.values()):
            install(self._workspace, app, channels=self._seed.get("app_channels", []))
        return {}


def _outcome(outcome: Outcome) -> Json:
    return {"outcome": asdict(outcome)}


def _answering(handler: Answering) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            body = await handler(await Request.read(request))
        except (ControlError, ElementError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        return web.json_response({"ok": True} | body)

    return answer
