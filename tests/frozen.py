"""Processes that stand still: stopped by a signal, and seen to have stopped."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 10
STILL = frozenset("TtZX")


@contextmanager
def frozen(*pids: int) -> Iterator[None]:
    """Processes of ours, none of whose threads runs for the length of the block (Linux)."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        _stopped(pids)
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _stopped(pids: tuple[int, ...]) -> None:
    """Until every thread has stopped. The signal is only sent when `kill` returns."""
    until = time.monotonic() + SECONDS
    while not all(state in STILL for pid in pids for state in _states(pid)):
        assert time.monotonic() < until, "a process does not stop"
        os.sched_yield()


def _states(pid: int) -> Iterator[str]:
    for task in Path(f"/proc/{pid}/task").glob("[0-9]*/stat"):
        try:
            said = task.read_text(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue  # that thread has ended
        yield said.rpartition(")")[2].split()[0]
