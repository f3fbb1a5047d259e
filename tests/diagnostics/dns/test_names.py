"""Names through real datagrams: each way of not resolving by its own code, and resolvers that disagree."""

import socket
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from diagnostics.probe import Care, TargetName
from diagnostics.probes.dns.patient import DnsPatient
from diagnostics.probes.dns.section import DnsSection
from diagnostics.redaction import Redactor
from diagnostics.targets import read_targets
from incidents.errors import Misconfigured
from incidents.evidence import Health
from tests.diagnostics.described import coded, codes
from tests.diagnostics.dns.conftest import (
    Reply,
    answered,
    fails,
    leads,
    looked,
    records,
    serving,
    silent,
)


async def test_a_name_that_resolves_is_well() -> None:
    examination = await answered(leads("10.0.0.7", "10.0.0.8"))
    assert examination.health is Health.OK
    assert coded(examination, "DN001").sentence.startswith(
        "shop.test leads to 10.0.0.7 and 10.0.0.8 by 127.0.0.1"
    )


async def test_addresses_of_both_families_are_found() -> None:
    examination = await answered(records({"A": ("10.0.0.7",), "AAAA": ("fd00::7",)}))
    assert {figure.name: figure.value for figure in coded(examination, "DN001").figures}["addresses"] == (
        "10.0.0.7 and fd00::7"
    )


@pytest.mark.parametrize(
    ("reply", "code", "words"),
    [
        (fails(dns.rcode.NXDOMAIN), "DN010", "shop.test does not exist (NXDOMAIN)"),
        (fails(dns.rcode.SERVFAIL), "DN011", "shop.test cannot be resolved (SERVFAIL)"),
        (records({}), "DN013", "shop.test exists but has no address"),
        (fails(dns.rcode.REFUSED), "DN014", "the question for shop.test is refused (REFUSED)"),
        (fails(dns.rcode.NOTIMP), "DN016", "makes no sense (NOTIMP)"),
    ],
)
async def test_each_way_of_not_resolving_has_its_own_code(reply: Reply, code: str, words: str) -> None:
    examination = await answered(reply)
    assert codes(examination) == {code}
    assert coded(examination, code).health is Health.CRITICAL
    assert words in examination.sentence
    assert coded(examination, code).next_step


@pytest.mark.usefixtures("impatient")
async def test_a_resolver_that_says_nothing_is_given_up() -> None:
    examination = await answered(silent)
    assert coded(examination, "DN012").health is Health.CRITICAL
    assert "there is no answer for shop.test" in examination.sentence


async def test_a_resolver_that_does_not_run_is_told_at_once() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    examination = await looked((f"127.0.0.1:{port}",))
    assert codes(examination) == {"DN015"}


async def test_one_resolver_of_two_that_fails_is_a_fault_that_comes_and_goes() -> None:
    examination = await answered(leads("10.0.0.7"), fails(dns.rcode.SERVFAIL))
    finding = coded(examination, "DN011")
    assert finding.health is Health.WARN
    assert "comes and goes" in finding.meaning
    assert finding.sentence.endswith(" answers.")


async def test_resolvers_that_disagree_are_both_quoted() -> None:
    examination = await answered(leads("10.0.0.7"), leads("192.0.2.1"))
    finding = coded(examination, "DN003")
    assert finding.health is Health.WARN
    assert "shop.test leads to 10.0.0.7 by 127.0.0.1 port" in finding.sentence
    assert "but to 192.0.2.1 by 127.0.0.1 port" in finding.sentence


async def test_resolvers_that_turn_the_same_addresses_round_do_not_disagree() -> None:
    examination = await answered(leads("10.0.0.7", "10.0.0.8"), leads("10.0.0.8", "10.0.0.9"))
    assert codes(examination) == {"DN001"}


async def test_an_address_that_is_not_expected_is_critical() -> None:
    examination = await answered(leads("192.0.2.1"), expected={"shop.test": ["10.0.0.7"]})
    finding = coded(examination, "DN004")
    assert finding.health is Health.CRITICAL
    assert "shop.test leads to 192.0.2.1, not as expected" in finding.sentence


async def test_expected_addresses_settle_what_would_be_a_disagreement() -> None:
    examination = await answered(
        leads("10.0.0.7"), leads("10.0.0.8"), expected={"shop.test": ["10.0.0.7", "10.0.0.8"]}
    )
    assert codes(examination) == {"DN001"}


async def test_one_type_that_fails_is_a_warning_beside_the_addresses_of_the_other() -> None:
    def half(question: dns.message.Message) -> dns.message.Message | bytes | None:
        kind = question.question[0].rdtype
        return leads("10.0.0.7")(question) if kind == dns.rdatatype.A else fails(dns.rcode.SERVFAIL)(question)

    examination = await answered(half)
    assert coded(examination, "DN011").health is Health.WARN


@pytest.mark.usefixtures("impatient")
async def test_a_lost_datagram_is_sent_again() -> None:
    seen: list[int] = []

    def second_time(question: dns.message.Message) -> dns.message.Message | bytes | None:
        seen.append(question.id)
        return None if len(seen) == 1 else leads("10.0.0.7")(question)

    examination = await answered(second_time, types=["A"], slow=30)
    assert codes(examination) == {"DN001"}
    assert len(seen) == 2


async def test_a_late_answer_is_a_warning() -> None:
    examination = await answered(leads("10.0.0.7"), slow=0.000001)
    assert coded(examination, "DN002").health is Health.WARN


async def test_an_answer_that_does_not_fit_comes_over_tcp() -> None:
    def cut_off(question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.TC
        return answer

    async with serving(cut_off, over_tcp=leads("10.0.0.7")) as resolver:
        examination = await looked((resolver,), types=["A"])
    assert codes(examination) == {"DN001"}


@pytest.mark.usefixtures("impatient")
async def test_rubbish_and_answers_to_other_questions_are_not_believed() -> None:
    def forged(question: dns.message.Message) -> dns.message.Message:
        other = dns.message.make_query("other.test", "A", id=question.id)
        answer = leads("192.0.2.66")(other)
        assert isinstance(answer, dns.message.Message)
        return answer

    examination = await answered(forged, lambda _question: b"rubbish", types=["A"])
    assert "192.0.2.66" not in repr(examination)
    assert examination.health is Health.CRITICAL


async def at_once(_seconds: float) -> None:
    """A pause that takes no time."""


@pytest.mark.parametrize(("line", "alone"), [("", True), ("nameserver 127.0.0.1", False)])
async def test_where_no_resolver_is_named_this_machines_are_asked(
    tmp_path: Path, line: str, *, alone: bool
) -> None:
    machine = tmp_path / "resolv.conf"
    machine.write_text(f"{line}\n", encoding="utf-8")
    section = DnsSection(kind="dns", name="names", names=("shop.test",))
    patient = DnsPatient(
        TargetName("shop", "names", "dns"), section, Care(at_once, Redactor([])), machine=str(machine)
    )
    (finding,) = await patient.probes[0].look()
    assert (finding.code == "DN017") is alone


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"names": ["a..b"]}, "names.0: it must be a bare name"),
        ({"names": []}, "names: "),
        ({"resolvers": ["one.example.com"]}, "each must be an address, such as 10.0.0.2"),
        ({"expected": {"other.test": ["10.0.0.1"]}}, "each of its names must stand in names"),
    ],
)
def test_mistakes_in_settings_are_named(settings: dict[str, object], said: str) -> None:
    section = {"kind": "dns", "name": "names", "names": ["shop.test"], **settings}
    with pytest.raises(Misconfigured, match=said):
        read_targets("shop", [section], environ={})
