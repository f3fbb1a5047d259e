"""Certificates and a service over HTTP: each with its faults, and well."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnostics.redis.server import free_port
from tests.diagnostics.serving import Handler, says, serving
from tests.diagnostics.tls import conftest as tls

Act = Callable[["Trusted"], Awaitable[Examination]]


@dataclass(frozen=True, slots=True)
class Trusted:
    """An authority, and the file by which it is trusted."""

    authority: trustme.CA
    file: str


@asynccontextmanager
async def opened() -> AsyncIterator[Trusted]:
    with tempfile.TemporaryDirectory(prefix="tocsin-tls-") as folder:
        authority, file = trustme.CA(), Path(folder) / "authority.pem"
        authority.cert_pem.write_to_path(file)
        yield Trusted(authority, str(file))


def certificate(*hosts: str, begins: float = -100, left: float = 90, trusts: bool = True) -> Act:
    """A port with a certificate for these hosts, that ends in so many days."""

    async def act(at: Trusted) -> Examination:
        leaf = at.authority.issue_cert(*hosts, not_before=tls.days(begins), not_after=tls.days(left))
        async with tls.serving(leaf) as port:
            return await looked_at(front(port) | ({"authority": at.file} if trusts else {}))

    return act


def front(port: int) -> dict[str, object]:
    return {"kind": "tls", "name": "front", "host": "127.0.0.1", "port": port, "server_name": "shop.test"}


async def no_port(_at: Trusted) -> Examination:
    return await looked_at(front(free_port()))


def service(handlers: Mapping[str, Handler]) -> Act:
    async def act(_at: Trusted) -> Examination:
        async with serving(handlers) as url:
            return await looked_at(
                {"kind": "http", "name": "api", "url": url, "health": "/health", "ready": "/ready"}
            )

    return act


async def no_service(_at: Trusted) -> Examination:
    return await looked_at({"kind": "http", "name": "api", "url": f"http://127.0.0.1:{free_port()}"})


async def silent_service(_at: Trusted) -> Examination:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await looked_at({"kind": "http", "name": "api", "url": f"http://127.0.0.1:{port}"})


WELL = says({"status": "ok"})
TLS = Group(
    "TLS",
    opened,
    (
        Case("good for 90 days", NOTHING, certificate("shop.test")),
        Case("good for 20 days", NOTHING, certificate("shop.test", left=20)),
        Case("expired", "CERT_EXPIRY", certificate("shop.test", left=-4)),
        Case("expiring in 10 days", "CERT_NEAR", certificate("shop.test", left=10)),
        Case("for another host", "TLS_FAILURE", certificate("old.test")),
        Case("expired, for another host", "CERT_EXPIRY", certificate("old.test", left=-4)),
        Case("an unknown issuer", "TLS_FAILURE", certificate("shop.test", trusts=False)),
        Case("not valid yet", "TLS_FAILURE", certificate("shop.test", begins=2)),
        Case("nothing listens", "TLS_PORT_DOWN", no_port),
    ),
)
HTTP = Group(
    "HTTP",
    opened,
    (
        Case("healthy and ready", NOTHING, service({"/health": WELL, "/ready": WELL})),
        Case(
            "alive, not ready for its database",
            "DEPENDENCY_DOWN",
            service({"/health": WELL, "/ready": says({"status": "down", "checks": {"db": "down"}}, 503)}),
        ),
        Case("answers 500", "HTTP_ERRORS", service({"/health": says({}, 500), "/ready": says({}, 500)})),
        Case("stopped", "HTTP_DOWN", no_service),
        Case("frozen", "HTTP_DOWN", silent_service),
    ),
)
