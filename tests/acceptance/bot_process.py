"""The bot as its own process, as `tocsin run` starts it; the test moves its clock through a pipe.

It is forked from a server that has imported everything already, which spares each test two seconds of a
processor; nothing of the test's own process is in it. Everything is also what a bot imports on demand, and
what it reads of Tocsin's own patterns and runbooks where its settings have none.
"""

import asyncio
import logging
import multiprocessing
import os
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from app import examining, runbooks, settings
from app.main import serve
from diagnostics.causes import Rules
from diagnostics.registry import FAMILIES
from incidents.checklists import Guides
from mitigations.registry import kinds

for _family in FAMILIES:
    import_module(f"diagnostics.probes.{_family.kind}.patient")
kinds()
_NOWHERE = Path("/nowhere")  # settings without patterns and runbooks of their own
_RULES, _GUIDES = examining.rules(_NOWHERE), runbooks.guides(_NOWHERE)
_READ_RULES, _READ_GUIDES = examining.rules, runbooks.guides


def _rules(folder: Path) -> Rules:
    return _READ_RULES(folder) if (folder / "patterns").exists() else _RULES


def _guides(folder: Path) -> Guides:
    return _READ_GUIDES(folder) if (folder / "runbooks").exists() else _GUIDES


class MovableClock:
    """The time of day plus what the test has moved it by."""

    def __init__(self, moves: Connection) -> None:
        self._moves = moves
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def moved(self) -> None:
        """Take in what the test sent: seconds to move on."""
        try:
            self._ahead += timedelta(seconds=self._moves.recv())
        except EOFError:
            asyncio.get_running_loop().remove_reader(self._moves.fileno())


def context() -> ForkServerContext:
    """Where bots are forked from."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["pytest", __name__])
    return found


def start(environment: dict[str, str], log: Path) -> tuple[ForkServerProcess, Connection]:
    """A bot in that environment, and the pipe that moves its clock."""
    ours, theirs = multiprocessing.Pipe()
    process = context().Process(target=_run, args=(environment, log, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _run(environment: dict[str, str], log: Path, moves: Connection) -> None:
    with log.open("wb") as out:
        for number in (1, 2):
            os.dup2(out.fileno(), number)
    os.environ.clear()
    os.environ.update(environment)
    logging.captureWarnings(capture=True)
    with patch.object(examining, "rules", _rules), patch.object(runbooks, "guides", _guides):
        try:
            asyncio.run(_bot(MovableClock(moves)))
        finally:
            sys.stdout.flush()


async def _bot(clock: MovableClock) -> None:
    asyncio.get_running_loop().add_reader(clock._moves.fileno(), clock.moved)  # noqa: SLF001 - its own module
    await serve(settings.load(settings.Places), settings.slack(), clock=clock)
