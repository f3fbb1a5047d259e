"""`make demo`: from its start until it prints the address, the second time."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

from bench.figures import AtMost, BenchError, Figure, Unit
from bench.programs import without_proxies
from bench.workspace import ROOT

SECTION: Final = "The demo"
_PATIENCE: Final = 60.0
_POLITENESS: Final = 15.0


async def demo(home: Path) -> list[Figure]:
    """Started twice in a folder of its own. Raises BenchError."""
    first, second = [await _start(home / "demo") for _ in range(2)]
    return [
        Figure(section=SECTION, what="first start to the address", value=first, unit=Unit.SECONDS),
        Figure(
            section=SECTION,
            what="second start to the address",
            value=second,
            unit=Unit.SECONDS,
            target=AtMost(3),
        ),
    ]


async def _start(home: Path) -> float:
    clock = asyncio.get_running_loop().time
    begun = clock()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "demo"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=without_proxies() | {"TOCSIN_HOME": str(home)},
        cwd=ROOT,
    )
    try:
        await _address(process)
        return clock() - begun
    finally:
        await _ended(process)


async def _address(process: asyncio.subprocess.Process) -> None:
    said: list[str] = []
    try:
        async with asyncio.timeout(_PATIENCE):
            while process.stdout and (line := await process.stdout.readline()):
                said.append(line.decode(errors="replace"))
                if "http://127.0.0.1" in said[-1] or "http://localhost" in said[-1]:
                    return
    except TimeoutError:
        pass  # told below, with what it said until then
    raise BenchError(f"The demo printed no address. It said: {''.join(said).strip() or '(nothing)'}")


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(_POLITENESS):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
