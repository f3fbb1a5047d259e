"""Certificates, names, a mail server and a service over HTTP: each with its faults, and well."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.rcode
import trustme

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnostics.dns import conftest as names
from tests.diagnostics.redis.server import free_port
from tests.diagnostics.serving import Handler, says, serving
from tests.diagnostics.smtp import server as mail
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


def resolver(*replies: names.Reply) -> Act:
    """Names by resolvers that answer so."""

    async def act(_at: Trusted) -> Examination:
        return await asking(list(replies), [])

    return act


async def asking(replies: list[names.Reply], resolvers: list[str]) -> Examination:
    if not replies:
        section: dict[str, object] = {
            "kind": "dns",
            "name": "names",
            "names": [names.SHOP],
            "resolvers": resolvers,
        }
        return await looked_at(section)
    async with names.serving(replies[0]) as address:
        return await asking(replies[1:], [*resolvers, address])


def post(port: int, **settings: object) -> dict[str, object]:
    return {"kind": "smtp", "name": "mail", "host": "localhost", "port": port, **settings}


def mailing(*, password: str = mail.PASSWORD, left: float = 90, starttls: bool = True) -> Act:
    async def act(at: Trusted) -> Examination:
        context = mail.encrypted(at.authority, left=left) if starttls else None
        async with mail.serving(mail.Mail(), context=context) as port:
            login = {"user": "app", "password": password} if starttls else {}
            return await looked_at(post(port, authority=at.file, **login))

    return act


async def busy_mail(_at: Trusted) -> Examination:
    async with mail.saying(b"421 too busy\r\n") as port:
        return await looked_at(post(port))


async def no_mail(_at: Trusted) -> Examination:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return await looked_at(post(taken.getsockname()[1]))


async def silent_mail(_at: Trusted) -> Examination:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        return await looked_at(post(silent.getsockname()[1], patience=1))


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
DNS = Group(
    "DNS",
    opened,
    (
        Case("the name resolves", NOTHING, resolver(names.leads("10.0.0.1"))),
        Case("two resolvers agree", NOTHING, resolver(names.leads("10.0.0.1"), names.leads("10.0.0.1"))),
        Case("NXDOMAIN", "DNS_FAILURE", resolver(names.fails(dns.rcode.NXDOMAIN))),
        Case("SERVFAIL", "DNS_FAILURE", resolver(names.fails(dns.rcode.SERVFAIL))),
        Case("no answer", "DNS_FAILURE", resolver(names.silent)),
        Case(
            "one of two resolvers fails",
            "DNS_FAILURE",
            resolver(names.leads("10.0.0.1"), names.fails(dns.rcode.SERVFAIL)),
        ),
    ),
)
SMTP = Group(
    "SMTP",
    opened,
    (
        Case("a healthy mail server", NOTHING, mailing()),
        Case("nothing listens", "EMAIL_NOT_SENDING", no_mail),
        Case("no STARTTLS", "EMAIL_NOT_SENDING", mailing(starttls=False)),
        Case("a wrong password", "EMAIL_NOT_SENDING", mailing(password="an-old-password")),
        Case("an expired certificate", "EMAIL_NOT_SENDING", mailing(left=-4)),
        Case("too busy (421)", "EMAIL_NOT_SENDING", busy_mail),
        Case("frozen", "EMAIL_NOT_SENDING", silent_mail),
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
