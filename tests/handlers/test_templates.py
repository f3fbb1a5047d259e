"""The operators' templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.messages.templates import PLACEHOLDERS, Templates
from incidents.errors import Misconfigured

NAMES = ("update", "nothing_new", "automatic")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / f"{name}.txt").write_text(f"{name}: $status")
    return tmp_path


def test_each_kind_of_update_has_its_shape(folder: Path) -> None:
    templates = Templates.read(folder)
    values = dict.fromkeys(PLACEHOLDERS, "") | {"status": "Identified"}
    assert templates.written(values, automatic=False, unchanged=False) == "update: Identified"
    assert templates.written(values, automatic=False, unchanged=True) == "nothing_new: Identified"
    assert templates.written(values, automatic=True, unchanged=True) == "automatic: Identified"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("$statsu", r"update.txt: there is no placeholder \$statsu. Did you mean \$status\?"),
        ("$owner", r"there is no placeholder \$owner. There are: \$severity"),
        ("100 $", "a “\\$” stands alone"),
        ("  ", "update.txt is empty"),
    ],
)
def test_a_wrong_template_names_the_file_and_the_fix(text: str, complaint: str, folder: Path) -> None:
    (folder / "update.txt").write_text(text)
    with pytest.raises(Misconfigured, match=complaint):
        Templates.read(folder)


def test_a_missing_template_is_named(folder: Path) -> None:
    (folder / "automatic.txt").unlink()
    with pytest.raises(Misconfigured, match=r"automatic.txt is missing"):
        Templates.read(folder)


def test_the_templates_that_ship_are_right() -> None:
    Templates.read(Path(__file__).parents[2] / "config" / "templates")
