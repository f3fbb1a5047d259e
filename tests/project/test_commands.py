"""Who starts programs: two, by name and with a reason, and nobody through a shell."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "diagnostics", "handlers", "incidents", "mitigations", "pictures", "storage", "workflows")
EMBEDDED = "storage/embedded/"  # the bot's own PostgreSQL is a program that somebody must start
STARTS = {
    "diagnostics/probes/deploys/git.py",  # a clone is read by `git log`; its format is git's own affair
    "pictures/painter.py",  # what draws takes much memory, and gives it back only by ending
}
STARTING = {
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "asyncio.subprocess.create_subprocess_exec",
    "asyncio.subprocess.create_subprocess_shell",
    "os.popen",
    "os.posix_spawn",
    "os.posix_spawnp",
    "os.startfile",
    "os.system",
}
STARTING_FAMILIES = ("os.exec", "os.spawn", "subprocess.", "pty.", "pexpect.", "plumbum.", "sh.")
SHELLS = {"asyncio.create_subprocess_shell", "os.popen", "os.system", "subprocess.getoutput"}
PATHS = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def used(tree: ast.AST) -> Iterator[str]:
    """Every name of another module that is imported or spoken of, written out in full."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {each.asname or each.name.partition(".")[0]: each.name for each in node.names}
            yield from (f"{each.name}." for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
            yield from (f"{node.module}.{each.name}" for each in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, _, rest = ast.unparse(node).partition(".")
            yield f"{known.get(first, first)}.{rest}"


def starts(tree: ast.AST) -> set[str]:
    """How it starts programs."""
    return {name for name in used(tree) if name in STARTING or name.startswith(STARTING_FAMILIES)}


def shell(tree: ast.AST) -> set[str]:
    """How it reaches a shell."""
    given = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg == "shell"
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    }
    return given | {name for name in used(tree) if name in SHELLS}


@pytest.mark.parametrize("path", PATHS, ids=named)
def test_nobody_starts_a_program_but_who_is_named(path: Path) -> None:
    if named(path) in STARTS or named(path).startswith(EMBEDDED):
        return
    assert starts(ast.parse(path.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("path", PATHS, ids=named)
def test_nobody_goes_through_a_shell(path: Path) -> None:
    assert shell(ast.parse(path.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("name", sorted(STARTS))
def test_who_is_named_does_start_one_and_gives_no_line_to_a_shell(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    assert starts(tree) == {"asyncio.create_subprocess_exec"}


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess",
        "from subprocess import run",
        "import subprocess as quiet\nquiet.run(['ls'])",
        "import os\nos.system('ls')",
        "from os import system as say",
        "import os as machine\nmachine.execv('/bin/ls', [])",
        "import asyncio\nasyncio.create_subprocess_shell('ls')",
        "from asyncio import create_subprocess_shell",
        "import asyncio as loop\nloop.create_subprocess_exec('ls')",
    ],
)
def test_each_way_of_starting_one_is_seen(source: str) -> None:
    assert starts(ast.parse(source))


@pytest.mark.parametrize(
    "source", ["call('ls', shell=True)", "call('ls', shell=wanted)", "import os\nos.popen('ls')"]
)
def test_each_way_to_a_shell_is_seen(source: str) -> None:
    assert shell(ast.parse(source))
