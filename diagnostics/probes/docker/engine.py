"""An engine's API over its socket, TCP or ssh: GET only, in few threads, answers bounded in time and size.

The SDK gives the transports. Its own methods read answers without bound, and its log stream switches the
socket's time-out off, so that a frozen engine would hold a thread for ever; so answers are read here.
"""

import asyncio
import contextlib
import functools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, Self, TypeAlias, TypeVar
from urllib.parse import SplitResult, urlsplit

import docker
from docker.constants import DEFAULT_DOCKER_API_VERSION
from docker.tls import TLSConfig

from diagnostics.probes.docker.section import Place, Tls

SOCKET = 2.0  # seconds for each read of a socket
THREADS = 4
PIECE = 64 * 1024
MOST = 8 * 1024**2  # bytes of one answer
PATIENCE = 3.0  # seconds for one answer
SSH = 22
ERROR = 400  # and above: a status that is an error

NONE: Mapping[str, str | int] = MappingProxyType({})

T = TypeVar("T")
Params: TypeAlias = Mapping[str, str | int]


class AnswerError(Exception):
    """The engine, or the proxy before it, answered with an error.

    Attributes:
        status: of HTTP.
        path: that was asked for.
    """

    def __init__(self, status: int, path: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.path = path


class OverlongError(Exception):
    """An answer went on for longer than it may, in bytes or seconds."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A client, and the version of the API that its engine speaks."""

    client: docker.APIClient
    version: str


class Engine:
    """One engine; opened when first asked, and again after it failed."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._threads = ThreadPoolExecutor(THREADS, "docker")
        self._opened: Opened | None = None
        self._opening = threading.Lock()
        self._closed = threading.Event()

    async def json(self, path: str, params: Params = NONE, *, seconds: float = PATIENCE) -> Any:  # noqa: ANN401 -- JSON
        """What stands at a path, such as "/containers/json".

        Raises:
            AnswerError: an error of the engine's.
            OverlongError: it did not end in time.
            Exception: whatever keeps it from being reached; see `failure`.
        """
        said, _ = await self.dated(path, params, seconds=seconds)
        return said

    async def dated(
        self, path: str, params: Params = NONE, *, seconds: float = PATIENCE
    ) -> tuple[Any, datetime]:
        """The same, with the time of day by the engine's own clock."""
        body, now = await self.run(functools.partial(self._whole, path, params, seconds))
        return json.loads(body), now

    async def lines(self, path: str, params: Params, *, seconds: float = PATIENCE) -> list[Any]:
        """The same of an answer that has one thing on each line and comes to an end by its parameters."""
        body, _ = await self.run(functools.partial(self._whole, path, params, seconds))
        return [json.loads(line) for line in body.splitlines() if line.strip()]

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in one of the engine's threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def pieces(self, path: str, params: Params, seconds: float) -> "Pieces":
        """An answer in pieces; blocks, so call it in `run`."""
        opened = self._client()
        try:
            response = opened.client.get(
                f"{opened.client.base_url}/v{opened.version}{path}",
                params=dict(params),
                stream=True,
                timeout=SOCKET,
                allow_redirects=False,
            )
        except Exception:  # whatever it is goes on to the caller, and nothing is left open
            self._forget(opened)
            raise
        return Pieces(response, path, time.monotonic() + seconds, self._closed)

    def close(self) -> None:
        """Let go of everything; threads end with their last read."""
        self._closed.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._opened:
            self._opened.client.close()

    def _whole(self, path: str, params: Params, seconds: float) -> tuple[bytes, datetime]:
        with self.pieces(path, params, seconds) as answer:
            body = bytearray()
            for piece in answer:
                body += piece
                if len(body) > MOST:
                    raise OverlongError(path)
            return bytes(body), answer.now

    def _client(self) -> Opened:
        with self._opening:
            if self._opened is None:
                self._opened = _open(self._place)
            return self._opened

    def _forget(self, opened: Opened) -> None:
        with self._opening:
            if self._opened is opened:
                self._opened = None
                opened.client.close()


class Pieces:
    """An answer as it comes in; leaving ends it."""

    def __init__(self, response: Any, path: str, deadline: float, closed: threading.Event) -> None:  # noqa: ANN401 -- a response of requests, which the SDK's types leave open
        self._response = response
        self._path = path
        self._deadline = deadline
        self._closed = closed

    @property
    def now(self) -> datetime:
        """The time of day by the engine's own clock. Raises ValueError if it does not say it."""
        return parsedate_to_datetime(self._response.headers.get("date", "")).astimezone(UTC)

    def __enter__(self) -> Self:
        if self._response.status_code >= ERROR:
            said = next(iter(self._response.iter_content(PIECE)), b"").decode(errors="replace")
            self._response.close()
            raise AnswerError(self._response.status_code, self._path, said)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._response.close()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._response.iter_content(PIECE):
            if self._closed.is_set() or time.monotonic() > self._deadline:
                raise OverlongError(self._path)
            yield piece


def _open(place: Place) -> Opened:
    _knock(urlsplit(place.url))
    client = docker.APIClient(
        place.url,
        version=DEFAULT_DOCKER_API_VERSION,  # asked below: the SDK would leave a failed client open
        timeout=int(SOCKET),
        tls=_tls(place.tls) if place.tls else False,
        max_pool_size=THREADS,
    )
    client.trust_env = False  # no proxies, no .netrc
    try:
        return Opened(client, _version(client))
    except Exception:  # as above
        client.close()
        raise


def _knock(address: SplitResult) -> None:
    """See whether somebody is there: the SDK leaves refused sockets open, and waits for ssh without end."""
    if address.scheme == "unix":
        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.settimeout(SOCKET)
            knocking.connect(address.path)
    elif address.scheme == "ssh":
        with contextlib.suppress(socket.gaierror):  # the name may be one of ssh's own configuration
            socket.create_connection((address.hostname, address.port or SSH), timeout=SOCKET).close()


def _version(client: docker.APIClient) -> str:
    """The version of the API that the engine speaks; this path alone stands under none."""
    response = client.get(f"{client.base_url}/version", timeout=SOCKET, allow_redirects=False)
    if response.status_code >= ERROR:
        raise AnswerError(response.status_code, "/version", response.text)
    return str(response.json()["ApiVersion"])


def _tls(files: Tls) -> TLSConfig:
    pair = (str(files.cert), str(files.key)) if files.cert and files.key else None
    return TLSConfig(client_cert=pair, ca_cert=str(files.ca), verify=True)
