"""Examinations as a whole, and such as were not begun before a certain time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incidents.errors import Refused
from incidents.evidence import Examination
from incidents.ports import Examiner


@dataclass(frozen=True, slots=True)
class Fresh:
    """Looks with an examiner.

    Attributes:
        routine: nobody asked for these looks.
    """

    examiner: Examiner
    routine: bool = False

    async def whole(self, target: str) -> Examination | None:
        """The complete examination of a target such as "payments all"; None where no probe looks at it."""
        return await self._last(target, None)

    async def since(self, time: datetime, target: str) -> Examination | None:
        """As `whole`, not begun before that time."""
        return await self._last(target, time)

    async def _last(self, target: str, fresh: datetime | None) -> Examination | None:
        last = None
        try:
            async for examination in self.examiner.examine(target, None, routine=self.routine, fresh=fresh):
                last = examination
        except Refused:
            return None
        return last
