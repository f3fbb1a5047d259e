"""Programs that are measured: each its own process, connected to a practice workspace, stopped at the end."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from bench.figures import BenchError
from bench.workspace import ROOT
from tocsin_practice.driver import PracticeDriver

BUILD: Final = ROOT / "build"
BOT_LOG: Final = BUILD / "bench-bot.log"
PEER_LOG: Final = BUILD / "bench-peer.log"
PATIENCE: Final = 30.0  # seconds for a program to connect
POLITENESS: Final = 8.0  # seconds for a program to end before it is killed
_LAST_WORDS: Final = 1500  # characters


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is connected; `seconds` is how long that took from its start."""

    process: Process
    log: Path
    seconds: float

    def resident(self) -> float:
        """Its resident memory in megabytes. Raises BenchError where that cannot be asked."""
        for line in _proc(self.process.pid, "status").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise BenchError("The kernel does not say how much memory the bot holds.")

    def used(self) -> float:
        """The processor time that it has used, in seconds. Raises BenchError where that cannot be asked."""
        fields = _proc(self.process.pid, "stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime


def _proc(pid: int, what: str) -> str:
    try:
        return Path(f"/proc/{pid}/{what}").read_text(encoding="utf-8")
    except OSError as error:
        raise BenchError(f"/proc is needed for memory and processor time ({error.strerror}).") from error


def bot_command() -> list[str]:
    """What `make run` runs."""
    return [str(Path(sys.executable).with_name("tocsin")), "run"]


def without_proxies() -> dict[str, str]:
    """Our environment without proxies, which the SDK would use for this machine too."""
    return {key: value for key, value in os.environ.items() if not key.upper().endswith("_PROXY")}


def environment(practice: PracticeDriver, **more: str) -> dict[str, str]:
    """What points a program at the workspace."""
    return (
        without_proxies()
        | practice.environment()
        | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'practice'}"}
        | more
    )


@asynccontextmanager
async def connected(
    practice: PracticeDriver, command: Sequence[str], env: Mapping[str, str], log: Path
) -> AsyncIterator[Program]:
    """A program, from its connection to the workspace until the block is left.

    Raises:
        BenchError: it did not connect; its last words are in the text.
    """
    begun = asyncio.get_running_loop().time()
    process = await _spawned(command, env, log)
    try:
        await _connection(practice, process, log)
        yield Program(process, log, asyncio.get_running_loop().time() - begun)
    finally:
        await _stopped(process)


async def _spawned(command: Sequence[str], env: Mapping[str, str], log: Path) -> Process:
    try:
        with _opened(log) as out:
            return await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, env=env, cwd=ROOT
            )
    except OSError as error:
        raise BenchError(f"{command[0]} cannot be started ({error.strerror}). Run `make setup`.") from error


def _opened(log: Path) -> BinaryIO:
    log.parent.mkdir(parents=True, exist_ok=True)
    return log.open("wb")


async def _connection(practice: PracticeDriver, process: Process, log: Path) -> None:
    connection = asyncio.create_task(practice.connected(seconds=PATIENCE))
    end = asyncio.create_task(process.wait())
    await asyncio.wait({connection, end}, return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    if connection.done() and connection.exception() is None:
        return
    connection.cancel()
    raise BenchError(f"{log.stem} did not connect. Its last words: {_last_words(log)}")


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-_LAST_WORDS:].strip() or "(none)"


async def _stopped(process: Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(POLITENESS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
