"""Odd certificates, names, mail servers and services over HTTP, written before anybody had patterns for them."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import trustme
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.network import Act, Trusted, front, opened, post, service, certificate, resolver
from tests.diagnostics.dns import conftest as names
from tests.diagnostics.serving import Handler, leads, says, says_text
from tests.diagnostics.smtp import server as mail
from tests.diagnostics.tls import conftest as tls

WELL = says({"status": "ok"})


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
    names_: str, issuer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None, ends: float, ca: bool
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names_)])
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
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(names_)]), critical=False)
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


async def old_middle(at: Trusted) -> Examination:
    """The certificate in the middle of the chain ended, the one of the host did not."""
    root, root_key = made("root.test", None, 900, True)
    middle, middle_key = made("middle.test", (root.subject, root_key), -2, True)
    leaf, key = made("shop.test", (middle.subject, middle_key), 60, False)
    with trustme.Blob(pem(root)).tempfile() as authority:
        async with port_of(pem(key, leaf, middle)) as port:
            return await looked_at(front(port) | {"authority": authority})


async def fake(at: Trusted) -> Examination:
    """No virtual host has this name, so the proxy shows the certificate it was born with."""
    leaf, key = made("Kubernetes Ingress Controller Fake Certificate".replace(" ", "-"), None, 300, False)
    async with port_of(pem(key, leaf)) as port:
        return await looked_at(front(port) | {"authority": at.file})


async def old_version(at: Trusted) -> Examination:
    def change(context: ssl.SSLContext) -> None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1

    leaf = at.authority.issue_cert("shop.test", not_after=tls.days(90))
    async with port_of(leaf.private_key_and_cert_chain_pem.bytes(), change) as port:
        return await looked_at(front(port) | {"authority": at.file})


async def asks_for_ours(at: Trusted) -> Examination:
    def change(context: ssl.SSLContext) -> None:
        at.authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        context.maximum_version = ssl.TLSVersion.TLSv1_2

    leaf = at.authority.issue_cert("shop.test", not_after=tls.days(90))
    async with port_of(leaf.private_key_and_cert_chain_pem.bytes(), change) as port:
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
    old, _key = made("DST-Root-X3", None, -30, True)
    leaf = at.authority.issue_cert("shop.test", not_after=tls.days(90))
    async with tls.serving(leaf, trustme.Blob(pem(old))) as port:
        return await looked_at(front(port) | {"authority": at.file})


def answers(*records: str, state: dns.rcode.Rcode = dns.rcode.NOERROR, kinds: str = "A AAAA") -> names.Reply:
    """With these records ("name type value") to questions of these types."""

    def reply(question: dns.message.Message) -> dns.message.Message:
        said = dns.message.make_response(question)
        said.set_rcode(state)
        if dns.rdatatype.to_text(question.question[0].rdtype) in kinds.split():
            for record in records:
                name, kind, value = record.split()
                said.answer.append(dns.rrset.from_text(name, 60, "IN", kind, value))
        return said

    return reply


async def one_of_two(_at: Trusted) -> Examination:
    def reply(question: dns.message.Message) -> dns.message.Message:
        there = str(question.question[0].name) == "shop.test."
        state = dns.rcode.NOERROR if there else dns.rcode.NXDOMAIN
        return answers(*(["shop.test. A 10.0.0.1"] if there else []), state=state, kinds="A")(question)

    async with names.serving(reply) as address:
        return await looked_at(
            {"kind": "dns", "name": "names", "names": ["shop.test", "db.shop.test"], "resolvers": [address]}
        )


async def elsewhere(_at: Trusted) -> Examination:
    async with names.serving(names.leads("198.51.100.66")) as address:
        return await looked_at(
            {
                "kind": "dns",
                "name": "names",
                "names": ["shop.test"],
                "resolvers": [address],
                "expected": {"shop.test": ["10.0.4.7"]},
            }
        )


async def turned(_at: Trusted) -> Examination:
    """Addresses in turn, a short life, four aliases on the way."""
    chain = ["shop.test. CNAME a.cdn.test.", "a.cdn.test. CNAME b.cdn.test.", "b.cdn.test. CNAME c.cdn.test."]
    first = answers(*chain, "c.cdn.test. A 10.0.0.1", "c.cdn.test. A 10.0.0.2", kinds="A")
    second = answers(*chain, "c.cdn.test. A 10.0.0.2", "c.cdn.test. A 10.0.0.1", kinds="A")
    return await resolver(first, second)(_at)


def heard(*lines: bytes, **settings: object) -> Act:
    async def act(at: Trusted) -> Examination:
        async with mail.saying(*lines) as port:
            return await looked_at(post(port, authority=at.file, **settings))

    return act


def signing_in(answer: bytes) -> Act:
    """An encrypted mail server that answers so to whoever signs in."""

    async def act(at: Trusted) -> Examination:
        context = mail.encrypted(at.authority)

        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError):
                writer.write(b"220 mail.test ESMTP\r\n")
                while line := await reader.readline():
                    word = line.upper()[:4]
                    said = {
                        b"EHLO": b"250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n",
                        b"AUTH": answer,
                        b"QUIT": b"221 bye\r\n",
                    }.get(word, b"250 ok\r\n")
                    writer.write(said)
            writer.close()

        async with await asyncio.start_server(speak, "127.0.0.1", 0, ssl=context) as server:
            port = server.sockets[0].getsockname()[1]
            return await looked_at(
                post(port, authority=at.file, encryption="tls", user="app", password="secret-word")
            )

    return act


async def other_name(at: Trusted) -> Examination:
    async with mail.serving(mail.Mail(), context=mail.encrypted(at.authority, "smtp.old.test")) as port:
        return await looked_at(post(port, authority=at.file))


async def open_relay(at: Trusted) -> Examination:
    """Inside the house, without encryption, as it is meant."""
    async with mail.serving(mail.Mail()) as port:
        return await looked_at(post(port, encryption="none"))


def turns(*handlers: Handler) -> Handler:
    """One instance after another."""
    count = iter(range(10**6))

    async def handler(request: web.Request) -> web.StreamResponse:
        return await handlers[next(count) % len(handlers)](request)

    return handler


def waits(seconds: float, body: object = None) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.json_response(body or {"status": "ok"})

    return handler


def cut(length: int) -> Handler:
    """Promises more than it sends."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = length
        await response.prepare(request)
        await response.write(b'{"status": ')
        assert request.transport
        request.transport.close()
        return response

    return handler


