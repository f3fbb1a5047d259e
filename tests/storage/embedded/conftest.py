"""Folders for servers, programs that can be killed, and the end of processes that are not our children."""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.embedded import Options, running_blocking

PROGRAM = Path(__file__).with_name("program.py")
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Program:
    """A program that runs a server, and the server's process id and address."""

    process: "subprocess.Popen[bytes]"
    pid: int
    dsn: str
    ours: bool


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine can enter."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A folder with a cluster in it and no server, for tests that need neither an empty nor a whole one."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-test-"))
    folder.chmod(0o755)
    with running_blocking(folder / "made", Options(durable=False)):
        pass
    yield folder / "made"
    shutil.rmtree(folder)


@pytest.fixture
def program() -> Iterator[Callable[[Path], Program]]:
    """Starts a program with a server on a folder; all of them are ended with the test."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(started(folder))


@contextmanager
def started(folder: Path) -> Iterator[Program]:
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout
        said = json.loads(process.stdout.readline())
        yield Program(process, **said)
        process.kill()
    assert _ended(said["pid"])


@pytest.fixture
def ended() -> Callable[[int], bool]:
    """Waits until a process has ended, child or not; False if it has not after ten seconds."""
    return _ended


def _ended(pid: int) -> bool:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="root alone hands its server to another user")
