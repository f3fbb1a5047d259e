"""Faults of certificates thought of after their patterns; and odd but healthy ones."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import trustme

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.network import Trusted, front, opened
from tests.diagnostics.serving import says_text, serving
from tests.diagnostics.tls import conftest as tls

Speaks = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def port_of(speaks: Speaks, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await speaks(reader, writer)
        writer.close()

    async with await asyncio.start_server(whole, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def hold(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def no_intermediate(at: Trusted) -> Examination:
    """The leaf is sent, what vouches for it is not."""
    middle = at.authority.create_child_ca()
    leaf = middle.issue_cert("shop.test")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    parts = leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes()
    with trustme.Blob(parts).tempfile() as file:
        context.load_cert_chain(file)
    async with port_of(hold, context) as port:
        return await looked_at(front(port) | {"authority": at.file})


async def old_tls(at: Trusted) -> Examination:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    at.authority.issue_cert("shop.test").configure_cert(context)
    async with port_of(hold, context) as port:
        return await looked_at(front(port) | {"authority": at.file})


async def unknown_name(at: Trusted) -> Examination:
    """A server that knows other names only, and says so."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    at.authority.issue_cert("shop.test").configure_cert(context)
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    async with port_of(hold, context) as port:
        return await looked_at(front(port) | {"authority": at.file})


async def plain_http(_at: Trusted) -> Examination:
    async with serving({"/": says_text("hello")}) as url:
        return await looked_at(front(int(url.rsplit(":", 1)[1])))


async def silent_handshake(_at: Trusted) -> Examination:
    async with port_of(hold) as port:
        return await looked_at(front(port))


async def wildcard(at: Trusted) -> Examination:
    async with tls.serving(at.authority.issue_cert("*.shop.test", not_after=tls.days(40))) as port:
        return await looked_at(front(port) | {"authority": at.file, "server_name": "www.shop.test"})


async def renewed_by_itself(at: Trusted) -> Examination:
    async with tls.serving(at.authority.issue_cert("shop.test", not_after=tls.days(20))) as port:
        return await looked_at(front(port) | {"authority": at.file})


async def mutual(at: Trusted) -> Examination:
    """It wants a certificate of its clients, of which we have none."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    at.authority.issue_cert("shop.test").configure_cert(context)
    at.authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    async with port_of(hold, context) as port:
        return await looked_at(front(port) | {"authority": at.file})


TLS = Group(
    "TLS unseen",
    opened,
    (
        Case("a wildcard", NOTHING, wildcard),
        Case("20 days left, renewed by itself", NOTHING, renewed_by_itself),
        Case("clients need a certificate of their own", NOTHING, mutual),
        Case("a chain without its intermediate", "TLS_FAILURE", no_intermediate),
        Case("TLS 1.0 only", "TLS_FAILURE", old_tls),
        Case("a name that it does not serve", "TLS_FAILURE", unknown_name),
        Case("plain HTTP on the port", "TLS_FAILURE", plain_http),
        Case("a handshake that never comes", "TLS_PORT_DOWN", silent_handshake),
    ),
)
