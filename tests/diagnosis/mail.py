"""A real Exim: well, ill in each way, odd but well; and two lines that it would not say, by a stand-in."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager, nullcontext
from pathlib import Path

import trustme

from incidents.evidence import Examination
from tests.diagnosis import network
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at
from tests.diagnosis.network import Trusted
from tests.diagnostics.redis.server import free_port
from tests.diagnostics.smtp import exim
from tests.diagnostics.smtp.server import PASSWORD, leaf, saying
from tests.frozen import frozen

Act = Callable[[Trusted], Awaitable[Examination]]
Certified = Callable[[Trusted], trustme.LeafCert | Path | None]
BLOCKED = "554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org"
SWITCHED_OFF = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled"


@asynccontextmanager
async def opened() -> AsyncIterator[Trusted]:
    if what := exim.lacking():
        raise AbsentError(f"{what}; apt package {exim.PACKAGE}")
    async with network.opened() as at:
        yield at


def post(port: int, **settings: object) -> dict[str, object]:
    return {"kind": "smtp", "name": "mail", "host": "localhost", "port": port, **settings}


def certified(*names: str, left: float = 90) -> Certified:
    """A certificate for these names, or for its own, that ends in so many days."""
    return lambda at: leaf(at.authority, *names, left=left)


def lost(_at: Trusted) -> Path:
    return Path("/nowhere/mail.pem")


def plain(_at: Trusted) -> None:
    """No certificate, so no encryption."""


def mailing(
    certificate: Certified = certified(),  # noqa: B008 -- a function, made once
    *,
    rules: Mapping[str, str] | None = None,
    accounts: str = exim.ACCOUNTS,
    password: str = PASSWORD,
    still: bool = False,
    at_once: bool = False,
    **settings: object,
) -> Act:
    """A look at an Exim with this certificate and these rules; `still` freezes it before it is asked."""

    async def act(at: Trusted) -> Examination:
        with (
            exim.running(certificate=certificate(at), rules=rules, accounts=accounts, at_once=at_once) as one,
            frozen(one.pid) if still else nullcontext(),
        ):
            login = {} if settings.get("encryption") == "none" else {"user": "app", "password": password}
            return await looked_at(post(one.port, authority=at.file, **login, **settings))

    return act


async def busy(at: Trusted) -> Examination:
    """Somebody else has the one connection that it takes."""
    with ExitStack() as stack:
        one = stack.enter_context(exim.running("smtp_accept_max = 1", certificate=leaf(at.authority)))
        first = stack.enter_context(socket.create_connection(("127.0.0.1", one.port)))
        first.recv(200)
        return await looked_at(post(one.port, authority=at.file))


async def no_mail(_at: Trusted) -> Examination:
    return await looked_at(post(free_port()))


def heard(*lines: bytes) -> Act:
    """A stand-in that says these lines."""

    async def act(_at: Trusted) -> Examination:
        async with saying(*lines) as port:
            return await looked_at(post(port))

    return act


SMTP = Group(
    "SMTP",
    opened,
    (
        Case("a healthy mail server", NOTHING, mailing()),
        Case("nothing listens", "EMAIL_NOT_SENDING", no_mail),
        Case("no STARTTLS", "EMAIL_NOT_SENDING", mailing(plain)),
        Case("a wrong password", "EMAIL_NOT_SENDING", mailing(password="an-old-password")),
        Case("an expired certificate", "EMAIL_NOT_SENDING", mailing(certified(left=-4))),
        Case("too busy (421)", "EMAIL_NOT_SENDING", busy),
        Case("frozen", "EMAIL_NOT_SENDING", mailing(still=True, patience=1)),
    ),
)
UNSEEN = Group(
    "SMTP unseen",
    opened,
    (
        Case("a healthy mail server", NOTHING, mailing()),
        Case(
            "on a list of the unwanted",
            "EMAIL_NOT_SENDING",
            mailing(rules={"connect": f"deny message = {BLOCKED}"}),
        ),
        Case("TLS at once where it was not expected", "EMAIL_NOT_SENDING", mailing(at_once=True, patience=1)),
        Case("its certificate is gone (454)", "EMAIL_NOT_SENDING", mailing(lost)),
        Case(
            "new senders wait for half a minute",
            "EMAIL_NOT_SENDING",
            mailing(rules={"connect": "accept delay = 30s"}, patience=1),
        ),
        Case(
            "its disk is full (452) (stand-in)",
            "EMAIL_NOT_SENDING",
            heard(b"220 mail.test ESMTP\r\n", b"452 4.3.1 Insufficient system storage\r\n", b"221 bye\r\n"),
        ),
    ),
)
SECOND = Group(
    "SMTP second",
    opened,
    (
        Case("a relay inside, not encrypted", NOTHING, mailing(plain, encryption="none")),
        Case("signing in by a digest only", NOTHING, mailing(accounts=exim.BY_DIGEST)),
        Case("our address is not let in", "EMAIL_NOT_SENDING", mailing(rules={"connect": "drop"})),
        Case(
            "too many sign-ins",
            "EMAIL_NOT_SENDING",
            mailing(
                rules={"auth": "defer message = 454 4.7.0 Too many login attempts, please try again later"}
            ),
        ),
        Case(
            "signing in by password was switched off",
            "EMAIL_NOT_SENDING",
            mailing(rules={"auth": f"deny message = {SWITCHED_OFF}"}),
        ),
        Case(
            "the day's quota used up",
            "EMAIL_NOT_SENDING",
            mailing(rules={"auth": "deny message = 550 5.4.5 Daily user sending limit exceeded"}),
        ),
        Case("what checks its passwords is away", "EMAIL_NOT_SENDING", mailing(accounts=exim.AWAY)),
        Case("no way to sign in is offered", "EMAIL_NOT_SENDING", mailing(accounts="")),
        Case("a certificate for its old name", "EMAIL_NOT_SENDING", mailing(certified("smtp.old.test"))),
        Case(
            "EHLO is not known (stand-in)",
            "EMAIL_NOT_SENDING",
            heard(b"220 mail ESMTP\r\n", b"502 5.5.1 not implemented\r\n", b"502 no\r\n"),
        ),
    ),
)
