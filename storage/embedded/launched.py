"""Starts a program of PostgreSQL under its account, tied to the thread that starts it."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from storage.embedded.account import Account

LAUNCH = Path(__file__).with_name("launch.py")
# Neither our tokens nor settings meant for PostgreSQL's clients are handed on.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


def launched(
    program: list[str],
    account: Account,
    *,
    output: int | IO[bytes] = subprocess.PIPE,
    by_pipe: bool = sys.platform != "linux",
) -> "subprocess.Popen[bytes]":
    """Start a program that gets SIGINT when the calling thread ends, however it ends.

    Args:
        program: its path and arguments.
        account: who it runs as.
        output: where its output and errors go.
        by_pipe: have our end of a pipe watched rather than ask the kernel: the process counts then, not the
            thread. The pipe is the program's standard input; say `release` before closing it.
    """
    uid, gid = (-1, -1) if account.is_us else (account.uid, account.gid)
    tie = [os.getpid(), uid, gid, int(by_pipe)]
    return subprocess.Popen(  # noqa: S603 -- programs that `binaries` found
        [sys.executable, "-I", "-S", str(LAUNCH), *map(str, tie), *program],
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.PIPE if by_pipe else subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for us; we end it in our own order
    )


def release(process: "subprocess.Popen[bytes]") -> None:
    """Tell the watcher of a program that has ended to end as well, since its number may be another's soon."""
    if process.stdin:
        with suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(b".")


def finished(process: "subprocess.Popen[bytes]") -> tuple[str, int]:
    """Wait for a program that ends by itself: what it said, and its exit code."""
    with process:
        said = process.stdout.read() if process.stdout else b""
        code = process.wait()
        release(process)
    return said.decode(errors="replace"), code
