"""The newest lines of pods' logs: which are worth reading, and each within lines, bytes and time."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2
from lightkube.config.client_adapter import AsyncClient, ConnectionParams

from diagnostics.logs.excerpt import Excerpt, stamped
from diagnostics.logs.settings import LogSettings
from diagnostics.probes.kubernetes.cluster import CONNECT, FAULTS, configured, credentials
from diagnostics.probes.kubernetes.section import Place
from diagnostics.probes.kubernetes.seen import Container, SeenPod, seconds
from diagnostics.probes.remote import GOOD, SILENT, WIRE, Fault, RemoteError, fault_of

MOST = 8  # logs that are read, of the pods that fare worst
SECONDS = 4.0  # for one log
FEW = 100  # lines of a last read, where those before did not reach the newest ones
RIGHT = "get pods/log"
GONE = frozenset({400, 404})  # not started yet, no previous one, or deleted meanwhile


@dataclass(frozen=True, slots=True)
class Wanted:
    """One container's log; `previous` is the one that it had before its last restart."""

    pod: str
    container: str
    several: bool
    previous: bool = False

    @property
    def source(self) -> str:
        """What it is called among others."""
        name = f"{self.pod}/{self.container}" if self.several else self.pod
        return f"{name} before its restart" if self.previous else name


def wanted(pods: Sequence[SeenPod], settings: LogSettings, now: datetime) -> tuple[Wanted, ...]:
    """The logs worth reading, those of pods that are not ready first; at most eight."""
    worst = sorted(pods, key=lambda pod: (pod.ready, -pod.restarts))
    return tuple(log for pod in worst for log in _of(pod, settings, now))[:MOST]


def _of(pod: SeenPod, settings: LogSettings, now: datetime) -> Iterator[Wanted]:
    several = len(pod.containers) > 1
    for container in pod.containers:
        if container.runs or container.last:
            yield Wanted(pod.name, container.name, several)
        if container.runs and _restarted(container, settings, now):
            yield Wanted(pod.name, container.name, several, previous=True)


def _restarted(container: Container, settings: LogSettings, now: datetime) -> bool:
    """Whether it was restarted lately; one that waits to be restarted shows its last log by itself."""
    ago = seconds(container.before.at, now) if container.before else None
    return ago is not None and ago <= 2 * settings.window


class Reader:
    """Reads logs through the API. lightkube's own way knows neither `previous` nor a limit in bytes."""

    def __init__(self, place: Place, settings: LogSettings) -> None:
        self._place = place
        self._settings = settings
        self._client: httpx2.AsyncClient | None = None

    async def read(self, log: Wanted, now: datetime) -> Excerpt | None:
        """The newest lines, with secrets still in them; None if there is no such log any more.

        Raises:
            RemoteError: the API did not let itself be asked; `what` is "get pods/log".
        """
        settings = self._settings
        lines = settings.lines
        body = await self._body(log, lines)
        while body and len(body) >= settings.size and lines > FEW:  # they ran out before the newest lines
            lines = FEW if lines < settings.lines else max(body.count(b"\n") // 2, FEW)
            body = await self._body(log, lines)
        if body is None:
            return None
        texts = _lines(body)
        since = now - timedelta(seconds=2 * settings.window)
        whole = len(body) < settings.size and len(texts) < lines
        return Excerpt(log.source, tuple(map(stamped, texts)), since, now, whole)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client:
            await self._client.aclose()
            self._client = None

    async def _body(self, log: Wanted, lines: int) -> bytes | None:
        settings = self._settings
        params = {
            "container": log.container,
            "timestamps": "true",
            "previous": "true" if log.previous else "false",
            "sinceSeconds": str(int(2 * settings.window)),
            "tailLines": str(lines),
            "limitBytes": str(settings.size),
        }
        path = f"/api/v1/namespaces/{self._place.namespace}/pods/{log.pod}/log"
        try:
            async with asyncio.timeout(SECONDS), self._made().stream("GET", path, params=params) as answer:
                return await _bounded(answer, settings.size)
        except (*SILENT, *WIRE) as error:
            raise RemoteError(fault_of(error), RIGHT) from error

    def _made(self) -> httpx2.AsyncClient:
        if self._client is None:
            with credentials():
                timeout = httpx2.Timeout(SECONDS, connect=CONNECT)
                config = ConnectionParams(timeout=timeout, trust_env=False)
                self._client = AsyncClient(configured(self._place), config)
        return self._client


def _lines(body: bytes) -> list[str]:
    """As the kubelet ends them: what else ends a line somewhere, such as U+2028, is a caller's word."""
    lines = body.decode(errors="replace").split("\n")
    return [line.removesuffix("\r") for line in (lines if lines[-1] else lines[:-1])]


async def _bounded(answer: httpx2.Response, most: int) -> bytes | None:
    if answer.status_code in GONE:
        return None
    if answer.status_code != GOOD:
        raise RemoteError(FAULTS.get(answer.status_code, Fault.BROKEN), RIGHT, answer.status_code)
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) >= most:
            break
    return bytes(body[:most])
