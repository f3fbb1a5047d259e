"""The talk with a mail server, step by step, up to where a sender would name the first recipient."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import aiosmtplib

from diagnostics.probes.certificates import Certificate, sent, trusting
from diagnostics.probes.smtp.section import SmtpSection

GOODBYE = 0.3  # seconds; what was heard before counts more than the answer to it


class Step(StrEnum):
    """Where in the talk we are; the value is what people read."""

    GREETING = "the greeting"
    HELLO = "EHLO"
    ENCRYPTION = "STARTTLS"
    LOGIN = "signing in"
    NOOP = "NOOP"


@dataclass(slots=True)
class Talk:
    """What was heard up to now; it stays true if the talk breaks off.

    Attributes:
        step: what we wait for, or waited for last.
        greeting: seconds until the greeting was there; None before.
        offered: whether STARTTLS is offered; None before it is known.
        chain: the certificates of the encrypted connection.
        methods: the ways to sign in that are offered.
        signed_in: whether signing in worked.
    """

    step: Step = Step.GREETING
    greeting: float | None = None
    offered: bool | None = None
    chain: tuple[Certificate, ...] = ()
    methods: tuple[str, ...] = ()
    signed_in: bool = False


async def hold(talk: Talk, section: SmtpSection) -> None:
    """Talk, and note what is heard. Nothing is sent and nothing is tried twice.

    Raises:
        aiosmtplib.SMTPException, OSError: what broke the talk off; the step says where.
    """
    client = aiosmtplib.SMTP(
        hostname=section.host,
        port=section.port,
        use_tls=section.encryption == "tls",
        start_tls=False,
        local_hostname=section.hello,
        timeout=section.patience,
        tls_context=await asyncio.to_thread(trusting, section.authority),  # it reads files
    )
    try:
        await _greet(client, talk, section)
        await _sign_in(client, talk, section)
        talk.step = Step.NOOP
        await client.noop()
        await _part(client)
    except aiosmtplib.SMTPResponseException:
        await _part(client)
        raise
    finally:
        if isinstance(client.transport, asyncio.WriteTransport):
            client.transport.abort()  # an encrypted one would wait for the other side's goodbye
        client.close()


async def _part(client: aiosmtplib.SMTP) -> None:
    """In order also after a refusal: servers note whoever breaks off at signing in."""
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.execute_command(b"QUIT", timeout=GOODBYE)


async def _greet(client: aiosmtplib.SMTP, talk: Talk, section: SmtpSection) -> None:
    begun = time.monotonic()
    await client.connect()
    talk.greeting = time.monotonic() - begun
    talk.step = Step.HELLO
    await client.ehlo()
    talk.offered = client.supports_extension("starttls")
    if section.encryption == "starttls" and talk.offered:
        talk.step = Step.ENCRYPTION
        await client.starttls()
        talk.step = Step.HELLO
        await client.ehlo()
    secured = client.get_transport_info("ssl_object")
    talk.chain = sent(secured) if secured else ()


async def _sign_in(client: aiosmtplib.SMTP, talk: Talk, section: SmtpSection) -> None:
    """By one way only: each that fails may count against the account."""
    talk.methods = tuple(client.server_auth_methods)  # also those that the client does not know
    if section.user is None or section.password is None or not talk.chain:
        return
    talk.step = Step.LOGIN
    password = section.password.get_secret_value()
    if "plain" in talk.methods:
        await client.auth_plain(section.user, password)
    elif "login" in talk.methods:
        await client.auth_login(section.user, password)
    elif "cram-md5" in talk.methods:
        await client.auth_crammd5(section.user, password)
    else:
        return
    talk.signed_in = True
