"""Writes that come while another is under way, done together: one round trip for many callers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

_Row = TypeVar("_Row")
_Answer = TypeVar("_Answer")


class Gathered(Generic[_Row, _Answer]):
    """Calls `write` with all rows that have come since it was called last; the first never waits."""

    def __init__(self, write: Callable[[Sequence[_Row]], Awaitable[Sequence[_Answer]]]) -> None:
        self._write = write
        self._waiting: list[tuple[_Row, asyncio.Future[_Answer]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def __call__(self, row: _Row) -> _Answer:
        """The answer to that row, or what the writing raised."""
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await answer

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                await self._write_some([(row, answer) for row, answer in waiting if not answer.done()])
        finally:
            self._writing = None

    async def _write_some(self, waiting: Sequence[tuple[_Row, asyncio.Future[_Answer]]]) -> None:
        if not waiting:
            return
        try:
            answers = await self._write([row for row, _ in waiting])
        except Exception as error:  # noqa: BLE001 - it is raised where the row came from
            for _, answer in waiting:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), said in zip(waiting, answers, strict=True):
            if not answer.done():
                answer.set_result(said)
