"""Waiting for the workspace's rate limits: free until a limit is met, then in order, one at a time."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

WINDOW = 60.0
"""Seconds over which the workspace counts calls, and for which a limit that was met is remembered."""
_KEPT_GATES = 1000


class LimitMetError(Exception):
    """The workspace wants no more of these calls for `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class Gate:
    """One method's way to the workspace.

    Args:
        spacing: seconds kept between two calls once a limit was met.
    """

    def __init__(self, spacing: float = 0.0) -> None:
        self._spacing = spacing
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._opens_at = -math.inf
        self._free_at = -math.inf
        self._passed: deque[float] = deque(maxlen=600)
        self._a_minute = 0

    async def through(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make the call as soon as the limits let it; `call` raises LimitMetError to be asked again."""
        if self.free:
            try:
                return self._count(await call())
            except LimitMetError as limit:
                self._meet(limit.seconds)
        return await self._in_order(call)

    @property
    def free(self) -> bool:
        """Whether calls go side by side."""
        return not self._waiting and _now() >= self._free_at

    def expected(self) -> float:
        """Seconds until a call that starts now would be made, as far as the limits met tell."""
        if self.free:
            return 0.0
        pace = WINDOW / self._a_minute if self._a_minute else self._spacing
        return max(0.0, self._opens_at - _now()) + self._waiting * max(pace, self._spacing)

    async def _in_order(self, call: Callable[[], Awaitable[T]]) -> T:
        self._waiting += 1
        try:
            async with self._turn:
                return await self._persist(call)
        finally:
            self._waiting -= 1

    async def _persist(self, call: Callable[[], Awaitable[T]]) -> T:
        while True:
            while (wait := self._opens_at - _now()) > 0:  # noqa: ASYNC110 - another call may put it off meanwhile
                await asyncio.sleep(wait)
            try:
                result = self._count(await call())
            except LimitMetError as limit:
                self._meet(limit.seconds)
            else:
                self._opens_at = _now() + self._spacing
                return result

    def _count(self, result: T) -> T:
        self._passed.append(_now())
        return result

    def _meet(self, seconds: float) -> None:
        now = _now()
        self._opens_at = max(self._opens_at, now + seconds)
        self._free_at = self._opens_at + WINDOW
        self._a_minute = max(1, sum(at > now - WINDOW for at in self._passed))


class Gates:
    """The gates of all methods."""

    def __init__(self) -> None:
        self._gates: dict[tuple[str, str], Gate] = {}

    def of(self, method: str, channel: str = "") -> Gate:
        """The gate of a method; messages have one for each channel, a second apart once it was too fast."""
        key = (method, channel if method == "chat.postMessage" else "")
        if key not in self._gates:
            self._forget_some()
            self._gates[key] = Gate(spacing=1.0 if key[1] else 0.0)
        return self._gates[key]

    def _forget_some(self) -> None:
        if len(self._gates) >= _KEPT_GATES:
            self._gates = {key: gate for key, gate in self._gates.items() if not gate.free}


def _now() -> float:
    return asyncio.get_running_loop().time()
