"""A server for the length of a `with` block, waited for in a coroutine or in a plain function."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from storage.embedded import pidfile
from storage.embedded.errors import DatabaseError
from storage.embedded.server import Options, Server
from storage.embedded.supervisor import PAUSE, Prepared, end, prepare, settle, spawn


@asynccontextmanager
async def running(folder: Path, options: Options | None = None) -> AsyncIterator[Server]:
    """A server on a folder, its data made if there are none, until the block is left.

    If another program runs a server on the folder, that one is used as it is and left running (`Server.ours`
    is False); it ends with its program. On Linux our own ends with the thread of the event loop, so run that
    in the main thread; kill -9 of this program leaves no server behind.

    Raises:
        DatabaseError: what is missing or in the way, and what to do.
    """
    prepared = await asyncio.to_thread(prepare, folder, options or Options())
    if isinstance(prepared, Server):
        yield prepared
        return
    try:
        for last in _attempts(prepared.options.patience):
            attempt = spawn(prepared)
            try:
                server = await asyncio.to_thread(settle, prepared, attempt)
                if server:
                    yield server
                    return
            finally:
                await asyncio.to_thread(end, attempt)
            _give_up_if(last, prepared)
            await asyncio.sleep(PAUSE)
    finally:
        prepared.lock.close()


@contextmanager
def running_blocking(folder: Path, options: Options | None = None) -> Iterator[Server]:
    """As `running`, for a program without an event loop. Call it in the main thread.

    Raises:
        DatabaseError: what is missing or in the way, and what to do.
    """
    prepared = prepare(folder, options or Options())
    if isinstance(prepared, Server):
        yield prepared
        return
    try:
        for last in _attempts(prepared.options.patience):
            attempt = spawn(prepared)
            try:
                server = settle(prepared, attempt)
                if server:
                    yield server
                    return
            finally:
                end(attempt)
            _give_up_if(last, prepared)
            time.sleep(PAUSE)
    finally:
        prepared.lock.close()


def _attempts(patience: float) -> Iterator[bool]:
    """One value for each attempt to start; True for the last."""
    deadline = time.monotonic() + patience
    while True:
        yield time.monotonic() >= deadline


def _give_up_if(last: bool, prepared: Prepared) -> None:  # noqa: FBT001 -- private, called with the loop's word
    if last:
        holder = pidfile.read(prepared.data)
        raise DatabaseError(
            f"An earlier PostgreSQL (process {holder.pid if holder else 'unknown'}) still holds "
            f"{prepared.folder} after {prepared.options.patience:.0f} s. End it, then start again. "
            f"Its log is {prepared.log}."
        )


@contextmanager
def temporary(options: Options | None = None, *, within: Path | None = None) -> Iterator[Server]:
    """A server whose data are removed with it, without the safety that data worth keeping need.

    Args:
        options: how it runs.
        within: the folder in which its data get a folder of their own; the system's for such, unless told.
    """
    folder = Path(tempfile.mkdtemp(prefix="tocsin-", dir=within))
    try:
        with running_blocking(folder, replace(options or Options(), durable=False)) as server:
            yield server
    finally:
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        if folder.is_symlink():  # the server's user could not reach it
            folder.unlink()
