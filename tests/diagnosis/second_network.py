"""Odd names and mail servers of the second round of unknown faults."""

import asyncio
import contextlib

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.network import Act, Trusted, opened, post, resolver
from tests.diagnostics.dns import conftest as names
from tests.diagnostics.smtp import server as mail


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
    def reply(question: dns.message.Message) -> dns.message.Message | bytes | None:
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


async def open_relay(_at: Trusted) -> Examination:
    """Inside the house, without encryption, as it is meant."""
    async with mail.serving(mail.Mail()) as port:
        return await looked_at(post(port, encryption="none"))


DNS = Group(
    "DNS second",
    opened,
    (
        Case("aliases, and addresses in turn", NOTHING, turned),
        Case("one of two names gone", "DNS_FAILURE", one_of_two),
        Case("the address of a stranger", "DNS_CHANGED", elsewhere),
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
            "EMAIL_NOT_SENDING",
            heard(
                b"554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org\r\n"
            ),
        ),
        Case(
            "too many sign-ins",
            "EMAIL_NOT_SENDING",
            signing_in(b"454 4.7.0 Too many login attempts, please try again later\r\n"),
        ),
        Case(
            "signing in by password was switched off",
            "EMAIL_NOT_SENDING",
            signing_in(b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled\r\n"),
        ),
        Case(
            "the day's quota used up",
            "EMAIL_NOT_SENDING",
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
