"""The page of probes: what each kind needs and costs stands there, and every setting is listed."""

from pathlib import Path

import pytest

from diagnostics.probe import AnyFamily
from diagnostics.registry import FAMILIES

PAGE = (Path(__file__).parents[2] / "docs" / "probes.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.kind)
def test_privileges_cost_and_settings_of_every_kind_stand_on_the_page(family: AnyFamily) -> None:
    _, _, after = PAGE.partition(f"\n## {family.kind}\n")
    section, _, _ = after.partition("\n## ")
    assert family.privileges
    assert family.privileges in section
    assert family.cost
    assert family.cost in section
    own = set(family.section.model_fields) - {"kind", "name"}
    assert {name for name in own if f"`{name}`" not in section} == set()
