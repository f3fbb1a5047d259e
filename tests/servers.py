"""PostgreSQL servers of the tests' own: in memory where it has room, since databases are copied as files."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage import embedded
from storage.embedded import Options, Server

MEMORY = Path("/dev/shm")  # noqa: S108 -- each server has a folder of its own there, as in any other
ROOM = 4 * 1024**3  # bytes; in containers there is often far less


@contextmanager
def temporary(options: Options | None = None) -> Iterator[Server]:
    """As `storage.embedded.temporary`."""
    with embedded.temporary(options, within=memory()) as server:
        yield server


def memory() -> Path | None:
    """A file system in memory with room for all servers of a run; None where there is none."""
    try:
        room = shutil.disk_usage(MEMORY).free
    except OSError:
        return None
    return MEMORY if room >= ROOM and os.access(MEMORY, os.W_OK) else None
