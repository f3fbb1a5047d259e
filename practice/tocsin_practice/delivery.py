"""Bringing payloads to apps: by Socket Mode or HTTP, events again when they were not acknowledged."""

import asyncio
from typing import Final

from tocsin_practice.changes import Change
from tocsin_practice.courier import Answer, EnvelopeType, Parcel
from tocsin_practice.events import event_callback, events_for
from tocsin_practice.httpmode import HttpMode
from tocsin_practice.model import App, Json
from tocsin_practice.sockets import Sockets
from tocsin_practice.workspace import Workspace

RETRY_DELAYS: Final = (0.0, 60.0, 300.0)
"""Seconds before each redelivery of an event that nobody acknowledged."""


class Delivery:
    """The courier of the running workspace."""

    def __init__(
        self,
        workspace: Workspace,
        sockets: Sockets,
        http: HttpMode,
        retry_delays: tuple[float, ...] = RETRY_DELAYS,
    ) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._http = http
        self._retry_delays = retry_delays
        self._tasks: set[asyncio.Task[None]] = set()
        workspace.changes.listen(self._on_change)

    async def ask(self, app: App, parcel: Parcel) -> Answer:
        """Deliver and wait for the acknowledgement; never raises."""
        if app.socket_mode:
            return await self._sockets.ask(app, parcel)
        return await self._http.ask(app, parcel)

    def _on_change(self, change: Change) -> None:
        for app in self._workspace.apps.values():
            if not app.bot_events:
                continue
            for event in events_for(self._workspace, app, change):
                self._start(app, event_callback(self._workspace, app, event))

    def _start(self, app: App, payload: Json) -> None:
        try:
            task = asyncio.get_running_loop().create_task(self._deliver(app, payload))
        except RuntimeError:
            return  # nobody is connected while the workspace is being furnished, before the loop runs
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, app: App, payload: Json) -> None:
        parcel = Parcel(EnvelopeType.EVENTS_API, payload)
        answer = await self._attempt(app, parcel, 0, "")
        for attempt, delay in enumerate(self._retry_delays, start=1):
            if not answer.failure or answer.payload.get("no_retry"):
                return
            await asyncio.sleep(delay)
            answer = await self._attempt(app, parcel, attempt, self._reason(app, answer))

    def _reason(self, app: App, answer: Answer) -> str:
        if app.socket_mode:
            return "timeout"
        return "http_timeout" if answer.failure == "operation_timeout" else "http_error"

    async def _attempt(self, app: App, parcel: Parcel, attempt: int, reason: str) -> Answer:
        if app.socket_mode:
            retry = {"retry_attempt": attempt, "retry_reason": reason}
            return await self._sockets.ask(app, parcel, extra=retry)
        return await self._http.ask(app, parcel, retry=(attempt, reason))

    async def close(self) -> None:
        """Give up what is still to be redelivered."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
