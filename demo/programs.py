"""Programs that the demo starts: tied to it, with a log, stopped in good order."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo.places import CHECKOUT, DemoError

LEASH: Final = Path(__file__).with_name("leash.py")
POLITENESS: Final = 6.0  # seconds for a program to end before it is killed
LAST_WORDS: Final = 8  # lines
LONGEST_LINE: Final = 300


@dataclass(frozen=True, slots=True)
class Program:
    """What to start.

    Attributes:
        name: as people read it at the beginning of a sentence, such as "The bot".
        command: arguments for our own Python.
        speaks: it says what it has to say to us on standard output; all else goes to its log.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    speaks: bool = True


class Running:
    """A program that was started."""

    def __init__(self, program: Program, process: Process) -> None:
        self.program = program
        self._process = process

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
    tie = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), sys.executable]
    with _fresh(program.log).open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *tie,
            *program.command,
            cwd=CHECKOUT,
            env=program.environment,
            stdin=DEVNULL if sys.platform == "linux" else PIPE,
            stdout=PIPE if program.speaks else log,
            stderr=log if program.speaks else STDOUT,
            start_new_session=True,  # Ctrl-C is for us; we end it in our own order
        )
    return Running(program, process)


def _fresh(log: Path) -> Path:
    """The log, empty; the one before is kept beside it."""
    with suppress(FileNotFoundError):
        log.rename(log.with_suffix(".log.1"))
    return log
