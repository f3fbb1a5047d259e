"""One GET as it went: status, time by phases, and the first 64 kB of what was said."""

import json
import ssl
import time
from dataclasses import dataclass, replace
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

import httpx

from diagnostics.probes.http.codes import Code

MOST = 64 * 1024  # bytes of a body, unless more is asked for
STEPS = 3  # redirects within the same origin
PORTS = {"http": 80, "https": 443}
PHASES = {
    "connection.connect_tcp": "connect",
    "connection.start_tls": "tls",
    "http11.receive_response_headers": "first byte",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one address, or why nothing did.

    Attributes:
        failure: the code of the failure; None if there was an answer.
        error: the name of what went wrong.
        seconds: from the first byte sent to the end of the body, redirects included.
        phases: seconds by phase, as far as they took place.
        away: the host that a redirect leads to, or the whole origin if it is another of the same host; not
            followed.
        media: what the body is by its own header, such as "text/html".
        cut: more of the body was there than was read.
        speaks: what the port speaks, where it is the other one of http and https than was asked.
    """

    address: str
    status: int = 0
    body: str = ""
    seconds: float = 0.0
    phases: tuple[tuple[str, float], ...] = ()
    failure: Code | None = None
    error: str = ""
    away: str = ""
    media: str = ""
    cut: bool = False
    speaks: str = ""

    @property
    def good(self) -> bool:
        """Whether it answered with 2xx."""
        return self.status // 100 == 2  # noqa: PLR2004 -- the class of success

    @property
    def said(self) -> object:
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Watch:
    """Notes when each phase of a request began and ended."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self.phases: dict[str, float] = {}

    async def note(self, event: str, _details: object) -> None:
        """Called by httpx as a request goes on."""
        name, _, moment = event.rpartition(".")
        phase = PHASES.get(name)
        if phase and moment == "started":
            self._begun[phase] = time.monotonic()
        elif phase and moment == "complete":
            self.phases[phase] = time.monotonic() - self._begun[phase]


Origin: TypeAlias = tuple[str, str, int | None]
"""Scheme, host and port: who answers there is one and the same."""


async def ask(client: httpx.AsyncClient, address: str, *, most: int = 0, login: bool = False) -> Answer:
    """GET an address, following redirects within its own origin only.

    A redirect from the usual port of http to the usual one of https on the same host is followed too, as
    whole sites are moved so; but not with a login, which belongs to the configured origin alone.

    Args:
        client: which follows no redirects by itself.
        address: from configuration.
        most: bytes of the body that are read, unless as usual.
        login: the client sends one.
    """
    begun, watch, place = time.monotonic(), Watch(), address
    try:
        for _ in range(STEPS):
            answer = await _get(client, place, watch, most=most or MOST, login=login)
            onward = _onward(place, answer)
            if not onward or answer.away:
                break
            place = onward
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:  # ValueError: a bad redirect
        answer = Answer(address, failure=_failure(error), error=type(error).__name__)
    took = time.monotonic() - begun
    return replace(answer, address=address, seconds=took, phases=tuple(watch.phases.items()))


async def _get(client: httpx.AsyncClient, address: str, watch: Watch, *, most: int, login: bool) -> Answer:
    async with client.stream("GET", address, extensions={"trace": watch.note}) as response:
        away = ""
        if response.has_redirect_location:
            goal = urljoin(address, response.headers["location"])
            away = _away(origin(address), origin(goal), login=login)
            return Answer(address, response.status_code, "" if away else goal, away=away)
        body = await _begin(response, most + 1)
        return Answer(
            address,
            response.status_code,
            _text(body[:most], response.charset_encoding or ""),
            media=response.headers.get("content-type", "").partition(";")[0].strip().casefold(),
            cut=len(body) > most,
        )


def origin(address: str) -> Origin:
    """Who answers at that address. Raises ValueError: its port is no number."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme)


def _away(here: Origin, goal: Origin, *, login: bool) -> str:
    """Where a redirect leads that is not followed; empty if it is."""
    scheme, host, port = goal
    moved = here == ("http", host, PORTS["http"]) and goal == ("https", host, PORTS["https"])
    if goal == here or (moved and not login):
        return ""
    return f"{scheme}://{host}{f':{port}' if port else ''}" if host == here[1] else host or "?"


def _onward(place: str, answer: Answer) -> str:
    redirected = answer.status // 100 == 3 and answer.body.startswith(("http://", "https://"))  # noqa: PLR2004 -- the class of redirects
    return answer.body if redirected and answer.body != place else ""


async def _begin(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes(MOST):
        body += piece
        if len(body) >= most:
            break
    return bytes(body[:most])


def _text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset or "utf-8", errors="replace")
    except LookupError:  # it names a character set that there is not
        return body.decode(errors="replace")


def _failure(error: Exception) -> Code:
    causes = []
    link: BaseException | None = error
    while link:
        causes.append(link)
        link = link.__cause__ or link.__context__
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Code.TLS_FAILED
    if any(type(cause).__name__ == "gaierror" for cause in causes):
        return Code.NO_ADDRESS
    if isinstance(error, httpx.TimeoutException):
        return Code.TIMED_OUT
    return Code.REFUSED if isinstance(error, httpx.ConnectError) else Code.BROKEN
