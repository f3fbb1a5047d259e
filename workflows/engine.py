"""The engine: takes jobs from the queue, runs them, and stays alive through outages of the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from procrastinate import App, JobContext
from procrastinate.types import JSONValue

from incidents.model import IncidentId
from workflows import jobs
from workflows.clocks import Clocks
from workflows.deliveries import Deliveries
from workflows.examinations import Examinations, Order
from workflows.jobs import JobName, Jobs
from workflows.mitigations import Mitigations
from workflows.opening import NowhereError
from workflows.patience import Patience
from workflows.ports import Ports
from workflows.queue import connector
from workflows.rescue import Rescue, Running
from workflows.room import SetUp
from workflows.rounds import Rounds
from workflows.telling_checks import TellingChecks, lane
from workflows.turns import Key, Turns, What, named
from workflows.watches import Watches

__all__ = ["Engine", "Jobs", "Ports"]

CONCURRENCY = 300  # most of them wait for the workspace
_POLL = 1.0
_HEARTBEAT = 2.0
_GRACE = 3.0
_FORGOTTEN_EVERY = 15
_TELL_AFTER = 4  # attempts of a set-up
_log = logging.getLogger(__name__)


class Engine:
    """Runs what follows from decisions.

    Args:
        dsn: the database, as libpq reads it.
        ports: the world.
        clocks: whether clocks ring and checks go their rounds here; tests move them by hand.
    """

    def __init__(self, dsn: str, *, ports: Ports, clocks: bool = True) -> None:
        self._ports = ports
        self._turns = Turns(dsn)
        self._running = Running()
        self._app = App(connector=connector(dsn))
        self._rescue = Rescue(self._app, ports, self._running)
        self._clocks = Clocks(ports) if clocks else None
        self._set_up = SetUp(ports, self._deliver_later)
        self._deliveries = Deliveries(ports)
        self._watches = Watches(ports)
        self._mitigations = Mitigations(ports)
        self._rounds = Rounds(ports)
        self._checks = TellingChecks(ports)
        self._register()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs jobs until it is left; jobs under way then get three seconds, and go on elsewhere or later."""
        async with self._turns.running(), self._app.open_async():
            loops = [self._work(), self._look_after()]
            if self._clocks:
                loops += [self._clocks.run(), self._rounds.run()]
            tasks = [asyncio.create_task(loop) for loop in loops]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks, timeout=_GRACE + 2)

    async def _work(self) -> None:
        """The worker returns, even with success, when the database restarts; it is started again."""
        while True:
            try:
                await self._app.run_worker_async(
                    concurrency=CONCURRENCY,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=_POLL,
                    update_heartbeat_interval=_HEARTBEAT,
                    stalled_worker_timeout=60,
                    shutdown_graceful_timeout=_GRACE,
                    delete_jobs="successful",
                )
            except Exception as error:  # noqa: BLE001 - an outage of the database, in any of its shapes
                _log.warning("the worker stopped: %s", error)
            _log.warning("the worker starts again")
            await asyncio.sleep(_POLL / 2)

    async def _look_after(self) -> None:
        rounds = 0
        while True:
            try:
                await self._rescue.stalled()
                if rounds % int(_FORGOTTEN_EVERY / _HEARTBEAT) == 0:
                    await self._rescue.forgotten()
            except Exception as error:  # noqa: BLE001 - an outage of the database, in any of its shapes
                _log.warning("nothing could be looked after: %s", error)
            rounds += 1
            await asyncio.sleep(_HEARTBEAT)

    def _register(self) -> None:
        self._task(JobName.SET_UP, self._run_set_up, Patience(attempts=8, longest=60))
        self._task(JobName.DELIVER, self._run_deliver, Patience(attempts=None, longest=15))
        self._task(JobName.EXAMINE, self._run_examine, Patience(attempts=5, longest=15))
        self._task(JobName.WATCH, self._run_watch, Patience(attempts=5, longest=15))
        self._task(JobName.LOOK_UP, self._run_look_up, Patience(attempts=8, longest=15))
        self._task(JobName.CARRY_OUT, self._run_carry_out, Patience(attempts=None, longest=15))
        self._task(JobName.SHOW_EVIDENCE, self._run_show_evidence, Patience(attempts=None, longest=15))
        self._task(JobName.LOOK_AFTER, self._run_look_after, Patience(attempts=5, longest=15))
        self._task(JobName.SHOW_TURN, self._run_show_turn, Patience(attempts=None, longest=15))
        self._task(JobName.JOIN_TURN, self._run_join_turn, Patience(attempts=None, longest=15))

    def _task(self, name: JobName, work: Callable[..., Awaitable[None]], patience: Patience) -> None:
        async def run(context: JobContext, /, **arguments: JSONValue) -> None:
            with self._noted(context):
                await work(context, **arguments)

        self._app.task(name=name.value, pass_context=True, retry=patience)(run)

    @contextmanager
    def _noted(self, context: JobContext) -> Iterator[None]:
        number = context.job.id
        if number is None:
            raise TypeError("a job that runs has a number")
        self._running.worker = context.job.worker_id
        self._running.ids.add(number)
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(_HEARTBEAT, self._running.ids.discard, number)

    async def _run_set_up(self, context: JobContext, incident: int) -> None:
        number = IncidentId(incident)
        try:
            await self._turns.one_at_a_time(
                Key(What.SET_UP, incident), lambda check: self._set_up.run(number, check)
            )
        except NowhereError:
            raise  # the declarer was told as it happened
        except Exception as error:  # whatever it is goes on to the queue, which tries again
            if context.job.attempts + 1 >= _TELL_AFTER:
                await self._set_up.failed(number, str(error))
            raise

    async def _run_deliver(self, _context: JobContext, incident: int) -> None:
        await self._turns.one_at_a_time(
            Key(What.LANE, incident), lambda check: self._deliveries.drain(IncidentId(incident), check)
        )

    async def _run_examine(self, context: JobContext, **wanted: JSONValue) -> None:
        work = jobs.examination(wanted)
        order = Order(str(wanted["key"]), work, resumed=context.job.attempts > 0)
        async with self._turns.turn(named(What.LOOK, order.key)) as check:
            await Examinations(self._ports.during(check)).run(order)

    async def _run_watch(self, _context: JobContext, **wanted: JSONValue) -> None:
        await self._watches.look(str(wanted["key"]), *jobs.watched(wanted))

    async def _run_look_up(self, _context: JobContext, incident: int, number: int) -> None:
        await self._mitigations.look_up(IncidentId(incident), number)

    async def _run_carry_out(self, _context: JobContext, incident: int) -> None:
        await self._turns.one_at_a_time(
            Key(What.MITIGATION, incident),
            lambda check: self._mitigations.carry_out(IncidentId(incident), check),
        )

    async def _run_show_evidence(self, context: JobContext, incident: int, number: int) -> None:
        again = context.job.attempts > 0
        async with self._turns.turn(named(What.EVIDENCE, f"{incident}/{number}")) as check:
            shown = Mitigations(self._ports.during(check))
            await shown.show_evidence(IncidentId(incident), number, again=again)

    async def _run_look_after(self, _context: JobContext, incident: int, number: int) -> None:
        await self._mitigations.look_after(IncidentId(incident), number)

    async def _run_show_turn(self, _context: JobContext, check: str, number: int) -> None:
        await self._turns.one_at_a_time(
            lane(check, number), lambda held: self._checks.show(check, number, held)
        )

    async def _run_join_turn(self, _context: JobContext, incident: int, check: str, number: int) -> None:
        await self._checks.join(IncidentId(incident), check, number)

    async def _deliver_later(self, incident: IncidentId) -> None:
        await self._app.job_manager.batch_defer_jobs_async([jobs.deliver(incident)])
