"""A shop to break, and the demo as a process of its own that says what it says and leaves nothing behind."""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import aiohttp
import pytest

from demo.ports import free_ports
from demo.shop.open import Premises, Shop, opened
from storage.embedded import DatabaseError

ROOT = Path(__file__).parents[2]
LAST_LINE = "Ctrl-C ends everything.\n"
SECONDS = 20  # after which something that should have ended has not

Missing = Callable[[str, str], NoReturn]


@pytest.fixture(scope="session")
def homes() -> Iterator[Path]:
    """A folder that every user of this machine can enter."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-demo-"))
    folder.chmod(0o755)
    yield folder
    for link in folder.rglob("*"):
        if link.is_symlink() and link.is_dir():
            shutil.rmtree(link.resolve(), ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture
async def shop(homes: Path, missing: Missing) -> AsyncIterator[Shop]:
    """The open shop, without customers, so that nothing happens by itself."""
    premises = Premises(folder=homes / "shop", database=free_ports().database)
    try:
        async with opened(premises, busy=False) as shop:
            yield shop
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Demo:
    """A demo that was started, and handles of everything that it started in its turn."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.handles: list[int] = []

    def printed(self) -> str:
        """What it prints until it runs, or until it ends."""
        assert self.process.stdout
        printed = ""
        for line in self.process.stdout:
            printed += line
            if line == LAST_LINE:
                break
        return printed

    def watch(self) -> int:
        """Hold on to its processes as they are now; how many there are."""
        for pid in descendants(self.process.pid):
            with suppress(ProcessLookupError):  # it has ended since, as PostgreSQL's own workers do
                self.handles.append(os.pidfd_open(pid))
        return len(self.handles)

    def left(self) -> int:
        """How many of those still run, after waiting for them to end."""
        return sum(not select.select([handle], [], [], SECONDS)[0] for handle in self.handles)

    def ended_by(self, number: int) -> tuple[int, str]:
        """Send a signal, and wait: the exit code, and what else it printed."""
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, said


@pytest.fixture
def start(homes: Path, postgres: str) -> Iterator[Callable[..., Demo]]:
    """Starts demos, on one home unless told otherwise; variables of the environment as keywords."""
    assert postgres  # where there is none, this test is skipped or fails by now
    with ExitStack() as stack:

        def starting(**environment: str) -> Demo:
            return stack.enter_context(_started({"TOCSIN_HOME": str(homes / "home")} | environment))

        yield starting


@contextmanager
def _started(environment: dict[str, str]) -> Iterator[Demo]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with subprocess.Popen(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        demo = Demo(process)
        try:
            yield demo
        finally:
            for handle in demo.handles:
                os.close(handle)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=SECONDS)


def descendants(pid: int) -> set[int]:
    """The processes that a process started, and those that they started; not itself (Linux)."""
    parents = dict(filter(None, map(_parent, Path("/proc").glob("[0-9]*"))))
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def _parent(process: Path) -> tuple[int, int] | None:
    try:
        said = (process / "stat").read_text(errors="replace")
    except OSError:
        return None
    return int(process.name), int(said.rpartition(")")[2].split()[1])
