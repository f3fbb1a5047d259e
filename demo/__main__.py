"""`python -m demo`, or `make demo`: runs the demo until Ctrl-C."""

import asyncio
import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from demo.cast import Cast
from demo.conductor import Conductor
from demo.places import DemoError, alone, places
from demo.ports import free_ports

PR_SET_PDEATHSIG = 1
MAKES = {"make", "gmake"}


def main() -> None:
    """Run the demo; exits with 1 and a sentence if it cannot run."""
    _end_with_make()
    try:
        cast = Cast(places(os.environ), free_ports(), os.environ)
        with alone(cast.where, cast.workspace_address):
            asyncio.run(Conductor(cast, _say).run())
    except DemoError as error:
        sys.exit(str(error))


def _end_with_make() -> None:
    """Killed by -9, make cannot tell us; have the kernel do so (Linux)."""
    with suppress(OSError):  # no /proc: not Linux
        parent = Path(f"/proc/{os.getppid()}/comm").read_text(encoding="ascii").strip()
        if parent in MAKES:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _say(sentence: str) -> None:
    with suppress(OSError):  # whoever listened has gone; the demo ends in order all the same
        print(sentence, flush=True)  # noqa: T201 -- unlike write, it bears a closed standard output


if __name__ == "__main__":
    main()
