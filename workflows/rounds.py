"""Standing checks on their rounds: each second, the looks that are due begin, each in one replica only."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from incidents.checks import Check, Seen, Standing
from incidents.errors import Unavailable
from incidents.evidence import Examination, Health
from workflows.fresh import Fresh
from workflows.ports import Ports

_EVERY = 1.0  # seconds
_AT_ONCE = 10
_LONGEST = 50.0  # seconds for one look, which ends before it would be given up for lost
_UNKNOWN_TARGET = "Nothing is configured to look at it any more."
_SILENT = f"No answer within {_LONGEST:.0f} s."
_log = logging.getLogger(__name__)


@dataclass
class Rounds:
    """Looks when it is time; any number of replicas may do so at once.

    Args:
        ports: the world.
    """

    ports: Ports
    _looking: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Begin what is due each second, also through an outage of the database; nothing without checks."""
        if not self.ports.checks.checks:
            return
        prepared = False
        try:
            while True:
                prepared = await self._went(prepared=prepared)
                await asyncio.sleep(_EVERY)
        finally:
            await self._stop()

    async def _went(self, *, prepared: bool) -> bool:
        try:
            if not prepared:
                await self.ports.checks.prepare(self.ports.clock())
            await self.tick()
        except Unavailable as error:
            _log.warning("checks are late: %s", error)
            return prepared
        except Exception:  # noqa: BLE001 - the rounds must go on whatever one of them meets
            _log.exception("a round of checks failed")
        return True

    async def _stop(self) -> None:
        """Break off the looks under way; they are taken again when they are given up for lost."""
        looking = set(self._looking)
        for task in looking:
            task.cancel()
        if looking:
            await asyncio.wait(looking)

    async def tick(self) -> None:
        """Begin the looks that are due now, as far as there is room for them. Raises Unavailable."""
        room = _AT_ONCE - len(self._looking)
        if room <= 0:
            return
        for standing in await self.ports.checks.begin(self.ports.clock(), room):
            task = asyncio.create_task(self._look(standing))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

    async def settled(self) -> None:
        """Wait until no look is under way."""
        while self._looking:
            await asyncio.wait(set(self._looking))

    async def _look(self, standing: Standing) -> None:
        """One look. What cannot be recorded is looked at again when it is given up for lost."""
        check, begun_at = self.ports.checks.checks[standing.check], standing.begun_at
        if begun_at is None:
            raise TypeError("a look that goes on has begun")
        try:
            async with asyncio.timeout(_LONGEST):
                looking = Fresh(self.ports.examiner, routine=True)
                last = await looking.since(begun_at, check.target)
            seen = _seen(check, last) if last else Seen(Health.UNKNOWN, _UNKNOWN_TARGET)
        except TimeoutError:
            seen = Seen(Health.UNKNOWN, _SILENT)
        except Exception as error:  # noqa: BLE001 - a look that breaks has seen nothing, and must say so
            _log.exception("the look at %s failed", check.target)
            seen = Seen(Health.UNKNOWN, f"The look failed ({type(error).__name__}).")
        await self._record(check, standing, seen)

    async def _record(self, check: Check, standing: Standing, seen: Seen) -> None:
        try:
            await self.ports.checks.looked(check, standing.begun_at or standing.looks_at, seen)
        except Unavailable as error:
            _log.warning("what was seen of %s is not on record: %s", check.id, error)
        except Exception:  # noqa: BLE001 - a task that nobody waits for must not fail unheard
            _log.exception("what was seen of %s is not on record", check.id)


def _seen(check: Check, found: Examination) -> Seen:
    """What the examination says; a part that could not be seen may be worse than a warning."""
    worst = next(iter(found.findings), None)
    partly = any(finding.health is Health.UNKNOWN for finding in found.findings)
    milder = found.health is Health.WARN and check.bad_from is Health.CRITICAL
    health = Health.UNKNOWN if partly and milder else found.health
    return Seen(health, found.sentence, worst.sentence if worst else "")
