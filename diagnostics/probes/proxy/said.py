"""What one line of a proxy's log says, whichever proxy wrote it. No text of callers is kept."""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum
from math import isfinite
from typing import TypeAlias

LONGEST = 80  # characters of a name
ODD = re.compile(r"[^\w.:@\[\]/~-]")
SOCKET = "unix:"
HUNG_UP = 499  # what proxies write of a caller who went before the answer came
SERVER_ERROR = 500
FIRST, LAST = 100, 599  # statuses of HTTP
GATEWAY = frozenset({502, 503, 504})  # what a proxy answers for a back end


class Trouble(StrEnum):
    """Why the proxy answered in place of its back end; the value completes "...: no server"."""

    NO_SERVER = "no server"
    UNREACHED = "no connection"
    TIMED_OUT = "no answer in time"
    CUT_OFF = "ended in the middle"
    NO_ROUTE = "no route"
    LIMITED = "limited"
    EXHAUSTED = "the proxy is at its limit"
    UNRESOLVED = "no address"
    HANDSHAKE = "no handshake"
    UNFIT = "an answer that it does not take"
    QUEUED = "no free server in time"


class Giver(Enum):
    """Whose the status is."""

    BACK_END = "the back end"
    PROXY = "the proxy"
    UNTOLD = "not told"


@dataclass(frozen=True, slots=True)
class Try:
    """One server that was asked for one request."""

    server: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One request with what its caller was answered.

    Attributes:
        route: the router, back end or virtual host, where the form names it.
        tries: the servers that were asked, in order.
        seconds: from its first byte to the last of the answer.
    """

    status: int
    route: str = ""
    tries: tuple[Try, ...] = ()
    seconds: float | None = None
    giver: Giver = Giver.UNTOLD
    trouble: Trouble | None = None

    @property
    def failed(self) -> bool:
        """Whether its caller was let down by what stands behind."""
        return self.status >= SERVER_ERROR or self.trouble is Trouble.CUT_OFF


@dataclass(frozen=True, slots=True)
class Complaint:
    """A line about a server, or none, that stands beside the request's own line."""

    trouble: Trouble
    server: str = ""


@dataclass(frozen=True, slots=True)
class Turned:
    """A server that passed or failed the proxy's health check."""

    server: str
    up: bool


Said: TypeAlias = Request | Complaint | Turned


def name(text: object) -> str:
    """A name of the proxy's configuration as it may be shown; it could be a caller's word."""
    return ODD.sub("?", str(text)[:LONGEST]) if text and text != "-" else ""


def server(text: object) -> str:
    """A server's address without its scheme and path; of a socket, where it is."""
    address = str(text or "").rpartition("://")[2]
    if address.startswith(SOCKET):
        return name(SOCKET + address.removeprefix(SOCKET).partition(":")[0])
    return name(address.partition("/")[0])


def number(text: object) -> float | None:
    """What a form writes of a number; "-" is none."""
    try:
        value = float(str(text))
    except ValueError:
        return None
    return value if isfinite(value) else None


def answered(text: object) -> int:
    """A status of HTTP; 0 for anything else, such as that of a caller who hung up."""
    value = int(number(text) or 0)
    return value if FIRST <= value <= LAST else 0
