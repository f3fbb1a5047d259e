"""Whether a port that could not be spoken to speaks plainly where TLS was tried, or TLS where it was not."""

import asyncio
import ssl
from contextlib import suppress
from typing import Any

from redis.asyncio.connection import SSLConnection, parse_url

from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.section import RedisSection

PATIENCE = 0.8  # seconds for the other way, beside those that the first took
PLAIN = b"+-"  # how every answer of a Redis to a plain PING begins
ALERT = "ALERT"  # in OpenSSL's words for a refusal that was said in TLS
PORT = 6379
UNCLEAR = frozenset({Code.NO_ANSWER, Code.TLS_FAILED, Code.NOT_CONNECTED})


async def other_way(section: RedisSection) -> Code | None:
    """What the port speaks instead of what its address says; None if it does not answer that way either.

    Nothing secret is said: a PING without a password, or a handshake that ends before anything is said.
    """
    url: dict[str, Any] = {**parse_url(section.url.get_secret_value())}
    place = str(url.get("host", "localhost")), int(url.get("port", PORT))
    encrypted = url.get("connection_class") is SSLConnection
    if "path" in url:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            if encrypted:
                return Code.NO_TLS if await _plain(*place) else None
            return Code.TLS_WANTED if await _encrypted(*place) else None
    except (OSError, TimeoutError, EOFError):
        return None


async def _plain(host: str, port: int) -> bool:
    """Whether a plain PING is answered as a Redis answers."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(b"PING\r\n")
        begin = await reader.read(1)
        return bool(begin) and begin in PLAIN
    finally:
        writer.close()


async def _encrypted(host: str, port: int) -> bool:
    """Whether a handshake is answered, be its certificate what it may."""
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=unverified)
    except ssl.SSLError as error:  # such as that we lack a certificate, which is TLS all the same
        return ALERT in (error.reason or "")
    with suppress(OSError):
        writer.close()
    return True
