"""The logs of several containers, read side by side; what keeps one from being read is a finding."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from diagnostics.logs.excerpt import Excerpt
from diagnostics.logs.findings import Told, unread
from diagnostics.logs.settings import LogSettings
from diagnostics.probe import SkippedError
from diagnostics.probes.docker import failure, logs
from diagnostics.probes.docker.containers import Census, Container
from diagnostics.probes.docker.engine import AnswerError, Engine, OverlongError
from incidents.evidence import Finding

TOO_LONG = "its engine takes too long"
SAID_NO = "its engine says no"
DRIVER = "its logging driver keeps it elsewhere"
NO_READING = frozenset({500, 501})

T = TypeVar("T")


class LogReader:
    """The logs of containers on one engine."""

    def __init__(self, engine: Engine, settings: LogSettings) -> None:
        self._engine = engine
        self._settings = settings

    async def read(
        self, at: Told, seen: Census, make: Callable[[Excerpt], T]
    ) -> tuple[list[T], list[Finding]]:
        """What is made of each log, and what keeps the others from being read.

        Args:
            at: where findings come from.
            seen: whose logs.
            make: takes a log with its secrets, in the thread that has read it.

        Raises:
            SkippedError: there is no container.
            Exception: the engine cannot be asked; see `failure`.
        """
        if not seen.containers:
            raise SkippedError("there is no container")
        read = await asyncio.gather(*(self._one(at, each, seen, make) for each in seen.containers))
        return [each for each, _ in read if each is not None], [found for _, found in read if found]

    async def _one(
        self, at: Told, container: Container, seen: Census, make: Callable[[Excerpt], T]
    ) -> tuple[T | None, Finding | None]:
        wanted = logs.wanted(container, self._settings, seen.now, len(seen.containers))
        try:
            return await self._engine.run(lambda: make(logs.read(self._engine, wanted))), None
        except OverlongError:
            return None, unread(at, container.name, TOO_LONG, "time-out")
        except AnswerError as error:
            if error.status in failure.FORBIDDEN:
                raise
            reason = DRIVER if error.status in NO_READING else SAID_NO
            return None, unread(at, container.name, reason, f"HTTP {error.status}")
