"""Everything that a family can say is described, once, under a code that no other family has."""

from collections import Counter

import pytest

from diagnostics.probe import AnyFamily
from diagnostics.registry import FAMILIES

DESCRIBED = [family for family in FAMILIES if family.codes]


@pytest.mark.parametrize("family", DESCRIBED, ids=lambda family: family.kind)
def test_every_code_is_described_once(family: AnyFamily) -> None:
    members = list(type(family.codes[0].code))
    assert Counter(described.code for described in family.codes) == Counter(members)
    assert all(described.title for described in family.codes)


def test_no_two_families_share_a_code_or_a_word_for_what_they_see() -> None:
    codes = Counter(str(described.code) for family in DESCRIBED for described in family.codes)
    assert max(codes.values()) == 1
    assert max(Counter(family.facts or family.kind for family in FAMILIES).values()) == 1
