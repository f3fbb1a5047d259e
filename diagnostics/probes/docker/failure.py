"""What it means when an engine cannot be asked."""

import socket
import ssl
from collections.abc import Iterator

import paramiko

from diagnostics.probe import Probe, SkippedError
from diagnostics.probes.docker.codes import Code, described
from diagnostics.probes.docker.engine import SOCKET, AnswerError, OverlongError
from diagnostics.wording import duration
from incidents.evidence import Figure, Finding, Health

FORBIDDEN = frozenset({401, 403})
NOT_OFFERED = frozenset({404, 501})
GRANTS = {  # of the usual socket proxies
    "/containers": "CONTAINERS=1",
    "/events": "EVENTS=1",
    "/images": "IMAGES=1",
    "/system": "SYSTEM=1",
    "/version": "VERSION=1",
}
SAYS = {
    Code.NO_SOCKET: "There is no socket at {address}",
    Code.NO_RIGHT: "Tocsin may not use the socket of the engine at {address}",
    Code.REFUSED: "Nothing listens at the engine's address {address}",
    Code.NO_ANSWER: f"The engine at {{address}} does not answer within {duration(SOCKET)}",
    Code.TLS_FAILED: "The engine at {address} cannot be spoken to: encryption fails",
    Code.NO_ADDRESS: "The host name of the engine at {address} is not known here",
    Code.SSH_FAILED: "The engine's machine at {address} does not let us in",
    Code.FORBIDDEN: "The proxy at {address} forbids what is needed to see containers",
    Code.BROKEN: "The engine at {address} gave no answer that makes sense",
}
CRITICAL = frozenset({Code.NO_SOCKET, Code.REFUSED, Code.NO_ANSWER})


def unreached(target: str, probe: str, address: str, error: BaseException) -> Finding:
    """The finding about an engine that could not be asked."""
    code = condition(error)
    entry = described(code)
    return Finding(
        code=code,
        probe=probe,
        target=target,
        health=Health.CRITICAL if code in CRITICAL else Health.UNKNOWN,
        sentence=f"{SAYS[code].format(address=address)} ({_reason(error)}).",
        figures=(Figure("error", _reason(error)), Figure("address", address)),
        meaning=entry.meaning,
        next_step=entry.next_step,
    )


def explain(target: str, probe: Probe, address: str, error: Exception) -> Finding | None:
    """The finding behind a failed look; None for a fault of our own.

    Raises:
        SkippedError: the proxy forbids it, or this engine does not offer it.
    """
    match error:
        case AnswerError() if error.status in FORBIDDEN:
            raise SkippedError(f"the proxy forbids it: set {grant(error.path)} there") from error
        case AnswerError() if error.status in NOT_OFFERED:
            raise SkippedError("this engine does not offer it") from error
        case AnswerError() | OverlongError() | OSError() | paramiko.SSHException():
            return unreached(target, probe.id, address, error)
        case _:
            return None


def grant(path: str) -> str:
    """What the usual socket proxies call the right to a path."""
    return next((word for begin, word in GRANTS.items() if path.startswith(begin)), "the right to it")


def condition(error: BaseException) -> Code:  # noqa: PLR0911 -- one line for each way of failing
    """Which failure this is; libraries wrap the cause several times."""
    chain = tuple(_chain(error))
    for cause in chain:
        match cause:
            case FileNotFoundError():
                return Code.NO_SOCKET
            case PermissionError():
                return Code.NO_RIGHT
            case ConnectionRefusedError():
                return Code.REFUSED
            case ssl.SSLError():
                return Code.TLS_FAILED
            case socket.gaierror():
                return Code.NO_ADDRESS
            case paramiko.SSHException():
                return Code.SSH_FAILED
            case AnswerError() if cause.status in FORBIDDEN:
                return Code.FORBIDDEN
            case OverlongError() | TimeoutError():
                return Code.NO_ANSWER
            case _:
                continue
    return Code.BROKEN


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from, the innermost first."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(seen) < 20:  # noqa: PLR2004 -- deeper than any library wraps
        link = waiting.pop()
        if isinstance(link, BaseException) and link not in seen:
            seen.append(link)
            waiting += [link.__context__, link.__cause__, getattr(link, "reason", None), *link.args]
            waiting += dict(getattr(link, "errors", None) or {}).values()  # paramiko: one for each address
    yield from reversed(seen)


def _reason(error: BaseException) -> str:
    """The name of what went wrong, which holds no text of others."""
    innermost = next(_chain(error))
    if isinstance(innermost, AnswerError):
        return f"HTTP {innermost.status}"
    return type(innermost).__name__
