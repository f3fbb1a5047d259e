"""Every cause leads to a runbook that is there, whole, and names only commands and buttons that exist."""

import re
from pathlib import Path

import pytest

from diagnostics.patterns.reading import SHIPPED, read_patterns
from diagnostics.patterns.schema import schema
from diagnostics.registry import FAMILIES
from diagnostics.upstream import RUNBOOK
from diagnostics.wanted import ALL, EVERY
from mitigations.registry import kinds

FOLDER = Path(__file__).parents[2] / "config" / "runbooks"
BOOKS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
PARTS = ("What it means", "Confirm", "Steps", "Expected time to recover", "Verify")
WORDS = {word for family in FAMILIES for word in (*family.words, *family.parts, family.kind)}


def test_every_pattern_names_a_runbook_that_is_there() -> None:
    named = {pattern.runbook for pattern in read_patterns(SHIPPED, schema(FAMILIES))}
    assert named <= {path.name for path in BOOKS}


def test_every_runbook_is_led_to_by_a_cause_or_by_another_runbook() -> None:
    named = {pattern.runbook for pattern in read_patterns(SHIPPED, schema(FAMILIES))} | {RUNBOOK}
    linked = set(re.findall(r"\]\(([a-z-]+\.md)\)", "".join(path.read_text("utf-8") for path in BOOKS)))
    assert {path.name for path in BOOKS} == named | linked


def test_the_index_has_each_once() -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    assert sorted(re.findall(r"\]\(([a-z-]+\.md)\)", index)) == [path.name for path in BOOKS]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_runbook_says_what_it_means_how_to_confirm_steps_time_and_how_to_verify(path: Path) -> None:
    text = path.read_text("utf-8")
    assert tuple(re.findall(r"(?m)^## (.+)$", text)) == PARTS
    parts = re.split(r"(?m)^## .+$", text)[1:]
    assert all(part.strip() for part in parts)
    assert re.search(r"(?m)^1\. ", parts[2])


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_what_a_runbook_names_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    assert set(re.findall(r"`/diagnose ([a-z_0-9-]+)", text)) <= {*WORDS, ALL, EVERY, "logs"}
    titles = {action.title for kind in kinds() for action in kind.actions}
    assert {button for button in re.findall(r"\*([A-Z][^*]+)\*", text) if button != "To know more"} <= titles
    assert all((FOLDER / link).is_file() for link in re.findall(r"\]\(([^)#]+)\)", text))
