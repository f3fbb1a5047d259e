"""docs/practice.md names every control address, fault and option, and no others."""

import re
from pathlib import Path

from tocsin_practice.control import Control
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.trouble import FaultKind

TEXT = (Path(__file__).parents[2] / "docs" / "practice.md").read_text()


async def test_every_control_address_has_its_example(practice: PracticeDriver) -> None:
    routes = {route.path.removeprefix("/control/") for route in Control(practice.site, {}).routes()}
    examples = set(re.findall(r"\$A/(\w+)", TEXT))
    assert examples == routes


def test_every_fault_is_explained() -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE))
    assert {kind.value for kind in FaultKind} <= explained
