"""No room escapes the checks: each is in the import contracts, type checked, installed, and in the image."""

import ast
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
APART = {"bench", "demo"}  # not part of the bot


def rooms() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "tools"}


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    return read


def test_every_room_is_in_the_import_contracts(settings: dict[str, Any]) -> None:
    assert rooms() <= set(settings["importlinter"]["root_packages"])


def test_every_room_of_the_bot_has_its_floor(settings: dict[str, Any]) -> None:
    floors = next(each for each in settings["importlinter"]["contracts"] if each["id"] == "floors")
    named = {name for layer in floors["layers"] for name in layer.split(" | ")}
    assert rooms() - APART <= named


def test_every_room_is_type_checked(settings: dict[str, Any]) -> None:
    assert rooms() <= set(settings["mypy"]["files"])


def test_every_room_is_installed(settings: dict[str, Any]) -> None:
    included = {
        pattern.removesuffix("*") for pattern in settings["setuptools"]["packages"]["find"]["include"]
    }
    assert rooms() <= included


def test_every_room_of_the_bot_is_in_the_image() -> None:
    kept = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines()}
    assert rooms() - APART <= kept


def imports(file: Path) -> set[str]:
    """The modules that a file imports, by their whole names."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("file", sorted((ROOT / "incidents").rglob("*.py")), ids=lambda file: file.name)
def test_the_domain_imports_the_standard_library_and_itself(file: Path) -> None:
    assert {name.split(".")[0] for name in imports(file)} <= sys.stdlib_module_names | {"incidents"}


def test_the_demo_takes_nothing_from_the_storage_but_its_postgresql() -> None:
    taken = {
        name for file in (ROOT / "demo").rglob("*.py") for name in imports(file) if name.startswith("storage")
    }
    assert all(name.startswith("storage.embedded") for name in taken)
