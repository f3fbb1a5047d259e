"""Starts everything side by side, keeps it going, and ends it in good order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

from demo import words
from demo.cast import Cast
from demo.programs import Program, Running, start

PATIENCE: Final = 30.0  # seconds for each part to be there
OFTEN: Final = 5  # a bot that ends so many times ...
SPAN: Final = 60.0  # ... within that many seconds is not started again
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

T = TypeVar("T")
Say = Callable[[str], None]


class Conductor:
    """One demo, from start to end."""

    def __init__(self, cast: Cast, say: Say) -> None:
        self._cast = cast
        self._say = say
        self._told = asyncio.Event()
        self._started: list[Running] = []

    async def run(self) -> None:
        """Run the demo until told to end. Call it in the main thread.

        Raises:
            DemoError: a part does not start, or ended by itself.
        """
        loop = asyncio.get_running_loop()
        for name in SIGNALS:
            if signal.getsignal(name) is not signal.SIG_IGN:  # as nohup asks for
                loop.add_signal_handler(name, self._tell)
        try:
            await self._unless_told(self._perform())
        finally:
            await self._stop_all()
        self._say(words.ENDED)

    def _tell(self) -> None:
        if self._told.is_set():  # asked twice: at once
            for running in self._started:
                running.kill()
        self._told.set()

    async def _unless_told(self, work: Coroutine[Any, Any, None]) -> None:
        task, told = asyncio.create_task(work), asyncio.create_task(self._told.wait())
        try:
            await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            if not task.done():
                task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _perform(self) -> None:
        cast = self._cast  # the bot first, which takes longest
        bot, workspace, shop = [await self._start(p) for p in (cast.bot(), cast.workspace(), cast.shop())]
        database, address, _ = await _together(
            self._database(),
            _in_time(workspace, "start", workspace.says()),
            _in_time(shop, "open", shop.says()),
        )
        settings = self._cast.settings(database=database, workspace=address)
        bot.go(settings)
        await _before_end(bot, _in_time(bot, "connect", workspace.says()))
        self._say(words.started(address, cast.shell()))
        others = [running for running in self._started if running is not bot]
        await _together(self._keep_going(bot, settings), *map(_never_ends, others))

    async def _database(self) -> str:
        """The address of the bot's database: that of DATABASE_URL, or one that we start."""
        given = self._cast.environment.get("DATABASE_URL")
        if given:
            return given
        record = await self._start(self._cast.record())
        return await _in_time(record, "start", record.says())

    async def _keep_going(self, bot: Running, settings: Mapping[str, str]) -> None:
        """Start the bot again whenever it ends, as a service manager does."""
        loop, ends = asyncio.get_running_loop(), list[float]()
        while True:
            how = await bot.end()
            ends = [at for at in ends if at > loop.time() - SPAN] + [loop.time()]
            if len(ends) == OFTEN:
                raise bot.failed(f"{how} That was the {OFTEN}th time within a minute.")
            self._say(words.started_again(how))
            bot = await self._start(self._cast.bot())
            bot.go(settings)

    async def _start(self, program: Program) -> Running:
        running = await start(program)
        self._started.append(running)
        return running

    async def _stop_all(self) -> None:
        """End the bots first, and what they need when they are gone."""
        bots = [running for running in self._started if running.program.entry]
        others = [running for running in self._started if not running.program.entry]
        for group in (bots, others):
            await asyncio.gather(*(running.stop() for running in group))


async def _in_time(running: Running, what: str, work: Awaitable[T]) -> T:
    """What `work` gives, or an error that the program did not do `what` in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await work
    except TimeoutError:
        raise running.failed(f"{running.program.name} did not {what} within {PATIENCE:.0f} s.") from None


async def _before_end(running: Running, work: Coroutine[Any, Any, T]) -> T:
    """What `work` gives, or an error if the program ends before."""
    task, end = asyncio.create_task(work), asyncio.create_task(_never_ends(running))
    try:
        await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
        if end.done():
            end.result()
        return await task
    finally:
        task.cancel()
        end.cancel()


async def _never_ends(running: Running) -> None:
    raise running.failed(await running.end())


async def _together(*works: Coroutine[Any, Any, Any]) -> list[Any]:
    """What all of them give; the first that fails ends the others."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
