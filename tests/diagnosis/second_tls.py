"""Odd certificates, and ports that show them, of the second round of unknown faults."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.network import Trusted, certificate, front, opened
from tests.diagnostics.tls import conftest as tls


def partial_chain(at: Trusted) -> trustme.LeafCert:
    """Without the certificate between it and the authority."""
    leaf = at.authority.create_child_ca().issue_cert("shop.test", not_after=tls.days(90))
    leaf.cert_chain_pems[:] = leaf.cert_chain_pems[:1]
    object.__setattr__(
        leaf,
        "private_key_and_cert_chain_pem",
        trustme.Blob(leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes()),
    )
    return leaf


async def incomplete(at: Trusted) -> Examination:
    async with tls.serving(partial_chain(at)) as port:
        return await looked_at(front(port) | {"authority": at.file})


def made(
    host: str, issuer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None, ends: float, *, ca: bool
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    by, with_key = issuer or (name, key)
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=ends))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    )
    return built.sign(with_key, hashes.SHA256()), key


def pem(*parts: x509.Certificate | ec.EllipticCurvePrivateKey) -> bytes:
    return b"".join(
        part.public_bytes(serialization.Encoding.PEM)
        if isinstance(part, x509.Certificate)
        else part.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        for part in parts
    )


@asynccontextmanager
async def port_of(
    chain: bytes, change: Callable[[ssl.SSLContext], None] = lambda _c: None
) -> AsyncIterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with trustme.Blob(chain).tempfile() as file:
        context.load_cert_chain(file)
    change(context)

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await reader.read()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


async def wildcard(at: Trusted) -> Examination:
    leaf = at.authority.issue_cert("*.shop.test", not_after=tls.days(90))
    async with tls.serving(leaf) as port:
        return await looked_at(front(port) | {"authority": at.file, "server_name": "www.shop.test"})


async def old_middle(_at: Trusted) -> Examination:
    """The certificate in the middle of the chain ended, the one of the host did not."""
    root, root_key = made("root.test", None, 900, ca=True)
    middle, middle_key = made("middle.test", (root.subject, root_key), -2, ca=True)
    leaf, key = made("shop.test", (middle.subject, middle_key), 60, ca=False)
    with trustme.Blob(pem(root)).tempfile() as authority:
        async with port_of(pem(key, leaf, middle)) as port:
            return await looked_at(front(port) | {"authority": authority})


async def fake(at: Trusted) -> Examination:
    """No virtual host has this name, so the proxy shows the certificate it was born with."""
    leaf, key = made("Kubernetes Ingress Controller Fake Certificate".replace(" ", "-"), None, 300, ca=False)
    async with port_of(pem(key, leaf)) as port:
        return await looked_at(front(port) | {"authority": at.file})


async def plain(at: Trusted) -> Examination:
    """Whoever listens there speaks HTTP without encryption."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        return await looked_at(front(server.sockets[0].getsockname()[1]) | {"authority": at.file})


async def extra_root(at: Trusted) -> Examination:
    """An expired root is sent along, and nobody needs it."""
    old, _key = made("DST-Root-X3", None, -30, ca=True)
    leaf = at.authority.issue_cert("shop.test", not_after=tls.days(90))
    async with tls.serving(leaf, trustme.Blob(pem(old))) as port:
        return await looked_at(front(port) | {"authority": at.file})


TLS = Group(
    "TLS second",
    opened,
    (
        Case("an expired root sent along", NOTHING, extra_root),
        Case("a wildcard", NOTHING, wildcard),
        Case("the chain lacks its middle", "TLS_FAILURE", incomplete),
        Case("the middle of the chain expired", "CERT_EXPIRY", old_middle),
        Case("the certificate lacks www", "TLS_FAILURE", certificate("www.shop.test")),
        Case("the proxy's own fake certificate", "TLS_FAILURE", fake),
        Case("plain HTTP on the port", "TLS_FAILURE", plain),
    ),
)
