"""Writes the locked requirements, and tells without a network whether they are still fresh.

A lock's first line records a digest of everything it was made from: the dependency tables of the two
`pyproject.toml` files. `make check` computes that digest again and compares. A changed range, a new
dependency or a new Python version therefore makes a lock stale; a newer release of a dependency does not.

`make lock` keeps the versions that are pinned already; `make lock UPGRADE=1` takes the newest that the
ranges allow.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = Path("pyproject.toml")
PRACTICE = Path("practice/pyproject.toml")
DIGEST = "# made from: sha256:"
ADDRESS = re.compile(r"[a-z]+://|^\s*-(?:i|f|-index-url|-extra-index-url|-find-links)\b", re.MULTILINE)
REQUIREMENT = re.compile(r"^[A-Za-z0-9](?:[^\n\\]|\\\n)*", re.MULTILINE)
COMPILE = (sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version=3.11", "--quiet")
HASHED = ("--generate-hashes", "--no-emit-index-url", "--no-header")


@dataclass(frozen=True, slots=True)
class Lock:
    """One locked file: its name, and what `uv pip compile` is given to make it."""

    name: str
    arguments: tuple[str, ...]


BUILD = Lock("requirements-build.txt", ("--group=build",))
RUNTIME = Lock("requirements.txt", (str(OURS),))
DEVELOPMENT = Lock(
    "requirements-dev.txt",
    (
        str(OURS),
        str(PRACTICE),
        "--extra=embedded",
        "--group=dev",
        "--group=build",
        "-c",
        RUNTIME.name,
        "-c",
        BUILD.name,
    ),
)
LOCKS = (BUILD, RUNTIME, DEVELOPMENT)


def inputs(pyproject: Path) -> object:
    """The tables of a `pyproject.toml` that decide what gets installed."""
    document = tomllib.loads(pyproject.read_text())
    project = document["project"]
    return [
        document["build-system"]["requires"],
        project["requires-python"],
        project.get("dependencies", []),
        project.get("optional-dependencies", {}),
        document.get("dependency-groups", {}),
        document.get("tool", {}).get("uv", {}),
    ]


def digest(root: Path) -> str:
    """The digest of everything that the locks are made from."""
    tables = [inputs(root / name) for name in (OURS, PRACTICE) if (root / name).exists()]
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def faults(root: Path) -> list[str]:
    """What is wrong with the locks, as sentences; empty if nothing is."""
    expected = f"{DIGEST}{digest(root)}"
    return [sentence for lock in LOCKS for sentence in _faults_of(root / lock.name, expected)]


def _faults_of(path: Path, expected: str) -> list[str]:
    if not path.exists():
        return [f"{path.name} is missing. Run `make lock`."]
    text = path.read_text()
    wrong = []
    if not text.startswith(f"{expected}\n"):
        wrong.append(f"{path.name} is older than the dependencies it was made from. Run `make lock`.")
    if ADDRESS.search(text):
        wrong.append(f"{path.name} holds an address. Run `make lock`.")
    bare = [found for found in REQUIREMENT.findall(text) if "--hash=sha256:" not in found]
    wrong.extend(f"{path.name}: {name.split()[0]} has no hash. Run `make lock`." for name in bare)
    return wrong


def write(root: Path, *, upgrade: bool) -> None:
    """Make every lock anew with uv.

    Raises:
        subprocess.CalledProcessError: uv found no versions that fit together; it has said why.
    """
    options = ["--upgrade"] if upgrade else []
    for lock in LOCKS:
        arguments = [name for name in lock.arguments if name != str(PRACTICE) or (root / PRACTICE).exists()]
        subprocess.run(  # noqa: S603 -- the arguments are the constants above
            [*COMPILE, *HASHED, *options, *arguments, "-o", lock.name],
            cwd=root,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        path = root / lock.name
        path.write_text(f"{DIGEST}{digest(root)}\n# Made by `make lock`; do not edit.\n{path.read_text()}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write the locked requirements, or check them.")
    parser.add_argument("what", choices=["write", "check"])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions the ranges allow")
    return parser.parse_args()


def main() -> int:
    """Write the locks, or say what is wrong with them."""
    asked = _arguments()
    if asked.what == "write":
        write(ROOT, upgrade=asked.upgrade)
        return 0
    wrong = faults(ROOT)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
