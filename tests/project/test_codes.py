"""The page of codes says what the probes say, one anchor for each code, and names that rules can use."""

import asyncio
import keyword
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diagnostics.code import WATCHED
from diagnostics.logs import codes as log_codes
from diagnostics.patterns.expression import expression
from diagnostics.patterns.schema import ASPECTS, SPOKEN, schema, slug
from diagnostics.probe import Care
from diagnostics.redaction import Redactor
from diagnostics.registry import FAMILIES
from diagnostics.targets import read_targets
from handlers.messages import diagnosis
from incidents.evidence import Examination, Finding, Health
from incidents.notices import FindingsNotice

ROOT = Path(__file__).parents[2]
SMALLEST: tuple[dict[str, object], ...] = (
    {"kind": "postgres", "dsn": "postgresql://db/shop"},
    {"kind": "redis", "url": "redis://cache"},
    {"kind": "prometheus", "url": "http://prometheus", "impact": [{"name": "users", "query": "users"}]},
    {"kind": "docker", "url": "unix:///run/docker.sock", "project": "shop"},
    {"kind": "kubernetes", "namespace": "shop", "selector": "app=web", "server": "https://k8s", "token": "t"},
    {"kind": "deploys", "github": "acme/shop", "token": "t"},
    {"kind": "host", "prometheus": "http://prometheus", "instance": "db:9100"},
)


def test_every_code_has_its_anchor_once() -> None:
    page = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    anchors = re.findall(r'<a id="(\w+)"></a>', page)
    codes = {each.code.value for family in FAMILIES for each in family.codes}
    assert sorted(anchors) == sorted(
        code.lower() for code in (*codes, *(each.code.value for each in WATCHED))
    )


def test_every_member_of_a_familys_codes_is_described_with_what_it_means() -> None:
    for family in FAMILIES:
        described = {each.code for each in family.codes}
        for kind in {type(code) for code in described}:
            assert set(kind) <= described, family.kind
        assert all(each.title for each in family.codes)


def test_no_two_families_share_a_word_or_a_code_other_than_those_of_logs() -> None:
    codes = Counter(each.code.value for family in FAMILIES for each in family.codes)
    of_logs = {code.value for code in log_codes.Code}
    assert {code for code, times in codes.items() if times > 1} <= of_logs
    assert max(Counter(family.word for family in FAMILIES).values()) == 1


def test_no_figure_takes_the_name_of_another_fact() -> None:
    for family in FAMILIES:
        for each in family.codes:
            names = [slug(figure) for figure in each.figures]
            assert len(set(names)) == len(names), each.code
            assert not set(names) & {*ASPECTS, *SPOKEN}, each.code


def test_every_fact_can_be_asked_for() -> None:
    for name in schema(FAMILIES).units:
        assert expression(f"{name} == {name}").names == (name,)
        assert not keyword.iskeyword(name)


@pytest.mark.parametrize("section", SMALLEST, ids=lambda section: section["kind"])
async def test_a_probe_that_is_said_to_tell_a_code_is_one_that_there_is(section: dict[str, object]) -> None:
    (target,) = read_targets("payments", [section | {"name": "it"}], environ={})
    patient = target.patient(Care(asyncio.sleep, Redactor([])))
    named = {each.probe for each in target.family.codes} - {""}
    assert named <= {probe.id for probe in patient.probes}
    await patient.close()


def test_every_family_whose_codes_name_their_probes_is_tried() -> None:
    naming = {family.kind for family in FAMILIES if any(each.probe for each in family.codes)}
    assert naming <= {section["kind"] for section in SMALLEST}


def test_every_link_from_chat_leads_to_a_place_that_is_on_the_page() -> None:
    page = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    anchors = set(re.findall(r'<a id="(\w+)"></a>', page))
    codes = [each.code.value for family in FAMILIES for each in family.codes]
    for code in (*codes, *(each.code.value for each in WATCHED)):
        finding = Finding(code, "probe", "payments db", Health.CRITICAL, "It is so.")
        seen = Examination("payments db", datetime(2026, 11, 21, tzinfo=UTC), Health.CRITICAL, "", (finding,))
        drawn = str(diagnosis.findings(FindingsNotice(seen), "https://git.example.com/codes.md").payload())
        [anchor] = re.findall(r"<https://git\.example\.com/codes\.md#([^|>]+)\|", drawn)
        assert anchor in anchors, code
