"""An examiner that sees what the test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from incidents.errors import Refused
from incidents.evidence import Examination, Finding, Health, Sought

_AT = datetime(2100, 3, 2, 12, 0, tzinfo=UTC)
FINDING = Finding("PG101", "pg.slots", "payments db", Health.CRITICAL, "47 of 47 slots are taken.")


class Examiner:
    """Sees one thing, then another; waits at `gate` in between. Of services, it can see payments."""

    def __init__(self) -> None:
        self.health = Health.CRITICAL
        self.gate = asyncio.Event()
        self.gate.set()
        self.runs = 0
        self.sought: Sought | None = None
        self.onset: datetime | None = None
        self.fresh: datetime | None = None
        self.by: str | None = None
        self.known = ["db", "payments all"]
        self.findings = (FINDING,)

    def targets(self, service: str | None) -> Sequence[str]:
        """What there is."""
        return self.known if service is None else []

    async def examine(
        self,
        target: str,
        service: str | None,
        sought: Sought | None = None,
        onset: datetime | None = None,
        *,
        routine: bool = False,
        fresh: datetime | None = None,
        by: str | None = None,
    ) -> AsyncIterator[Examination]:
        """Two looks."""
        _ = routine
        if target not in self.targets(service):
            raise Refused(f"There is no target “{target}”. Choose db.")
        self.runs += 1
        self.sought = sought
        self.onset = onset
        self.fresh, self.by = fresh, by
        yield Examination(target, _AT, Health.OK, "It answers.", looking=("slots",))
        await self.gate.wait()
        yield Examination(target, _AT, self.health, "The slots are full.", findings=self.findings)
