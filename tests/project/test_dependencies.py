"""What the code imports is what the two projects declare: nothing works by luck of others' needs."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_THE_BOT = (
    "app",
    "diagnostics",
    "handlers",
    "incidents",
    "mitigations",
    "pictures",
    "storage",
    "workflows",
)
OF_DEVELOPMENT = ("demo", "bench", "tests", "tools")
PARTS = {"pydantic-core": "pydantic"}  # pinned to the version by the package that it is a part of
OURS = {*OF_THE_BOT, *OF_DEVELOPMENT, "tocsin_practice"}


def imported(*folders: str) -> dict[str, str]:
    """Each distribution whose modules are imported below some folders, with a file that does."""
    distributions = packages_distributions()
    found = {}
    for file in (file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))):
        for module in modules(file) - OURS - set(sys.stdlib_module_names):
            for distribution in distributions.get(module, [module]):
                name = normal(distribution)
                found[PARTS.get(name, name)] = str(file.relative_to(ROOT))
    return found


def modules(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def declared(project: str, *groups: str) -> set[str]:
    document = tomllib.loads((ROOT / project).read_text())
    extras = document["project"].get("optional-dependencies", {}).values()
    needs = [*document["project"]["dependencies"], *(need for extra in extras for need in extra)]
    needs += [need for group in groups for need in document["dependency-groups"][group]]
    return {normal(match[0]) for match in (re.match(r"[\w.-]+", need) for need in needs) if match}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def undeclared(found: dict[str, str], known: set[str]) -> dict[str, str]:
    return {name: file for name, file in found.items() if name not in known}


def test_the_bot_declares_what_it_imports() -> None:
    assert undeclared(imported(*OF_THE_BOT), declared("pyproject.toml")) == {}


def test_the_practice_workspace_declares_what_it_imports() -> None:
    found = imported("practice/tocsin_practice")
    assert undeclared(found, declared("practice/pyproject.toml") | {"pytest", "pytest-asyncio"}) == {}


def test_tests_and_tools_declare_what_they_import() -> None:
    assert undeclared(imported(*OF_DEVELOPMENT), declared("pyproject.toml", "dev")) == {}