def page(text: str, status: int = 200, **headers: str) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        marks = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(text=text, status=status, content_type="text/html", headers=marks)

    return handler


def both(handler: Handler) -> Act:
    return service({"/health": handler, "/ready": handler, "/login": leads("/health")})


TLS = Group(
    "TLS second",
    opened,
    (
        Case("an expired root sent along", NOTHING, extra_root),
        Case("a wildcard", NOTHING, wildcard),
        Case("the chain lacks its middle", "TLS_FAILURE (chain incomplete)", incomplete),
        Case("the middle of the chain expired", "TLS/CERT_EXPIRY (intermediate)", old_middle),
        Case("the certificate lacks www", "TLS_FAILURE (name)", certificate("www.shop.test")),
        Case("the proxy's own fake certificate", "TLS_FAILURE (self-signed default)", fake),
        Case("TLS 1.0 only", "TLS_FAILURE (version)", old_version),
        Case("asks for a certificate of ours", "words: client certificate", asks_for_ours),
        Case("plain HTTP on the port", "TLS_FAILURE (speaks no TLS)", plain),
    ),
)
DNS = Group(
    "DNS second",
    opened,
    (
        Case("aliases, and addresses in turn", NOTHING, turned),
        Case(
            "an alias that leads to itself",
            "DNS_FAILURE (loop)",
            resolver(answers("shop.test. CNAME www.test.", "www.test. CNAME shop.test.")),
        ),
        Case(
            "an alias to what is gone",
            "DNS_FAILURE (target)",
            resolver(answers("shop.test. CNAME bucket.cdn.test.", state=dns.rcode.NXDOMAIN)),
        ),
        Case("one of two names gone", "DNS_FAILURE", one_of_two),
        Case("the address of a stranger", "DNS_FAILURE (not expected)", elsewhere),
        Case("an address of nowhere", "words: 0.0.0.0", resolver(names.leads("0.0.0.0"))),
        Case(
            "one resolver still has the old address",
            "DNS (disagree)",
            resolver(names.leads("10.0.0.1"), names.leads("10.9.9.9")),
        ),
        Case("refused to us", "DNS_FAILURE", resolver(names.fails(dns.rcode.REFUSED))),
        Case(
            "split horizon: outside it is unknown",
            "DNS_FAILURE",
            resolver(names.leads("10.0.0.1"), names.fails(dns.rcode.NXDOMAIN)),
        ),
    ),
)
SMTP = Group(
    "SMTP second",
    opened,
    (
        Case("a relay inside, not encrypted", NOTHING, open_relay),
        Case(
            "our address on a blocklist",
            "EMAIL_NOT_SENDING (blocklist)",
            heard(
                b"554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org\r\n"
            ),
        ),
        Case(
            "too many sign-ins",
            "EMAIL_NOT_SENDING (limit)",
            signing_in(b"454 4.7.0 Too many login attempts, please try again later\r\n"),
        ),
        Case(
            "signing in by password was switched off",
            "EMAIL_NOT_SENDING",
            signing_in(
                b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant\r\n"
            ),
        ),
        Case(
            "the day's quota used up",
            "EMAIL_NOT_SENDING (quota)",
            signing_in(b"550 5.4.5 Daily user sending limit exceeded\r\n"),
        ),
        Case("a certificate for its old name", "EMAIL_NOT_SENDING", other_name),
        Case(
            "EHLO is not known",
            "EMAIL_NOT_SENDING",
            heard(b"220 mail ESMTP\r\n", b"502 5.5.1 not implemented\r\n", b"502 no\r\n"),
        ),
    ),
)
HTTP = Group(
    "HTTP second",
    opened,
    (
        Case(
            "an optional part degraded",
            NOTHING,
            service(
                {
                    "/health": says(
                        {
                            "status": "UP",
                            "components": {"db": {"status": "UP"}, "mail": {"status": "UNKNOWN"}},
                        }
                    ),
                    "/ready": WELL,
                }
            ),
        ),
        Case("204 and nothing", NOTHING, both(says_text("", 204))),
        Case(
            "a good service whose body names errors",
            NOTHING,
            both(says({"status": "ok", "errors": [], "last_error": None, "failed_jobs": 0})),
        ),
        Case(
            "200 with an error page",
            "words: error page",
            both(page("<h1>Application error</h1>An error occurred in the application")),
        ),
        Case(
            "200 that says it is unhealthy",
            "words: unhealthy by its own word",
            both(says({"healthy": False, "database": "unreachable"})),
        ),
        Case("redirects to the login and back", "words: redirect loop", both(leads("/login"))),
        Case(
            "one of two instances fails",
            "words: flaps / one instance",
            both(turns(WELL, says({"status": "error"}, 503))),
        ),
        Case("the first byte takes 3 s", "words: slow", both(waits(2.6))),
        Case("a body cut off", "words: truncated", both(cut(400))),
        Case(
            "maintenance, Retry-After",
            "HTTP_ERRORS (maintenance)",
            both(page("<h1>Down for maintenance</h1>", 503, Retry_After="3600")),
        ),
        Case("/ready never answers", "words: not ready", service({"/health": WELL, "/ready": waits(30)})),
        Case("the health page wants a login", "words: 401", both(says({"error": "unauthorized"}, 401))),
        Case("429 to everybody", "words: rate limited", both(page("slow down", 429, Retry_After="60"))),
        Case(
            "502 of the proxy before it",
            "HTTP_ERRORS (bad gateway)",
            both(page("<center><h1>502 Bad Gateway</h1></center><hr>nginx", 502)),
        ),
        Case("health gone since the deploy", "words: 404", service({"/": WELL})),
        Case(
            "ready names the queue",
            "DEPENDENCY_DOWN",
            service(
                {
                    "/health": WELL,
                    "/ready": says(
                        {
                            "status": "error",
                            "details": {
                                "kafka": {"status": "DOWN", "error": "no brokers"},
                                "db": {"status": "UP"},
                            },
                        },
                        503,
                    ),
                }
            ),
        ),
    ),
)
