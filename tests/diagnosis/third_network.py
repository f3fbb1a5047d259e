"""Certificates and names, ill or only odd, of the third round of unknown faults."""

import asyncio
import contextlib
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from incidents.evidence import Examination
from tests.diagnosis import names
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.names import by, has
from tests.diagnosis.network import Trusted, front, opened
from tests.diagnostics.tls import conftest as tls

UNRECOGNISED = b"\x15\x03\x03\x00\x02\x02\x70"  # the alert of a port that does not know the name


@asynccontextmanager
async def nameless() -> AsyncIterator[int]:
    """A port that has no certificate for the name that it is asked for."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(UNRECOGNISED)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def unknown_name(at: Trusted) -> Examination:
    async with nameless() as port:
        return await looked_at(front(port) | {"authority": at.file})


async def many_names(at: Trusted) -> Examination:
    """A wildcard among forty others."""
    others = (f"n{number}.example.com" for number in range(40))
    leaf = at.authority.issue_cert("*.shop.test", *others, not_after=tls.days(90))
    async with tls.serving(leaf) as port:
        return await looked_at(front(port) | {"authority": at.file, "server_name": "api.shop.test"})


@contextmanager
def short_key() -> Iterator[Path]:
    """A certificate with an RSA key of 1024 bits that vouches for itself, and the key."""
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 -- the fault
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.test")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), tls.days(-10), tls.days(90)
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.test")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    shape = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    with tempfile.TemporaryDirectory(prefix="tocsin-tls-") as folder:
        file = Path(folder) / "both.pem"
        private = key.private_bytes(serialization.Encoding.PEM, *shape)
        file.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        yield file


async def weak(_at: Trusted) -> Examination:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with short_key() as file:
        context.load_cert_chain(file)
        async with await asyncio.start_server(hold, "127.0.0.1", 0, ssl=context) as server:
            port = server.sockets[0].getsockname()[1]
            return await looked_at(front(port) | {"authority": str(file)})


TLS = Group(
    "TLS third",
    opened,
    (
        Case("a wildcard among forty names", NOTHING, many_names),
        Case("a name that the port does not know", "TLS_FAILURE", unknown_name),
        Case("a key of 1024 bits", "TLS_FAILURE", weak),
    ),
)

DNS = Group(
    "DNS third",
    names.opened,
    (
        Case("addresses of IPv6 alone", NOTHING, by(has("@ AAAA fd00:10::1", "@ AAAA fd00:10::2"))),
        Case(
            "name servers of a zone that are away",
            "DNS_FAILURE",
            by(has("eu NS ns1.eu", "ns1.eu A 127.0.0.2"), names=("eu.shop.test",)),
        ),
    ),
)
