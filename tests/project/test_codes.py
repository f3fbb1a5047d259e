"""The page of codes says what the probes say, one anchor for each code, and names that rules can use."""

import keyword
import re
from pathlib import Path

from diagnostics.code import WATCHED
from diagnostics.patterns.expression import expression
from diagnostics.patterns.schema import ASPECTS, SPOKEN, schema, slug
from diagnostics.probes.postgres import patient as postgres
from diagnostics.registry import FAMILIES

ROOT = Path(__file__).parents[2]


def test_every_code_has_its_anchor_once() -> None:
    page = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    anchors = re.findall(r'<a id="(\w+)"></a>', page)
    codes = [each.code.value for family in FAMILIES for each in family.codes]
    assert sorted(anchors) == sorted(
        code.lower() for code in (*codes, *(each.code.value for each in WATCHED))
    )


def test_every_member_of_a_familys_codes_is_described_with_what_it_means() -> None:
    for family in FAMILIES:
        described = {each.code for each in family.codes}
        for kind in {type(code) for code in described}:
            assert set(kind) == described, family.kind
        assert all(each.title for each in family.codes)


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


def test_a_probe_that_is_said_to_tell_a_code_is_one_that_there_is() -> None:
    named = {each.probe for each in postgres.FAMILY.codes} - {""}
    assert named <= {way.id for way in postgres.WAYS}
