"""Examinations as a whole, and such as did not begin before a certain time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from incidents.errors import Refused
from incidents.evidence import Examination
from incidents.ports import Examiner

_TRIES = 12  # a run is shared for ten seconds


@dataclass(frozen=True, slots=True)
class Fresh:
    """Looks with an examiner; `pause` seconds lie between two tries for a fresh run.

    Attributes:
        routine: nobody asked for these looks.
    """

    examiner: Examiner
    pause: float = 1.0
    routine: bool = False

    async def whole(self, target: str) -> Examination | None:
        """The complete examination of a target such as "payments all"; None where no probe looks at it."""
        last = None
        try:
            async for examination in self.examiner.examine(target, None, routine=self.routine):
                last = examination
        except Refused:
            return None
        return last

    async def since(self, time: datetime, target: str) -> Examination | None:
        """As `whole`, not begun before that time: a run shared with others may be older."""
        last = await self.whole(target)
        for _ in range(_TRIES):
            if last is None or last.started_at >= time:
                break
            await asyncio.sleep(self.pause)
            last = await self.whole(target)
        return last
