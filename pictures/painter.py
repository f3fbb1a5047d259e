"""Has pictures drawn by a short process of their own, so that the bot never loads the plotting library."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from incidents.errors import Unavailable
from incidents.picture import Painted, Picture
from pictures.order import Order, unpacked, written
from pictures.words import alternative, title

LONGEST = 30.0  # seconds, since a machine in trouble is a slow one
ROOT = Path(__file__).resolve().parent.parent
TOLD = 300  # characters of a complaint that the log gets
LINE = (sys.executable, "-m", "pictures")


class ProcessPainter:
    """Draws pictures, one process at a time.

    Args:
        zone: in which times are shown.
        line: the program that draws, with its arguments.
        longest: seconds after which it is given up.
    """

    def __init__(self, zone: ZoneInfo, *, line: Sequence[str] = LINE, longest: float = LONGEST) -> None:
        self._zone = zone
        self._line = tuple(line)
        self._longest = longest
        self._turn = asyncio.Lock()
        self._folder = TemporaryDirectory(prefix="tocsin-pictures-")

    @property
    def folder(self) -> str:
        """Where the plotting library keeps what it makes for itself."""
        return self._folder.name

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    async def paint(self, pictures: Sequence[Picture]) -> tuple[Painted, ...]:
        """The pictures as images. Raises Unavailable."""
        if not pictures:
            return ()
        async with self._turn:
            images = await self._drawn(written(Order(tuple(pictures), self._zone.key)))
        return tuple(
            Painted(title(picture), alternative(picture, self._zone), image)
            for picture, image in zip(pictures, images, strict=True)
        )

    async def _drawn(self, order: bytes) -> tuple[bytes, ...]:
        try:
            async with asyncio.timeout(self._longest):
                return unpacked(await self._run(order))
        except TimeoutError:
            raise Unavailable(f"Drawing took longer than {self._longest:.0f} s.") from None
        except (OSError, ValueError) as error:
            raise Unavailable(f"The program that draws failed ({type(error).__name__}).") from error

    async def _run(self, order: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._line,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=self._environment(),
        )
        try:
            image, complaint = await process.communicate(order)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            raise Unavailable(f"The program that draws ended with {process.returncode}: {last[:TOLD]}")
        return image

    def _environment(self) -> dict[str, str]:
        """Nothing of ours, which holds secrets."""
        kept = {name: os.environ[name] for name in ("PATH", "TZDIR") if name in os.environ}
        return kept | {"MPLCONFIGDIR": self._folder.name, "HOME": self._folder.name, "LC_ALL": "C.UTF-8"}
