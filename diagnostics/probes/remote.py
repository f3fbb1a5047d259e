"""Asks other systems' JSON interfaces: one GET, bounded, without redirects or retries; and why one failed."""

import asyncio
import json
import ssl
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from socket import gaierror

import httpx
import httpx2

ANSWER = 2.5  # seconds for one request; less than a probe's deadline
MOST = 2 * 1024**2  # bytes of one answer
GOOD, SERVER = 200, 500  # of HTTP
SILENT = (TimeoutError, httpx.TimeoutException, httpx2.TimeoutException)
WIRE = (httpx.TransportError, httpx2.TransportError, OSError)


class Fault(Enum):
    """Why another system could not be asked."""

    REFUSED = auto()  # nothing listens
    NO_ANSWER = auto()
    NO_ADDRESS = auto()
    TLS_FAILED = auto()
    BROKEN = auto()  # the connection ended, a 5xx, or an answer that cannot be read
    UNAUTHORISED = auto()  # 401
    FORBIDDEN = auto()  # 403
    NOT_THERE = auto()  # 404
    LIMITED = auto()  # it asks for fewer requests


class RemoteError(Exception):
    """A request that brought no answer worth reading; `what` names what was asked for."""

    def __init__(self, fault: Fault, what: str = "", status: int = 0) -> None:
        super().__init__(f"{fault.name} {what}")
        self.fault = fault
        self.what = what
        self.status = status


class Remote:
    """A JSON interface at one fixed address.

    Args:
        url: its beginning, such as "https://api.github.com".
        headers: sent with every request; they may hold a token and are never shown.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"user-agent": "tocsin-probe", **headers},
            timeout=httpx.Timeout(ANSWER),
            follow_redirects=False,
            trust_env=False,
        )

    async def get(self, path: str, what: str, **params: str | int) -> object:
        """The JSON at a path.

        Args:
            path: from configuration, never from chat.
            what: what is asked for, such as "deployments"; it names the missing permission.
            params: of the query.

        Raises:
            RemoteError: whatever went wrong.
        """
        try:
            async with asyncio.timeout(ANSWER), self._client.stream("GET", path, params=params) as response:
                body = await _body(response) if response.status_code == GOOD else b""
                if fault := _status(response):
                    raise RemoteError(fault, what, response.status_code)
            return json.loads(body)
        except (*SILENT, *WIRE) as error:
            raise RemoteError(fault_of(error), what) from error
        except (ValueError, RecursionError) as error:
            raise RemoteError(Fault.BROKEN, what, GOOD) from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST:
            raise ValueError("more than is read")
    return bytes(body)


def _status(response: httpx.Response) -> Fault | None:
    spent = response.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in response.headers
    match response.status_code:
        case 200:
            return None
        case 401:
            return Fault.UNAUTHORISED
        case 429:
            return Fault.LIMITED
        case 403:
            return Fault.LIMITED if spent else Fault.FORBIDDEN
        case 404:
            return Fault.NOT_THERE
        case _:
            return Fault.BROKEN


def fault_of(error: BaseException) -> Fault:
    """The fault behind an error of the wire, of either HTTP client."""
    causes = tuple(_chain(error))
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Fault.TLS_FAILED
    if any(isinstance(cause, gaierror) for cause in causes):
        return Fault.NO_ADDRESS
    if isinstance(error, SILENT):
        return Fault.NO_ANSWER
    refused = (httpx.ConnectError, httpx2.ConnectError, ConnectionRefusedError)
    return Fault.REFUSED if isinstance(error, refused) else Fault.BROKEN


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__
