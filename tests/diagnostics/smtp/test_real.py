"""A real Exim that is talked to and never given a mail: well, refusing at each step, frozen and gone."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
import trustme

from incidents.evidence import Examination, Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.smtp.conftest import looked
from tests.diagnostics.smtp.exim import (
    AWAY,
    BY_DIGEST,
    BY_TICKET,
    PACKAGE,
    Exim,
    lacking,
    running,
)
from tests.diagnostics.smtp.server import PASSWORD, leaf
from tests.frozen import frozen

BLOCKED = "554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org"
NOBODY = {"rcpt": "deny message = 550 relay not permitted"}


@pytest.fixture(autouse=True, scope="module")
def _there(missing: Callable[[str, str], NoReturn]) -> None:
    if what := lacking():
        missing(what, PACKAGE)


async def signing_in(one: Exim, trusted: str, password: str = PASSWORD, **settings: object) -> Examination:
    return await looked(one.port, authority=trusted, user="app", password=password, **settings)


@pytest.mark.parametrize(
    "rules", [{}, NOBODY, {"mail": "defer"}], ids=["takes mail", "relays none", "greylists"]
)
async def test_a_healthy_server_hears_six_commands_and_no_mail(
    authority: trustme.CA, trusted: str, rules: dict[str, str]
) -> None:
    with running(certificate=leaf(authority), rules=rules) as one:
        examination = await signing_in(one, trusted)
        assert "C=EHLO,STARTTLS,EHLO,AUTH,NOOP,QUIT" in one.heard("no MAIL in SMTP connection")
    assert codes(examination) == {"SM001", "SM020", "SM030"}
    assert examination.health is Health.OK


async def test_a_port_that_is_encrypted_from_the_start(authority: trustme.CA, trusted: str) -> None:
    with running(certificate=leaf(authority), at_once=True) as one:
        examination = await signing_in(one, trusted, encryption="tls")
        confused = await looked(one.port, patience=0.5)
    assert codes(examination) == {"SM001", "SM020", "SM030"}
    assert codes(confused) == {"SM013"}


async def test_encryption_from_the_start_where_it_is_asked_for_is_told(authority: trustme.CA) -> None:
    with running(certificate=leaf(authority)) as one:
        examination = await looked(one.port, encryption="tls")
    assert codes(examination) == {"SM023"}


async def test_a_server_that_offers_no_encryption_gets_no_password(trusted: str) -> None:
    with running() as one:
        examination = await signing_in(one, trusted)
        assert "C=EHLO,NOOP,QUIT" in one.heard("no MAIL in SMTP connection")
        agreed = await looked(one.port, encryption="none")
    assert codes(examination) == {"SM001", "SM021", "SM033"}
    assert codes(agreed) == {"SM001"}


async def test_a_server_whose_certificate_is_gone_is_told_with_where_to_look(trusted: str) -> None:
    with running(certificate=Path("/nowhere/mail.pem")) as one:
        examination = await signing_in(one, trusted)
    finding = coded(examination, "SM010")
    assert finding.sentence == "The mail server says not now at STARTTLS: 454 TLS currently unavailable."
    assert finding.next_step.startswith("Look at its TLS settings: its certificate or key is gone")


@pytest.mark.parametrize(
    ("name", "left", "trusts", "said"),
    [
        ("localhost", -4, True, "certificate has expired."),
        ("old.test", 90, True, "certificate is not valid for 'localhost'."),
        ("localhost", 90, False, "unable to get local issuer certificate."),
    ],
)
async def test_a_certificate_that_is_not_accepted_says_why_and_ends_the_talk(
    authority: trustme.CA, trusted: str, name: str, left: int, *, trusts: bool, said: str
) -> None:
    with running(certificate=leaf(authority, name, left=left)) as one:
        examination = await looked(one.port, **({"authority": trusted} if trusts else {}))
    assert codes(examination) == {"SM001", "SM022"}
    sentence = coded(examination, "SM022").sentence
    assert sentence.endswith(said)
    assert not sentence.endswith("..")


async def test_a_wrong_password_is_tried_once(authority: trustme.CA, trusted: str) -> None:
    with running(certificate=leaf(authority)) as one:
        examination = await signing_in(one, trusted, "an-old-password")
        assert "535 Incorrect authentication data" in one.heard("authenticator failed")
        assert "C=EHLO,STARTTLS,EHLO,AUTH,QUIT" in one.heard("no MAIL in SMTP connection")
    assert codes(examination) == {"SM001", "SM020", "SM031"}
    assert "an-old-password" not in repr(examination)


@pytest.mark.parametrize(
    ("accounts", "code", "words"),
    [
        (BY_DIGEST, "SM030", "Signing in works."),
        (BY_TICKET, "SM033", "no way to sign in that Tocsin knows; it offers XOAUTH2."),
        ("", "SM033", "The mail server offers no way to sign in."),
        (AWAY, "SM032", "says not now at signing in: 435 Unable to authenticate at present."),
    ],
)
async def test_each_way_in_which_signing_in_is_set_up_is_told(
    authority: trustme.CA, trusted: str, accounts: str, code: str, words: str
) -> None:
    with running(certificate=leaf(authority), accounts=accounts) as one:
        examination = await signing_in(one, trusted)
    assert codes(examination) == {"SM001", "SM020", code}
    assert coded(examination, code).sentence.endswith(words)


@pytest.mark.parametrize(
    ("step", "rule", "code", "words"),
    [
        ("connect", f"deny message = {BLOCKED}", "SM011", f"refuses at the greeting: {BLOCKED}."),
        ("connect", "drop", "SM011", "at the greeting: 550 Administrative prohibition."),
        ("connect", "defer message = 421 4.3.2 Busy", "SM010", "not now at the greeting: 421 4.3.2 Busy."),
        ("helo", "deny message = Not from here", "SM011", "refuses at EHLO: 550 Not from here."),
        ("auth", "defer message = 454 4.7.0 Too many", "SM032", "at signing in: 454 4.7.0 Too many."),
        ("auth", "deny message = 535 5.7.139 Disabled", "SM031", "at signing in: 535 5.7.139 Disabled."),
    ],
)
async def test_a_refusal_is_told_with_its_step_and_in_the_servers_own_words(
    authority: trustme.CA, trusted: str, step: str, rule: str, *, code: str, words: str
) -> None:
    with running(certificate=leaf(authority), rules={step: rule}) as one:
        examination = await signing_in(one, trusted)
    assert coded(examination, code).sentence.endswith(words)


async def test_a_server_that_takes_no_more_connections_is_told(authority: trustme.CA) -> None:
    with (
        running("smtp_accept_max = 1", certificate=leaf(authority)) as one,
        socket.create_connection(("127.0.0.1", one.port)) as first,
    ):
        first.recv(200)
        examination = await looked(one.port)
    assert codes(examination) == {"SM010"}
    assert "421 Too many concurrent SMTP connections; please try again later." in examination.sentence


async def test_a_server_that_makes_new_senders_wait_is_given_up(authority: trustme.CA) -> None:
    with running(certificate=leaf(authority), rules={"connect": "accept delay = 20s"}) as one:
        examination = await looked(one.port, patience=0.5)
    assert codes(examination) == {"SM013"}


async def test_a_frozen_server_is_told_and_well_again_once_it_goes_on(
    authority: trustme.CA, trusted: str
) -> None:
    with running(certificate=leaf(authority)) as one:
        with frozen(one.pid):
            still = await looked(one.port, patience=0.5)
        again = await signing_in(one, trusted)
    assert codes(still) == {"SM013"}
    assert again.health is Health.OK


async def test_a_server_that_has_ended_is_told_at_once() -> None:
    with running() as one:
        port = one.port
    assert codes(await looked(port)) == {"SM012"}
