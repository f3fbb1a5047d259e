"""What a command does not need it does not import, so that nobody waits for it."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import pytest

from app.cli import COMMANDS, main
from diagnostics.registry import FAMILIES
from mitigations.registry import WORDS, kinds

ROOT = Path(__file__).parents[2]
CLIENTS = {"aiosmtplib", "asyncssh", "cryptography", "dns", "docker", "jeepney", "lightkube", "paramiko"} | {
    "prometheus_client",
    "redis",
}
NEVER = CLIENTS | {"matplotlib", "numpy", "prompt_toolkit", "typer"}
CHAT = {"aiohttp", "slack_bolt", "slack_sdk"}
RECORD = {"alembic", "procrastinate", "sqlalchemy"}
LOOKING = {"cel.cel", "diagnostics.registry", "httpx", "yaml"}
TOLD = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from app.cli import main
main()
"""
SERVICES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "http"
name = "api"
url = "http://127.0.0.1:9"
"""


def imported(words: Iterable[str], environment: dict[str, str]) -> set[str]:
    """What a command has imported by its end: each module, and the package that it is of."""
    told = subprocess.run(
        [sys.executable, "-c", TOLD, *words],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | environment,
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    modules = told.stderr.splitlines()[-1].split()
    return {*modules, *(name.partition(".")[0] for name in modules)}


def folder(tmp_path: Path) -> str:
    (tmp_path / "services.toml").write_text(SERVICES, encoding="utf-8")
    (tmp_path / "policy.toml").write_bytes((ROOT / "config" / "policy.toml").read_bytes())
    return str(tmp_path)


def test_the_list_of_commands_imports_none_of_them() -> None:
    assert imported(["--help"], {}) & (NEVER | CHAT | RECORD | LOOKING | {"pydantic", "psycopg"}) == set()


def test_a_list_of_incidents_needs_the_record_only(tmp_path: Path, database_url: str) -> None:
    given = {"DATABASE_URL": database_url, "TOCSIN_CONFIG": folder(tmp_path)}
    found = imported(["incident", "list"], given)
    assert found & (NEVER | CHAT | LOOKING | {"alembic", "mitigations.postgres"}) == set()
    assert "sqlalchemy" in found


def test_a_look_at_an_address_needs_its_own_client_only(tmp_path: Path) -> None:
    found = imported(["diagnose", "payments"], {"TOCSIN_CONFIG": folder(tmp_path)})
    assert found & (NEVER | CHAT | RECORD | {"psycopg"}) == set()
    assert {"cel.cel", "httpx"} <= found


def test_the_bot_needs_the_clients_of_what_is_configured_only() -> None:
    assert imported(["run", "--help"], {}) & (NEVER | {"alembic"}) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_said_of_a_command_in_the_list_is_how_its_own_help_begins(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command
    assert (command.name, bool(command.help)) == (name, True)
    assert (command.help or "").startswith(COMMANDS[name].rstrip("."))


@pytest.mark.parametrize("kind", [family.kind for family in FAMILIES])
def test_the_module_of_a_kind_of_target_is_found_in_its_folder(kind: str) -> None:
    assert (ROOT / "diagnostics" / "probes" / kind / "patient.py").is_file()


def test_a_kind_of_change_is_called_like_its_folder() -> None:
    assert tuple(kind.kind for kind in kinds()) == WORDS
