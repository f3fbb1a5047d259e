"""Where the demo keeps its files, and that only one demo does so at a time."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[1]


class DemoError(Exception):
    """The demo cannot start or go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """The demo's folders, all below TOCSIN_HOME and apart from the data of a real bot."""

    home: Path

    @property
    def demo(self) -> Path:
        """What the demo keeps: databases and its lock; TOCSIN_HOME of its bot."""
        return self.home / "demo"

    def log(self, name: str) -> Path:
        """Where a program's words go."""
        return self.home / "logs" / f"{name}.log"


def places(environment: Mapping[str, str]) -> Places:
    """The folders, made if they are missing.

    Raises:
        DemoError: they cannot be made.
    """
    found = Places(Path(environment.get("TOCSIN_HOME") or CHECKOUT / ".tocsin").absolute())
    try:
        for folder in (found.demo, found.log("any").parent):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DemoError(
            f"The folder {found.home} cannot be used: {error.strerror}. "
            "Set TOCSIN_HOME to a folder that can be written."
        ) from error
    return found


@contextmanager
def alone(where: Places, address: str) -> Iterator[None]:
    """Hold the folders against a second demo, which is told that ours is at an address.

    Raises:
        DemoError: another demo holds them.
    """
    with (where.demo / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DemoError(
                f"The demo runs already: {lock.read().strip() or 'it is just starting'}. "
                "Use that one or stop it. For a second one, set TOCSIN_HOME to another folder."
            ) from None
        lock.truncate(0)
        lock.write(f"{address} (process {os.getpid()})")
        lock.flush()
        yield
