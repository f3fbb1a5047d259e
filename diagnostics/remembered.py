"""The look before at each target: this process's own and those on record, whichever is the later."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnostics.changes import changes
from diagnostics.look import Collected, Look
from diagnostics.run import Run
from diagnostics.wanted import Wanted
from incidents.errors import Unavailable
from incidents.evidence import Shared
from incidents.looked import LookBook, Looked

KEPT = timedelta(days=1)  # an older look tells nothing of what is new
PATIENCE = 1.0  # seconds that a look waits for the record; without it only this process's own are known
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known now, with the look before at each of its targets, and whether it was begun for others."""

    collected: Collected
    before: tuple[Looked | None, ...]
    shared: Shared | None = None

    @property
    def changes(self) -> tuple[str, ...]:
        """What is different from then, in sentences."""
        return changes(self._pairs)

    @property
    def since(self) -> datetime | None:
        """When the earliest of those looks began."""
        return min((before.at for _, before in self._pairs), default=None)

    @property
    def since_latest(self) -> datetime | None:
        """When the latest of them began."""
        return max((before.at for _, before in self._pairs), default=None)

    @property
    def _pairs(self) -> list[tuple[Look, Looked]]:
        both = zip(self.collected.looks, self.before, strict=True)
        return [(look, before) for look, before in both if before]


class Remembered:
    """What later looks are compared with.

    Args:
        book: the record; without one, everything is forgotten at the end of the process.
    """

    def __init__(self, book: LookBook | None = None) -> None:
        self._book = book
        self._last: dict[Wanted, Looked] = {}

    def note(self, wanted: Wanted, look: Looked) -> None:
        """Remember it unless a later one is known."""
        known = self._last.get(wanted)
        if known is None or known.at <= look.at:
            self._last = {key: last for key, last in self._last.items() if look.at - last.at < KEPT}
            self._last[wanted] = look

    def before(self, wanted: Wanted, at: datetime) -> Looked | None:
        """The last look of a day that is over and began no later; one is noted here only when it is over."""
        look = self._last.get(wanted)
        return look if look and look.at <= at < look.at + KEPT else None

    async def learn(self, begun: Mapping[Wanted, datetime]) -> None:
        """Read from the record what was found before these looks began."""
        names = {_name(wanted): wanted for wanted in begun}
        if self._book is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._book.last({name: begun[wanted] for name, wanted in names.items()})
        except (Unavailable, TimeoutError) as error:
            _log.warning("earlier looks were not to be had: %r", error)
            return
        for name, look in found.items():
            self.note(names[name], look)

    async def keep(self, looks: Mapping[Wanted, Looked]) -> None:
        """Put on record what is not there yet; whoever shares a look finds it kept."""
        if self._book is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._book.keep({_name(wanted): look for wanted, look in looks.items()})
        except (Unavailable, TimeoutError) as error:
            _log.warning("a look was not put on record: %r", error)


def _name(wanted: Wanted) -> str:
    """What tells it from others on record."""
    onset = wanted.question.onset
    return f"{wanted} to {onset.isoformat()}" if onset else str(wanted)


def compared(runs: Mapping[Wanted, Run]) -> dict[Wanted, Looked]:
    """What later looks are compared with; a search for a text is no look at how things are."""
    return {
        each: Looked(run.started_at, run.progress.findings)
        for each, run in runs.items()
        if not each.question.sought
    }
