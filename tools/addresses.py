"""Says whether a tracked file names a package registry: where packages come from is each machine's matter."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each name and its ending stand apart, so that this file does not name a registry itself.
REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("yarnpkg", "com"),
    ("ghcr", "io"),
    ("gcr", "io"),
    ("quay", "io"),
    ("crates", "io"),
    ("proxy.golang", "org"),
    ("deb.debian", "org"),
)
# Debian's package of the Docker Engine bears a registry's name; in a registry there is a path or a subdomain.
ALSO_A_PACKAGE = r"(?:[\w\-]+\.)docker\.io\b|\bdocker\.io/"
WORDS = "|".join(re.escape(f"{name}.{ending}") for name, ending in REGISTRIES)
NAMED = re.compile(rf"\b(?:{WORDS})\b|{ALSO_A_PACKAGE}")


def tracked(root: Path) -> list[Path]:
    """The files that git tracks below a folder.

    Raises:
        subprocess.CalledProcessError: git refuses; it has said why.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 -- git is where the developer's PATH has it
        cwd=root,
        stdout=subprocess.PIPE,
        check=True,
    )
    return [root / name for name in listed.stdout.decode().split("\0") if name]


def named(path: Path) -> list[str]:
    """The lines of a file that name a registry, as `line number: line`; none for a file that is not text."""
    try:
        lines = path.read_text().splitlines()
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return []
    return [f"{number}: {line.strip()}" for number, line in enumerate(lines, start=1) if NAMED.search(line)]


def main() -> int:
    """Print each line that names a registry; 1 if there is one."""
    if not (ROOT / ".git").exists():
        print("This is not a git checkout: nothing is tracked, so no file was searched for addresses.")
        return 0
    found = [f"{path.relative_to(ROOT)}:{line}" for path in tracked(ROOT) for line in named(path)]
    for line in found:
        print(line, file=sys.stderr)
    if found:
        print("A tracked file names a package registry. Take the address out.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
