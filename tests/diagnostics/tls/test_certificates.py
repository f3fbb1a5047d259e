"""Certificates on real TLS ports: each fault by its own name, two at once where there are two."""

import asyncio
import socket

import pytest
import trustme

from diagnostics.probes.tls import handshake
from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.nowhere import unknown
from tests.diagnostics.tls.conftest import Looked, days, serving


@pytest.mark.parametrize(
    ("left", "code", "health"),
    [
        (200, "TL001", Health.OK),
        (20, "TL002", Health.OK),
        (10, "TL002", Health.WARN),
        (5, "TL002", Health.CRITICAL),
    ],
)
async def test_how_long_a_certificate_lasts_is_told(
    authority: trustme.CA, looked: Looked, left: int, code: str, health: Health
) -> None:
    async with serving(authority.issue_cert("shop.test", not_after=days(left))) as port:
        examination = await looked(port)
    finding = coded(examination, code)
    assert finding.health is health
    assert f"The certificate of shop.test is valid for another {left} days, until " in finding.sentence
    assert bool(finding.next_step) is (left < 30)


async def test_an_expired_certificate_says_since_when(authority: trustme.CA, looked: Looked) -> None:
    certificate = authority.issue_cert("shop.test", not_before=days(-100), not_after=days(-4))
    async with serving(certificate) as port:
        examination = await looked(port)
    assert codes(examination) == {"TL010"}
    assert "The certificate of shop.test expired 3 days ago, on " in examination.sentence
    assert {figure.name: figure.value for figure in examination.findings[0].figures}["verify code"] == 10


async def test_a_certificate_for_another_host_names_its_hosts(authority: trustme.CA, looked: Looked) -> None:
    async with serving(authority.issue_cert("old.test", "10.0.0.7")) as port:
        examination = await looked(port)
    assert codes(examination) == {"TL012"}
    assert (
        coded(examination, "TL012").sentence
        == "The certificate is for old.test, 10.0.0.7, not for shop.test."
    )


async def test_both_faults_are_named_when_it_is_expired_and_for_another_host(
    authority: trustme.CA, looked: Looked
) -> None:
    certificate = authority.issue_cert("old.test", not_before=days(-100), not_after=days(-4))
    async with serving(certificate) as port:
        examination = await looked(port)
    assert codes(examination) == {"TL010", "TL012"}


async def test_three_faults_are_named_when_its_issuer_is_unknown_as_well(
    authority: trustme.CA, looked: Looked
) -> None:
    certificate = authority.issue_cert("old.test", not_before=days(-100), not_after=days(-4))
    async with serving(certificate) as port:
        examination = await looked(port, trusts=False)
    assert codes(examination) == {"TL010", "TL012", "TL013"}


async def test_an_unknown_issuer_is_named(authority: trustme.CA, looked: Looked) -> None:
    async with serving(authority.issue_cert("shop.test")) as port:
        examination = await looked(port, trusts=False)
    assert codes(examination) == {"TL013"}
    assert "is not known here: trustme" in examination.sentence
    assert "configure the whole chain" in coded(examination, "TL013").next_step


async def test_a_certificate_that_vouches_for_itself_is_told(looked: Looked) -> None:
    authority = trustme.CA()
    async with serving(authority.issue_cert("shop.test"), authority.cert_pem) as port:
        examination = await looked(port)
    assert codes(examination) == {"TL014"}


async def test_a_certificate_of_tomorrow_is_told(authority: trustme.CA, looked: Looked) -> None:
    certificate = authority.issue_cert("shop.test", not_before=days(2), not_after=days(90))
    async with serving(certificate) as port:
        examination = await looked(port)
    assert codes(examination) == {"TL011"}


async def test_wildcards_and_addresses_fit(authority: trustme.CA, looked: Looked) -> None:
    async with serving(authority.issue_cert("*.shop.test", "127.0.0.1")) as port:
        below = await looked(port, server_name="www.shop.test")
        address = await looked(port, server_name="127.0.0.1")
        above = await looked(port, server_name="shop.test")
    assert below.health is address.health is Health.OK
    assert codes(above) == {"TL012"}


async def test_the_whole_chain_is_shown(looked: Looked, authority: trustme.CA) -> None:
    between = authority.create_child_ca()
    async with serving(between.issue_cert("shop.test", not_after=days(90))) as port:
        examination = await looked(port)
    finding = coded(examination, "TL001")
    assert finding.health is Health.OK
    assert len(finding.table) == 3  # its heading, its own, the one between


async def test_nothing_that_listens_is_told(looked: Looked) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        examination = await looked(taken.getsockname()[1])
    assert codes(examination) == {"TL020"}


async def test_an_unknown_host_is_told(looked: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(await looked(443, host=unknown(monkeypatch))) == {"TL022"}


async def test_a_port_that_speaks_something_else_is_told(looked: Looked) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ESMTP\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        examination = await looked(server.sockets[0].getsockname()[1])
    assert codes(examination) == {"TL023"}


async def test_a_port_that_hangs_up_is_told(looked: Looked) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        examination = await looked(server.sockets[0].getsockname()[1])
    assert codes(examination) <= {"TL023", "TL024"}
    assert examination.health is Health.CRITICAL


async def test_a_port_that_is_frozen_is_given_up(looked: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshake, "HANDSHAKE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        examination = await looked(silent.getsockname()[1])
    assert codes(examination) == {"TL021"}


async def test_a_port_that_answers_without_tls_is_told_from_one_that_shares_no_version(
    looked: Looked,
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        examination = await looked(server.sockets[0].getsockname()[1])
    reason = next(f.value for f in coded(examination, "TL023").figures if f.name == "reason")
    assert reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}


async def test_a_port_without_a_certificate_for_the_name_is_told(looked: Looked) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4_096)
        writer.write(b"\x15\x03\x03\x00\x02\x02\x70")  # the alert unrecognized_name
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        examination = await looked(server.sockets[0].getsockname()[1])
    assert coded(examination, "TL026").sentence.startswith(
        "There is no certificate for shop.test at 127.0.0.1 "
    )
    assert codes(examination) == {"TL026"}
