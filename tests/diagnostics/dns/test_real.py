"""Names by a real Unbound: what it says of zones that are well and ill, and of itself."""

import socket
from collections.abc import Callable
from typing import NoReturn

import pytest

from incidents.evidence import Examination, Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.dns.conftest import looked
from tests.diagnostics.dns.unbound import PACKAGE, STALE_DS, lacking, running
from tests.frozen import frozen

MANY = tuple(f"many A 10.0.1.{number}" for number in range(60))  # more than fit into a datagram
ZONE = (
    "@ A 10.0.0.7",
    "www CNAME a",
    "a CNAME b",
    "b A 10.0.0.8",
    "assets CNAME shop.cdn.test.",
    "lost CNAME gone.cdn.test.",
    "round CNAME trip",
    "trip CNAME round",
    "mail MX 10 mx",
    "six AAAA fd00::7",
    "below.empty A 10.0.0.9",
    *MANY,
)
CDN = ("shop A 10.0.0.9",)


@pytest.fixture(autouse=True, scope="module")
def _there(missing: Callable[[str, str], NoReturn]) -> None:
    if what := lacking():
        missing(what, PACKAGE)


async def asked(name: str, *server: str, records: tuple[str, ...] = ZONE, **settings: object) -> Examination:
    with running(*records, settings=server, elsewhere=CDN) as one:
        return await looked((one.address,), names=[name], **settings)


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("shop.test", "10.0.0.7"),
        ("www.shop.test", "10.0.0.8"),  # over two aliases
        ("assets.shop.test", "10.0.0.9"),  # in another zone
        ("six.shop.test", "fd00::7"),  # no IPv4
        ("many.shop.test", "10.0.1.0, 10.0.1.1, 10.0.1.10, 10.0.1.11 and 56 more"),  # over TCP
    ],
)
async def test_a_name_that_resolves_is_well(name: str, addresses: str) -> None:
    examination = await asked(name)
    assert codes(examination) == {"DN001"}
    assert examination.health is Health.OK
    assert f"{name} leads to {addresses} by" in examination.sentence


@pytest.mark.parametrize(
    ("name", "server", "code"),
    [
        ("gone.shop.test", "", "DN010"),
        ("lost.shop.test", "", "DN010"),  # an alias of what is gone
        ("round.shop.test", "", "DN011"),  # aliases in a circle
        ("shop.test", STALE_DS, "DN011"),  # DNSSEC does not fit
        ("mail.shop.test", "", "DN013"),  # no address, only a server for its mail
        ("empty.shop.test", "", "DN013"),  # only names below it
        ("shop.test", "access-control: 127.0.0.0/8 refuse", "DN014"),
        ("shop.test", 'local-zone: "shop.test." always_null', "DN018"),
        ("many.shop.test", "do-tcp: no", "DN019"),
    ],
)
async def test_each_way_of_not_resolving_has_its_own_code(name: str, server: str, code: str) -> None:
    examination = await asked(name, server)
    assert codes(examination) == {code}
    assert coded(examination, code).health is Health.CRITICAL


async def test_few_addresses_still_arrive_where_many_are_cut_short() -> None:
    examination = await asked("shop.test", "do-tcp: no")
    assert codes(examination) == {"DN001"}


@pytest.mark.usefixtures("impatient")
async def test_a_firewall_that_swallows_tcp_is_told_from_a_resolver_that_is_silent() -> None:
    with running(*ZONE, settings=("do-tcp: no",)) as one:
        host, _, port = one.address.partition(":")
        with socket.create_server((host, int(port))):
            examination = await looked((one.address,), names=["many.shop.test"])
    assert codes(examination) == {"DN019"}


@pytest.mark.usefixtures("impatient")
async def test_a_resolver_that_says_nothing_is_given_up() -> None:
    examination = await asked("shop.test", "access-control: 127.0.0.0/8 deny")
    assert codes(examination) == {"DN012"}
    assert "reaches the servers that it asks" in coded(examination, "DN012").next_step


@pytest.mark.usefixtures("impatient")
async def test_name_servers_that_are_silent_are_told_from_their_resolver() -> None:
    examination = await asked("api.example.com", "")
    assert codes(examination) == {"DN020"}
    assert "though the resolver itself answers" in coded(examination, "DN020").sentence
    assert "dig +trace" in coded(examination, "DN020").next_step


@pytest.mark.usefixtures("impatient")
async def test_a_frozen_resolver_is_told_and_well_again_once_it_goes_on() -> None:
    with running(*ZONE) as one:
        with frozen(one.pid):
            still = await looked((one.address,))
        again = await looked((one.address,))
    assert codes(still) == {"DN012"}
    assert codes(again) == {"DN001"}


async def test_a_resolver_that_has_ended_is_told_at_once() -> None:
    with running(*ZONE) as one:
        address = one.address
    assert codes(await looked((address,))) == {"DN015"}


async def test_a_record_that_was_changed_is_told() -> None:
    examination = await asked(
        "shop.test", records=("@ A 198.51.100.66",), expected={"shop.test": ["10.0.0.7"]}
    )
    assert "shop.test leads to 198.51.100.66, not as expected" in coded(examination, "DN004").sentence


@pytest.mark.parametrize(
    ("other", "code"), [("@ A 10.9.9.9", "DN003"), ("www A 10.0.0.7", "DN013"), ("@ A 10.0.0.7", "DN001")]
)
async def test_two_resolvers_are_compared(other: str, code: str) -> None:
    with running(*ZONE) as one, running(other) as two:
        examination = await looked((one.address, two.address))
    assert codes(examination) == {code}
    assert coded(examination, code).health is (Health.OK if code == "DN001" else Health.WARN)
