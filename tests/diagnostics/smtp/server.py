"""A mail server of the tests' own: aiosmtpd, and one that says lines which aiosmtpd would not."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from aiosmtpd.smtp import LoginPassword as Login

PASSWORD = "hunter2-and-more"


class Mail:
    """What the server does with a client; it remembers every command."""

    def __init__(self, *, hello: str = "") -> None:
        self.mails: list[Envelope] = []
        self.logins = 0
        self._hello = hello

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's own name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [self._hello] if self._hello else responses

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        self.mails.append(envelope)
        return "250 OK"

    def knows(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        self.logins += 1
        return AuthResult(
            success=isinstance(data, Login) and data.password == PASSWORD.encode(), handled=False
        )


def leaf(authority: trustme.CA, *names: str, left: float = 90) -> trustme.LeafCert:
    """A certificate for these names, or for localhost, that ends in so many days and an hour."""
    ends = datetime.now(UTC) + timedelta(days=left, hours=1)
    begins = ends - timedelta(days=200)
    return authority.issue_cert(*(names or ("localhost",)), not_before=begins, not_after=ends)


def encrypted(authority: trustme.CA, *names: str, left: float = 90) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    leaf(authority, *names, left=left).configure_cert(context)
    return context


@asynccontextmanager
async def serving(
    mail: Mail, *, context: ssl.SSLContext | None = None, at_once: bool = False
) -> AsyncIterator[int]:
    """An aiosmtpd with that behaviour; encrypted on demand, or at once."""

    def made() -> SMTP:
        return SMTP(
            mail,
            hostname="mail.test",
            tls_context=None if at_once else context,
            authenticator=mail.knows,
            auth_require_tls=not at_once,
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(
        made, "127.0.0.1", 0, ssl=context if at_once else None
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def saying(*lines: bytes) -> AsyncIterator[int]:
    """A stand-in that says one line to begin with, and the next after each that it hears."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            for line in lines:
                writer.write(line)
                await writer.drain()
                await reader.readline()
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
