"""Becomes a program that does not outlive the one that started it. Run by path, as a process of its own.

On Linux the kernel kills us when the thread that started us ends, however it ends. Elsewhere a small process
waits for the end of a pipe that only the parent holds open, and kills us then.

Arguments: the parent's process id, then the program and its arguments.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie_to(parent: int) -> None:
    """Have the kernel kill us when the parent ends (Linux)."""
    if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        sys.exit("the kernel refused to tie this process to its parent")
    if os.getppid() != parent:  # it ended before we asked
        sys.exit("the parent has ended")


def tie_to_pipe() -> None:
    """Leave a process behind that kills us when standard input ends."""
    program = os.getpid()
    middle = os.fork()
    if middle == 0:
        if os.fork() == 0:
            _watch(program)
        os._exit(0)
    os.waitpid(middle, 0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def _watch(program: int) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)  # whoever reads the program's output must see it end with the program
    os.dup2(silence, 2)
    if not os.read(0, 1):
        os.kill(program, signal.SIGKILL)


def main() -> None:
    """Do what the arguments say; never returns."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_DFL)  # what a shell made us ignore
    if sys.platform == "linux":
        tie_to(parent)
    else:
        tie_to_pipe()
    os.execv(program[0], program)  # noqa: S606 -- no shell is wanted


if __name__ == "__main__":
    main()
