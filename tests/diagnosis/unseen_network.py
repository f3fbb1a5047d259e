"""Faults of certificates, names and mail thought of after their patterns; and odd but healthy ones."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import trustme

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.network import Trusted, front, mailing, opened, post, resolver
from tests.diagnostics.dns import conftest as names
from tests.diagnostics.serving import says_text, serving
from tests.diagnostics.smtp import server as mail
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


def alias(*chain: str, address: str = "") -> names.Reply:
    """A chain of names, perhaps with an address at its end."""

    def reply(question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        link = question.question[0].name
        for target in chain:
            answer.answer.append(dns.rrset.from_text(link, 60, "IN", "CNAME", target))
            link = dns.name.from_text(target)
        if address and question.question[0].rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(link, 60, "IN", "A", address))
        return answer

    return reply


def dangling(question: dns.message.Message) -> dns.message.Message:
    answer = alias("shop.cdn.test.")(question)
    assert isinstance(answer, dns.message.Message)
    answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


def truncated(question: dns.message.Message) -> dns.message.Message:
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.TC
    return answer


async def blocked_mail(_at: Trusted) -> Examination:
    async with mail.saying(
        b"554 5.7.1 Service unavailable; client [10.0.0.1] blocked using zen.spamhaus.org\r\n"
    ) as port:
        return await looked_at(post(port))


async def mail_tls_at_once(at: Trusted) -> Examination:
    """The port speaks TLS from the first byte, and we were told otherwise."""
    async with mail.serving(mail.Mail(), context=mail.encrypted(at.authority), at_once=True) as port:
        return await looked_at(post(port, authority=at.file))


async def full_mail(_at: Trusted) -> Examination:
    async with mail.saying(
        b"220 mail.test ESMTP\r\n", b"452 4.3.1 Insufficient system storage\r\n", b"221 bye\r\n"
    ) as port:
        return await looked_at(post(port))


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
DNS = Group(
    "DNS unseen",
    opened,
    (
        Case(
            "a chain of three names",
            NOTHING,
            resolver(alias("a.test.", "b.test.", "c.test.", address="10.0.0.1")),
        ),
        Case(
            "addresses in another order",
            NOTHING,
            resolver(names.leads("10.0.0.1", "10.0.0.2"), names.leads("10.0.0.2", "10.0.0.1")),
        ),
        Case("names that lead in a circle", "DNS_FAILURE", resolver(alias("a.test.", "shop.test."))),
        Case("an alias of what is gone", "DNS_FAILURE", resolver(dangling)),
        Case("a server that refuses", "DNS_FAILURE", resolver(names.fails(dns.rcode.REFUSED))),
        Case("one of two resolvers silent", "DNS_FAILURE", resolver(names.leads("10.0.0.1"), names.silent)),
        Case(
            "one of two does not know it yet",
            "DNS_FAILURE",
            resolver(names.leads("10.0.0.1"), names.fails(dns.rcode.NXDOMAIN)),
        ),
        Case(
            "two addresses for one name",
            "DNS_CHANGED",
            resolver(names.leads("10.0.0.1"), names.leads("10.9.9.9")),
        ),
        Case("cut short, and no TCP", "DNS_FAILURE", resolver(truncated)),
    ),
)
SMTP = Group(
    "SMTP unseen",
    opened,
    (
        Case("a healthy mail server", NOTHING, mailing()),
        Case("on a list of the unwanted", "EMAIL_NOT_SENDING", blocked_mail),
        Case("TLS at once where it was not expected", "EMAIL_NOT_SENDING", mail_tls_at_once),
        Case("its disk is full (452)", "EMAIL_NOT_SENDING", full_mail),
    ),
)
