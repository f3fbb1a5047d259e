"""Becomes a program of PostgreSQL that ends with its parent. Run by path, as a process of its own.

It gives up root first, since changing the user clears the parent-death signal. On Linux the kernel then
sends SIGINT (a fast, orderly stop) when the thread that started us ends. Elsewhere a small process waits for
the end of a pipe that only the parent holds open, and sends it instead.

Arguments: the parent's process id, user id, group id (-1: stay who we are), whether to watch a pipe on
standard input (0 or 1), then the program and its arguments.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(uid: int, gid: int) -> None:
    """Give up root for an unprivileged user."""
    if uid >= 0:
        os.setgroups([gid])
        os.setgid(gid)
        os.setuid(uid)


def end_with_parent(parent: int) -> None:
    """Have the kernel send SIGINT when the parent ends (Linux)."""
    if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT) != 0:
        sys.exit("the kernel refused to tie this process to its parent")
    if os.getppid() != parent:  # it ended before we asked
        sys.exit("the parent has ended")


def end_with_pipe() -> None:
    """Leave a process behind that sends us SIGINT when standard input ends without a word."""
    server = os.getpid()
    middle = os.fork()
    if middle == 0:
        if os.fork() == 0:
            _watch(server)
        os._exit(0)
    os.waitpid(middle, 0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def _watch(server: int) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)  # whoever reads the server's output must see it end with the server
    os.dup2(silence, 2)
    if not os.read(0, 1):
        os.kill(server, signal.SIGINT)


def main() -> None:
    """Do what the arguments say; never returns."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's handler loses one that comes just before exec
    parent, uid, gid, by_pipe = map(int, sys.argv[1:5])
    program = sys.argv[5:]
    become(uid, gid)
    if by_pipe:
        end_with_pipe()
    else:
        end_with_parent(parent)
    os.execv(program[0], program)  # noqa: S606 -- no shell is wanted


if __name__ == "__main__":
    main()
