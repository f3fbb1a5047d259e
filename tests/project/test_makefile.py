"""The first thing a stranger types: `make`, and what it says when the machine lacks something."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def make(*arguments: str) -> str:
    said = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return said.stdout


def test_make_alone_lists_every_target_with_a_sentence() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    listed = dict(re.findall(r"^  make (\S+) +(.+)$", make(), re.MULTILINE))
    assert set(listed) == set(phony[1].split())
    assert all(listed.values())


def test_the_promised_targets_are_there() -> None:
    assert {"setup", "demo", "run", "test", "check", "bench", "diagnosis", "lock", "clean"} <= set(
        re.findall(r"make (\w+)", make("help"))
    )


def venv(python: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [ROOT / "tools" / "venv", folder],
        env=os.environ | {"PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_machine_without_a_new_enough_python_is_told_what_to_install(tmp_path: Path) -> None:
    said = venv("/bin/false", tmp_path / ".venv")
    assert said.returncode == 1
    assert "No Python 3.11 or newer" in said.stderr
    assert "apt-get install python3 python3-venv" in said.stderr


def test_a_debian_without_the_venv_package_is_told_its_name(tmp_path: Path) -> None:
    incomplete = tmp_path / "python"
    incomplete.write_text(
        f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"\n'
    )
    incomplete.chmod(0o755)
    said = venv(str(incomplete), tmp_path / ".venv")
    assert said.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt-get install python{version}-venv" in said.stderr


def test_a_python_on_the_path_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    said = venv(f"/bin/false {sys.executable}", tmp_path / ".venv")
    assert said.returncode == 0, said.stderr
    assert (tmp_path / ".venv" / "bin" / "python").exists()


def test_an_environment_that_works_is_left_alone() -> None:
    said = venv("/bin/false", Path(sys.prefix))
    assert (said.returncode, said.stdout) == (0, "")


def test_continuous_integration_is_valid_shell_and_asks_for_real_components() -> None:
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", script], check=True)
    lines = script.read_text().splitlines()
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in lines
    asked = lines.index("export TOCSIN_REQUIRE_REAL=1")
    assert lines.index("make test") > lines.index("make check") > asked
