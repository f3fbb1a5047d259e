"""Why an address was not reached, read from whatever a client library raised."""

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from enum import Enum, auto

ROUTE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN})
SEVERAL = "Multiple exceptions: "  # how asyncio tells of a host with several addresses, all of which failed
NUMBER = re.compile(r"\[Errno (\d{1,5})\]")


class Unreached(Enum):
    """One reason each."""

    CERTIFICATE = auto()  # the certificate was not accepted; `certificate_error` has the reason
    TLS = auto()  # no agreement about encryption
    NO_ADDRESS = auto()  # the host's name is not known
    NO_ANSWER = auto()  # nothing came back in time
    REFUSED = auto()  # nothing listens
    NO_ROUTE = auto()  # the network knows no way there
    BROKEN = auto()  # the other side ended the connection
    OTHER = auto()


def unreached(error: BaseException) -> Unreached:
    """The reason behind an error, wherever in its chain of causes it stands."""
    reasons = (_reason(link) for link in chain(error))
    return next((reason for reason in reasons if reason), Unreached.OTHER)


def certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """What OpenSSL said of the certificate; None if that is not what failed."""
    return next((link for link in chain(error) if isinstance(link, ssl.SSLCertVerificationError)), None)


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, the innermost first."""
    links: list[BaseException] = []
    link: BaseException | None = error
    while link and link not in links:
        links.append(link)
        link = link.__cause__ or link.__context__
    return reversed(links)


def _reason(error: BaseException) -> Unreached | None:  # noqa: PLR0911 -- one line for each reason
    match error:
        case ssl.SSLCertVerificationError():
            return Unreached.CERTIFICATE
        case ssl.SSLError():
            return Unreached.TLS
        case socket.gaierror() | UnicodeError():
            return Unreached.NO_ADDRESS
        case TimeoutError():
            return Unreached.NO_ANSWER
        case ConnectionRefusedError() | FileNotFoundError():
            return Unreached.REFUSED
        case OSError() if str(error).startswith(SEVERAL):
            return _of_several(str(error))
        case OSError() if error.errno in ROUTE:
            return Unreached.NO_ROUTE
        case ConnectionResetError() | ConnectionAbortedError() | BrokenPipeError() | EOFError():
            return Unreached.BROKEN
        case _:
            return None


def _of_several(said: str) -> Unreached | None:
    """The reason of the first address that says more than that there is no way to it."""
    reasons = [_reason(OSError(int(number), "")) for number in NUMBER.findall(said)]
    telling = [reason for reason in reasons if reason not in {None, Unreached.NO_ROUTE}]
    return next(iter(telling or reasons), None)
