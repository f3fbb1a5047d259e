"""A mail server that is talked to and never given a mail: aiosmtpd, and lines that it would not say."""

import socket

import pytest
import trustme

from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.nowhere import unknown
from tests.diagnostics.smtp.conftest import looked
from tests.diagnostics.smtp.server import PASSWORD, Mail, encrypted, saying, serving


async def test_a_healthy_server_is_talked_to_signed_in_to_and_given_no_mail(
    authority: trustme.CA, trusted: str
) -> None:
    mail = Mail()
    async with serving(mail, context=encrypted(authority)) as port:
        examination = await looked(port, authority=trusted, user="app", password_env="MAIL_PASSWORD")
    assert codes(examination) == {"SM001", "SM020", "SM030"}
    assert examination.health is Health.OK
    assert "the certificate is valid for another 90 days" in coded(examination, "SM020").sentence
    assert mail.mails == []
    assert mail.logins == 1


async def test_a_port_that_is_encrypted_from_the_start(authority: trustme.CA, trusted: str) -> None:
    async with serving(Mail(), context=encrypted(authority), at_once=True) as port:
        examination = await looked(port, authority=trusted, encryption="tls")
        confused = await looked(port, patience=0.5)
    assert codes(examination) == {"SM001", "SM020"}
    assert codes(confused) <= {"SM013", "SM015"}


async def test_a_server_that_offers_no_encryption_is_told_and_gets_no_password() -> None:
    mail = Mail()
    async with serving(mail) as port:
        examination = await looked(port, user="app", password_env="MAIL_PASSWORD")
        agreed = await looked(port, encryption="none")
    assert coded(examination, "SM021").health is Health.CRITICAL
    assert coded(examination, "SM033").health is Health.UNKNOWN
    assert mail.logins == 0
    assert agreed.health is Health.OK


@pytest.mark.parametrize(("left", "health"), [(10, Health.WARN), (5, Health.CRITICAL)])
async def test_a_certificate_that_ends_soon_is_told(
    authority: trustme.CA, trusted: str, left: int, health: Health
) -> None:
    async with serving(Mail(), context=encrypted(authority, left=left)) as port:
        examination = await looked(port, authority=trusted)
    assert coded(examination, "SM020").health is health


@pytest.mark.parametrize(
    ("name", "left", "trusts", "said", "first"),
    [
        ("localhost", -4, True, "certificate has expired", "Renew it"),
        ("old.test", 90, True, "Hostname mismatch", "Install the certificate of this host"),
        ("localhost", 90, False, "unable to get local issuer certificate", "Have it send the whole chain"),
    ],
)
async def test_a_certificate_that_is_not_accepted_says_why_and_ends_the_talk(
    authority: trustme.CA, trusted: str, name: str, left: int, *, trusts: bool, said: str, first: str
) -> None:
    mail = Mail()
    async with serving(mail, context=encrypted(authority, name, left=left)) as port:
        settings = {"authority": trusted} if trusts else {}
        examination = await looked(port, user="app", password_env="MAIL_PASSWORD", **settings)
    assert codes(examination) == {"SM001", "SM022"}
    assert said in coded(examination, "SM022").sentence
    assert coded(examination, "SM022").next_step.startswith(first)
    assert mail.logins == 0


async def test_a_wrong_password_is_tried_once(authority: trustme.CA, trusted: str) -> None:
    mail = Mail()
    async with serving(mail, context=encrypted(authority)) as port:
        examination = await looked(port, authority=trusted, user="app", password="an-old-password")
    finding = coded(examination, "SM031")
    assert finding.sentence.startswith("The mail server refuses at signing in: 535")
    assert "an-old-password" not in repr(examination)
    assert mail.logins == 1


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (b"421 too busy\r\n", "SM010", "not now at the greeting: 421 too busy"),
        (b"554 no mail from you\r\n", "SM011", "refuses at the greeting: 554 no mail from you"),
        (b"+OK pop3 ready\r\n", "SM016", "no mail server"),
        (b"", "SM015", "ended the connection at the greeting"),
    ],
)
async def test_each_greeting_that_is_none_has_its_own_code(line: bytes, code: str, words: str) -> None:
    async with saying(*([line] if line else [])) as port:
        examination = await looked(port)
    assert codes(examination) == {code}
    assert words in examination.sentence


async def test_a_server_that_refuses_to_be_greeted_is_told() -> None:
    async with serving(Mail(hello="550 not from here")) as port:
        examination = await looked(port)
    assert codes(examination) == {"SM011"}
    assert "at EHLO" in examination.sentence


async def test_a_server_that_hangs_is_given_up_and_what_was_heard_is_kept() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        examination = await looked(silent.getsockname()[1], patience=0.3)
    assert codes(examination) == {"SM013"}
    assert "at the greeting" in examination.sentence


async def test_nothing_that_listens_and_an_unknown_host_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        examination = await looked(taken.getsockname()[1])
    assert codes(examination) == {"SM012"}
    assert codes(await looked(25, host=unknown(monkeypatch))) == {"SM014"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"user": "app"}, "give user and password, or neither"),
        ({"user": "app", "password": PASSWORD, "encryption": "none"}, "a password is only sent encrypted"),
        ({"hello": "a\r\nMAIL FROM:<x>"}, "hello: "),
        ({"host": "smtp://mail"}, "host: it must be a bare name or address"),
    ],
)
def test_mistakes_in_settings_are_named(settings: dict[str, object], said: str) -> None:
    section = {"kind": "smtp", "name": "mail", "host": "mail", **settings}
    with pytest.raises(Misconfigured) as raised:
        read_targets("shop", [section], environ={})
    assert said in str(raised.value)
    assert PASSWORD not in str(raised.value)
