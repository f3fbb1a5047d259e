"""One request to a configured address and its answer as JSON, bounded in time and size."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from mitigations.wording import lasting

PATIENCE = 5.0  # seconds for one answer, unless told otherwise
LARGEST = 4 * 1024**2  # bytes of an answer
FORBIDDEN = frozenset({401, 403})

Json: TypeAlias = Any  # what json.loads gives; whoever reads it checks what matters


class SilentError(Exception):
    """No answer, or none that makes sense; what was asked for may have happened. The text is ours.

    Attributes:
        sent: whether the other side may have heard it at all.
    """

    def __init__(self, text: str, *, sent: bool = True) -> None:
        super().__init__(text)
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Answer:
    """A status of HTTP and what came with it; None if that was no JSON."""

    status: int
    body: Json

    @property
    def well(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300  # noqa: PLR2004 -- as HTTP numbers them


def refusal(answer: Answer) -> str:
    """What a service's own address says that was asked for a change, and what helps."""
    if answer.status in FORBIDDEN:
        return f"its service does not let this token do that (HTTP {answer.status}). Change it there by hand."
    return f"its service answered with HTTP {answer.status}. Change it there by hand, or try again."


def unmoved(seconds: float) -> str:
    """What is said where a service takes a change, and nothing of it is seen within that time."""
    return f"its service said yes, but nothing came of it within {lasting(seconds)}. Change it there by hand."


class Wire:
    """Speaks to one address; follows no redirect and goes through no proxy.

    Args:
        base: "http://host:port", or any such for a socket.
        socket: the path of a Unix socket to go through.
        tls: how an encrypted address is trusted, and what we show it.
        headers: sent with every request.
    """

    def __init__(
        self,
        base: str,
        *,
        socket: str | None = None,
        tls: ssl.SSLContext | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        transport = httpx.AsyncHTTPTransport(uds=socket, verify=tls or True, retries=0, trust_env=False)
        self._client = httpx.AsyncClient(
            base_url=base, transport=transport, headers=headers, follow_redirects=False, trust_env=False
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        seconds: float = PATIENCE,
    ) -> Answer:
        """Ask and wait for that many seconds. Raises SilentError."""
        try:
            async with self._client.stream(
                method, path, params=params, headers=headers, content=content, timeout=seconds
            ) as response:
                body = bytearray()
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > LARGEST:
                        raise SilentError("its answer is too long")
                return Answer(response.status_code, _json(bytes(body)))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise SilentError(f"it cannot be spoken to ({type(error).__name__})", sent=False) from None
        except httpx.TimeoutException:
            raise SilentError("it does not answer in time") from None
        except httpx.HTTPError as error:
            raise SilentError(f"it cannot be spoken to ({type(error).__name__})") from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


def _json(body: bytes) -> Json:
    try:
        return json.loads(body)
    except ValueError:
        return None
