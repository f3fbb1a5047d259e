"""What the logs of a service's pods say, or where a text stands in them; freed of secrets first."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from diagnostics.logs import findings, search
from diagnostics.logs.excerpt import Excerpt
from diagnostics.logs.findings import Told
from diagnostics.logs.freeing import freed
from diagnostics.logs.settings import LogSettings
from diagnostics.probe import SkippedError
from diagnostics.probes.kubernetes import logs
from diagnostics.probes.kubernetes.cluster import Cluster
from diagnostics.probes.kubernetes.section import Place
from diagnostics.probes.kubernetes.seen import seen
from diagnostics.probes.remote import Fault, RemoteError
from diagnostics.redaction import Redaction
from incidents.evidence import Finding, Sought

T = TypeVar("T")
EXPLAINED = frozenset({Fault.FORBIDDEN, Fault.UNAUTHORISED, Fault.REFUSED})  # of all logs alike
REASONS = {Fault.NO_ANSWER: "it did not come in time", Fault.LIMITED: "the API asks for fewer requests"}


class LogReader:
    """The logs of one service's pods."""

    def __init__(self, place: Place, settings: LogSettings, cluster: Cluster, redaction: Redaction) -> None:
        self._settings = settings
        self._cluster = cluster
        self._redaction = redaction
        self._reader = logs.Reader(place, settings)

    async def told(self, at: Told, now: datetime) -> tuple[Finding, ...]:
        """What the logs speak of.

        Raises:
            RemoteError: the API did not let itself be asked.
            SkippedError: there is no log.
        """
        excerpts, without = await self._excerpts(at, now)
        found = await asyncio.to_thread(findings.told, at, excerpts) if excerpts else ()
        return (*found, *without)

    async def answered(self, at: Told, sought: Sought, now: datetime) -> tuple[Finding, ...]:
        """Where the text stands; raises as above."""
        excerpts, without = await self._excerpts(at, now)
        return (*((search.answered(at, excerpts, sought),) if excerpts else ()), *without)

    async def read(
        self, at: Told, now: datetime, make: Callable[[Excerpt], T]
    ) -> tuple[Sequence[T], Sequence[Finding]]:
        """What is made of each log, in a thread and with its secrets; and what keeps others from being read.

        Raises as above.
        """
        pods = [seen(pod) for pod in await self._cluster.listing()]
        chosen = logs.wanted(pods, self._settings, now)
        read = await asyncio.gather(*(self._one(at, log, now, make) for log in chosen))
        made = [each for each, _ in read if each is not None]
        without = [found for _, found in read if found]
        if not made and not without:
            raise SkippedError("no container has a log")
        return made, without

    async def close(self) -> None:
        """Let go of the connections."""
        await self._reader.close()

    async def _excerpts(self, at: Told, now: datetime) -> tuple[Sequence[Excerpt], Sequence[Finding]]:
        return await self.read(at, now, lambda excerpt: freed(excerpt, self._redaction))

    async def _one(
        self, at: Told, log: logs.Wanted, now: datetime, make: Callable[[Excerpt], T]
    ) -> tuple[T | None, Finding | None]:
        try:
            found = await self._reader.read(log, now)
        except RemoteError as error:
            if error.fault in EXPLAINED:
                raise
            reason = REASONS.get(error.fault, "the API gives no answer that can be read")
            return None, findings.unread(at, log.source, reason, error.fault.name)
        return (await asyncio.to_thread(make, found) if found else None), None
