"""Whether a port speaks the other one of http and https than it was asked in."""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Coroutine
from urllib.parse import urlsplit

from diagnostics.probes.http.answer import PORTS, Answer
from diagnostics.probes.http.codes import Code

KNOCK = 0.8  # seconds
SECURE, PLAIN = "https", "http"
SAYS_SECURE = re.compile(  # nginx, Go, Apache
    r"HTTP request was sent to HTTPS|HTTP request to an HTTPS|plain HTTP to an SSL", re.IGNORECASE
)
MISTAKEN = 400  # what a port of https answers to plain words
FIRST = 64  # bytes
SPOKE = "first byte"  # the phase after which it has spoken http


async def other(answer: Answer) -> str:
    """The scheme that the port speaks, where it is the other one; else empty."""
    parts = urlsplit(answer.address)
    host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    if parts.scheme == PLAIN and answer.status == MISTAKEN and SAYS_SECURE.search(answer.body):
        return SECURE
    if parts.scheme == PLAIN and answer.failure is Code.BROKEN and SPOKE not in dict(answer.phases):
        return SECURE if await _knocked(_shakes_hands(host, port)) else ""
    if parts.scheme == SECURE and answer.failure is Code.TLS_FAILED:
        return PLAIN if await _knocked(_answers_plainly(host, port)) else ""
    return ""


async def _knocked(knock: Coroutine[None, None, bool]) -> bool:
    try:
        async with asyncio.timeout(KNOCK):
            return await knock
    except (OSError, ValueError, EOFError):  # a TimeoutError and an SSLError are an OSError too
        return False


async def _shakes_hands(host: str, port: int) -> bool:
    """Whatever certificate it shows: nothing is said to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def _answers_plainly(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"HEAD / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        said = await reader.read(FIRST)
    finally:
        writer.close()
    return said.startswith(b"HTTP/") and not re.match(rb"HTTP/\S+ 400", said)
