"""The bot as its own process, as `tocsin run` starts it; the test moves its clock through standard input."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from app import settings
from app.main import serve


class MovableClock:
    """The time of day plus what the test has moved it by."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def listen(self) -> None:
        """Each line on standard input is a number of seconds to move on."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        while line := await reader.readline():
            self.ahead += timedelta(seconds=float(line))


async def main() -> None:
    clock = MovableClock()
    listening = asyncio.create_task(clock.listen())
    try:
        await serve(settings.load(settings.Places), settings.slack(), clock=clock)
    finally:
        listening.cancel()


asyncio.run(main())
