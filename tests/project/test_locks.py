"""The locked requirements: whole, hashed, without an address, and known to be stale when they are."""

import re
import shutil
from pathlib import Path

import pytest

from tools import addresses, lock

ROOT = Path(__file__).parents[2]
NAMES = [each.name for each in lock.LOCKS]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "practice/pyproject.toml", *NAMES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_locks_are_fresh_hashed_and_without_an_address() -> None:
    assert lock.faults(ROOT) == []


def test_a_new_dependency_makes_every_lock_stale(copy: Path) -> None:
    pyproject = copy / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"aiohttp>=', '"aiosmtplib>=3",\n    "aiohttp>='))
    assert [sentence.split()[0] for sentence in lock.faults(copy)] == NAMES


def test_a_change_of_the_linters_settings_leaves_the_locks_fresh(copy: Path) -> None:
    pyproject = copy / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("line-length = 110", "line-length = 120"))
    assert lock.faults(copy) == []


def test_a_requirement_without_a_hash_is_named(copy: Path) -> None:
    with (copy / "requirements.txt").open("a") as file:
        file.write("aiosmtplib==3.0.0\n")
    assert lock.faults(copy) == ["requirements.txt: aiosmtplib==3.0.0 has no hash. Run `make lock`."]


@pytest.mark.parametrize(
    "line", ["--index-url https://somewhere.example/simple", "-f /wheels", "--extra-index-url x"]
)
def test_an_address_in_a_lock_is_found(copy: Path, line: str) -> None:
    with (copy / "requirements.txt").open("a") as file:
        file.write(f"{line}\n")
    assert any("holds an address" in sentence for sentence in lock.faults(copy))


def test_a_missing_lock_says_how_to_make_it(copy: Path) -> None:
    (copy / "requirements.txt").unlink()
    assert lock.faults(copy) == ["requirements.txt is missing. Run `make lock`."]


def test_what_runs_in_production_is_what_was_tested() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.txt") | pins("requirements-build.txt") <= pins("requirements-dev.txt")


def test_a_file_that_names_a_registry_is_found(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("nothing here\nfrom files." + "pythonhosted" + ".org\n")
    assert addresses.named(file) == ["2: from files." + "pythonhosted" + ".org"]


def test_the_package_that_bears_a_registrys_name_is_no_address_and_the_registry_is(tmp_path: Path) -> None:
    file = tmp_path / "file"
    registry = "docker" + ".io"
    file.write_text(f"apt install {registry} iptables\nFROM {registry}/library/x\nindex.{registry}\n")
    assert [line.partition(":")[0] for line in addresses.named(file)] == ["2", "3"]
