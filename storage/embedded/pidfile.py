"""Reads `postmaster.pid`, in which a server says who and where it is, and ends what an earlier run left."""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LINES = 8  # of a postmaster.pid whose writer has come as far as saying how it is
STEP = 0.01  # seconds between two looks at a file or process that cannot be waited for


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a postmaster.pid says."""

    pid: int
    port: int
    socket_folder: Path
    ready: bool


def read(data: Path) -> Postmaster | None:
    """What the cluster's postmaster.pid says; None if there is none, or it is not whole yet."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < LINES:
        return None
    return Postmaster(int(lines[0]), int(lines[3]), Path(lines[4]), ready=lines[7].strip() == "ready")


def until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Look again and again until a condition holds; False if it does not within some seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(STEP)
    return True


def clear(data: Path) -> None:
    """End a server that an earlier run left on the data, and remove what would keep the next from starting.

    Only the holder of the folder's lock may call this: the server found has nobody any more. Without `/proc`
    (macOS) nothing is known about the process, and PostgreSQL decides for itself.
    """
    found = _pid(data)
    if found is None or sys.platform != "linux":
        return
    if _serves(found, data):
        _send(signal.SIGINT, [found])
        until(lambda: not _serves(found, data), seconds=5)
    for how in (signal.SIGQUIT, signal.SIGKILL):
        # A session of a killed server works on until its query ends, and keeps the next from starting.
        if left := _processes(data):
            _send(how, left)
            until(lambda: not _processes(data), seconds=5)
    if not _serves(found, data) and _alive(found):
        # A zombie, or another program that got the number since. PostgreSQL would take it for a server.
        (data / "postmaster.pid").unlink(missing_ok=True)


def _pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _send(how: signal.Signals, processes: list[int]) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, how)


def _processes(data: Path) -> list[int]:
    """PostgreSQL's processes on these data, as far as we may look at them (Linux)."""
    return [int(process.name) for process in Path("/proc").glob("[0-9]*") if _works_on(process, data)]


def _works_on(process: Path, data: Path) -> bool:
    try:
        return (process / "comm").read_text() == "postgres\n" and (process / "cwd").readlink() == data
    except OSError:
        return False


def _serves(pid: int, data: Path) -> bool:
    """Whether a process is a server of these data (Linux)."""
    try:
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
