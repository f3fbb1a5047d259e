"""Programs that the demo starts: tied to it, with a log, stopped in good order."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from demo.places import CHECKOUT, DemoError

LEASH: Final = Path(__file__).with_name("leash.py")
POLITENESS: Final = 5.0  # seconds for a program to end before it is killed
LAST_WORDS: Final = 8  # lines
LONGEST_LINE: Final = 300


@dataclass(frozen=True, slots=True)
class Program:
    """What to start.

    Attributes:
        name: as people read it at the beginning of a sentence, such as "The bot".
        command: arguments for our own Python.
        environment: what it is told from the start.
        speaks: it says what it has to say to us on standard output; all else goes to its log.
        entry: for a program that is imported at once and run when `Running.go` tells it the rest:
            "module:function". Its command is then only its own arguments.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    log: Path
    speaks: bool = True
    entry: str = ""


class Running:
    """A program that was started."""

    def __init__(self, program: Program, process: Process, gate: IO[str] | None) -> None:
        self.program = program
        self._process = process
        self._gate = gate

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def says(self) -> str:
        """The next line that it says to us.

        Raises:
            DemoError: it ended; its last words are in the text.
        """
        line = await self._process.stdout.readline() if self._process.stdout else b""
        if not line:
            raise self.failed(await self.end())
        return line.decode().strip()

    def failed(self, sentence: str) -> DemoError:
        """An error that says a sentence, the last lines of the program's log, and where all of it is."""
        log = self.program.log
        lines = [line[:LONGEST_LINE] for line in log.read_text(errors="replace").splitlines() if line.strip()]
        words = "\n".join(f"  {line}" for line in lines[-LAST_WORDS:])
        said = f"Its last words:\n\n{words}\n\n" if words else "It said nothing. "
        return DemoError(f"{sentence} {said}Its log is {log}.")

    def go(self, environment: Mapping[str, str]) -> None:
        """Tell a program that waits the rest of its environment; it runs then."""
        gate, self._gate = self._gate, None
        if gate is None:
            raise AssertionError(f"{self.program.name} does not wait")
        with suppress(BrokenPipeError), gate:  # it ended; `end` says so
            json.dump(dict(environment), gate)

    async def end(self) -> str:
        """Wait until it ends; the sentence that says how."""
        code = await self._process.wait()
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"{self.program.name} {how}."

    async def stop(self) -> None:
        """Ask it to end; kill it if it does not."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(POLITENESS):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        """End it now."""
        with suppress(ProcessLookupError):
            self._process.kill()


async def start(program: Program) -> Running:
    """Start a program. Call it in the main thread, which the program will not outlive."""
    if not program.entry:
        return Running(program, await _spawned(program, program.command), None)
    theirs, ours = os.pipe()
    try:
        command = ("-m", "demo.gate", str(theirs), program.entry, *program.command)
        process = await _spawned(program, command, theirs)
    finally:
        os.close(theirs)
    return Running(program, process, os.fdopen(ours, "w", encoding="utf-8"))


async def _spawned(program: Program, command: tuple[str, ...], *kept: int) -> Process:
    tie = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), sys.executable]
    with _fresh(program.log).open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *tie,
            *command,
            cwd=CHECKOUT,
            env=program.environment,
            stdin=DEVNULL if sys.platform == "linux" else PIPE,
            stdout=PIPE if program.speaks else log,
            stderr=log if program.speaks else STDOUT,
            pass_fds=kept,
            start_new_session=True,  # Ctrl-C is for us; we end it in our own order
        )


def _fresh(log: Path) -> Path:
    """The log, empty; the one before is kept beside it."""
    with suppress(FileNotFoundError):
        log.rename(log.with_suffix(".log.1"))
    return log
