"""What the tests of looking at certificates share: an authority, ports with its certificates, a look."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
import trustme

from diagnostics.examine import Examiner
from diagnostics.probes.tls.codes import CODES
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.evidence import Examination
from tests.diagnostics.described import assert_described


def days(number: float) -> datetime:
    """So many days from now, and an hour more, so that the day is full."""
    return datetime.now(UTC) + timedelta(days=number, hours=1)


class Looked(Protocol):
    """Looks at a port of this machine, as a service with the test's authority among those it trusts."""

    async def __call__(
        self, port: int, *, host: str = ..., server_name: str = ..., trusts: bool = ...
    ) -> Examination: ...


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def looked(authority: trustme.CA, tmp_path: Path) -> Looked:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)

    async def look(
        port: int, *, host: str = "127.0.0.1", server_name: str = "shop.test", trusts: bool = True
    ) -> Examination:
        section: dict[str, object] = {"kind": "tls", "name": "front", "host": host, "port": port}
        section["server_name"] = server_name
        if trusts:
            section["authority"] = str(file)
        targets = {"shop": read_targets("shop", [section], environ={})}
        async with Examiner(targets, clock=lambda: days(0), redactor=Redactor(), patience=30) as examiner:
            seen = [examination async for examination in examiner.examine("front", "shop")][-1]
        assert_described(seen.findings, CODES)
        return seen

    return look


@asynccontextmanager
async def serving(certificate: trustme.LeafCert, *above: trustme.Blob) -> AsyncIterator[int]:
    """A port with that certificate, its chain, and what else is sent above it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    parts = (certificate.private_key_and_cert_chain_pem, *above)
    with trustme.Blob(b"".join(part.bytes() for part in parts)).tempfile() as file:
        context.load_cert_chain(file)

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]
