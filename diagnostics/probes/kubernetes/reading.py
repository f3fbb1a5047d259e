"""What the logs of a service's pods say, or where a text stands in them; freed of secrets first."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from diagnostics.logs import findings, search
from diagnostics.logs.excerpt import Excerpt
from diagnostics.logs.findings import Told
from diagnostics.logs.freeing import freed
from diagnostics.probe import SkippedError
from diagnostics.probes.kubernetes import logs
from diagnostics.probes.kubernetes.cluster import Cluster
from diagnostics.probes.kubernetes.section import KubernetesSection
from diagnostics.probes.kubernetes.seen import seen
from diagnostics.probes.remote import Fault, RemoteError
from diagnostics.redaction import Redaction
from incidents.evidence import Finding, Sought

EXPLAINED = frozenset({Fault.FORBIDDEN, Fault.UNAUTHORISED, Fault.REFUSED})  # of all logs alike
REASONS = {Fault.NO_ANSWER: "it did not come in time", Fault.LIMITED: "the API asks for fewer requests"}


class LogReader:
    """The logs of one service's pods."""

    def __init__(self, section: KubernetesSection, cluster: Cluster, redaction: Redaction) -> None:
        self._section = section
        self._cluster = cluster
        self._redaction = redaction
        self._reader = logs.Reader(section)

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

    async def close(self) -> None:
        """Let go of the connections."""
        await self._reader.close()

    async def _excerpts(self, at: Told, now: datetime) -> tuple[Sequence[Excerpt], Sequence[Finding]]:
        pods = [seen(pod) for pod in await self._cluster.listing()]
        chosen = logs.wanted(pods, self._section.logs, now)
        read = await asyncio.gather(*(self._excerpt(at, log, now) for log in chosen))
        excerpts = [each for each in read if isinstance(each, Excerpt)]
        without = [each for each in read if isinstance(each, Finding)]
        if not excerpts and not without:
            raise SkippedError("no container has a log")
        return excerpts, without

    async def _excerpt(self, at: Told, log: logs.Wanted, now: datetime) -> Excerpt | Finding | None:
        try:
            found = await self._reader.read(log, now)
        except RemoteError as error:
            if error.fault in EXPLAINED:
                raise
            reason = REASONS.get(error.fault, "the API gives no answer that can be read")
            return findings.unread(at, log.source, reason, error.fault.name)
        return await asyncio.to_thread(freed, found, self._redaction) if found else None
