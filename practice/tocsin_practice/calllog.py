"""The log of Web API calls: what was called, with what, when, how long it took, how it ended."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from tocsin_practice.model import Json

_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCall:
    """One call. `at` in seconds since the epoch, `seconds` how long; `outcome` is `ok` or the error."""

    number: int
    method: str
    arguments: Json
    app_id: str
    at: float
    seconds: float
    outcome: str


class CallLog:
    """The latest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=_KEPT)
        self._count = 0
        self._wakers: set[asyncio.Event] = set()

    def add(
        self, method: str, arguments: Json, *, app_id: str, at: float, seconds: float, outcome: str
    ) -> None:
        """Write down a call that is over; a token among its arguments is masked."""
        self._count += 1
        shown = {key: "(hidden)" if key == "token" else value for key, value in arguments.items()}
        call = LoggedCall(
            number=self._count,
            method=method,
            arguments=shown,
            app_id=app_id,
            at=at,
            seconds=seconds,
            outcome=outcome,
        )
        self._calls.append(call)
        for waker in self._wakers:
            waker.set()

    def since(self, number: int = 0, method: str = "") -> list[LoggedCall]:
        """The kept calls after this number, of one method or of all."""
        return [c for c in self._calls if c.number > number and method in {"", c.method}]

    @property
    def last_number(self) -> int:
        """The number of the newest call, 0 before the first."""
        return self._count

    async def wait_for(
        self, method: str, *, after: int = 0, count: int = 1, seconds: float = 5
    ) -> LoggedCall:
        """The `count`-th call of a method after this number, waited for.

        Raises:
            TimeoutError: it was not called that often within `seconds`.
        """
        waker = asyncio.Event()
        self._wakers.add(waker)
        try:
            async with asyncio.timeout(seconds):
                while len(found := self.since(after, method)) < count:
                    await waker.wait()
                    waker.clear()
                return found[count - 1]
        finally:
            self._wakers.discard(waker)

    def clear(self) -> None:
        """Forget the calls; numbers go on."""
        self._calls.clear()
