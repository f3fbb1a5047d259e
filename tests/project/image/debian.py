"""Debian packages of this machine, and what they need, as the files they put into a root filesystem."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FIELDS = ("Package", "Architecture", "db:Status-Status", "Essential", "Pre-Depends", "Depends", "Provides")
_SLIM = re.compile(r"/usr/share/(?:doc|man|info|locale|lintian|bug|linda|groff|perl/[^/]+/pod)(?:/|$)")


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package; of `needs`, each is a list of alternatives."""

    name: str
    essential: bool
    needs: tuple[tuple[str, ...], ...]
    provides: tuple[str, ...]


class Machine:
    """What dpkg knows of this machine."""

    def __init__(self) -> None:
        self._packages = {package.name: package for package in _installed()}
        self._called = {name: p.name for p in self._packages.values() for name in (*p.provides, p.name)}

    def has(self, name: str) -> bool:
        return name in self._packages

    def named(self, pattern: str) -> list[str]:
        """The installed packages whose whole name fits this pattern, in the order of their numbers."""
        fitting = [name for name in self._packages if re.fullmatch(pattern, name)]
        return sorted(fitting, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])

    def essential(self) -> list[str]:
        return [package.name for package in self._packages.values() if package.essential]

    def with_needs(self, names: Iterable[str]) -> list[str]:
        """These packages and all that they depend on; what is only recommended stays out."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._needs(self._packages[name])
        return sorted(found)

    def _needs(self, package: Package) -> Iterator[str]:
        for alternatives in package.needs:
            here = next((self._called[name] for name in alternatives if name in self._called), None)
            if here:
                yield here


def files(packages: Iterable[str]) -> Iterator[Path]:
    """The files and folders of these packages that a slim image keeps, and that are really there."""
    for line in _said("dpkg-query", "--listfiles", *packages).splitlines():
        if line.startswith("/") and line != "/." and not _SLIM.match(line) and os.path.lexists(line):
            yield Path(line)


def owners(paths: Iterable[Path]) -> set[str]:
    """The packages that these files belong to; a file of no package is left out."""
    every = {str(form) for path in paths for form in _forms(path)}
    if not every:
        return set()
    asked = subprocess.run(["dpkg-query", "--search", *sorted(every)], capture_output=True, text=True)  # noqa: PLW1510 - it fails when one of them has no owner
    lines = [line for line in asked.stdout.splitlines() if not line.startswith("diversion ")]
    return {line.split(":", 1)[0].split(",")[0] for line in lines}


def libraries(binaries: Iterable[Path]) -> set[Path]:
    """The shared libraries that these binaries are linked with."""
    said = _said("ldd", *map(str, binaries))
    return {Path(found) for found in re.findall(r"=> (/\S+) \(", said)}


def _forms(path: Path) -> set[Path]:
    """A file as it is called with /lib as a link to /usr/lib, and as its package may still call it."""
    real = path.parent.resolve() / path.name
    forms = {path, real, path.resolve()}
    return forms | {Path(str(form).removeprefix("/usr")) for form in forms}


def _installed() -> Iterator[Package]:
    ours = _said("dpkg", "--print-architecture").strip()
    row = "\t".join(f"${{{field}}}" for field in _FIELDS)
    for line in _said("dpkg-query", "--show", f"--showformat={row}\n").splitlines():
        name, architecture, status, essential, before, depends, provides = line.split("\t")
        if status == "installed" and architecture in {ours, "all"}:
            yield Package(name, essential == "yes", (*_read(before), *_read(depends)), _flat(provides))


def _read(relation: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_name(word) for word in part.split("|")) for part in relation.split(",") if part)


def _flat(relation: str) -> tuple[str, ...]:
    return tuple(_name(part) for part in relation.split(",") if part)


def _name(word: str) -> str:
    return re.split(r"[\s:(]", word.strip(), maxsplit=1)[0]


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
