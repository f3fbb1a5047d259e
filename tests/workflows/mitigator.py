"""A mitigator that ends sessions of its own: what was ended is gone for good."""

from collections.abc import Sequence
from datetime import UTC, datetime

from incidents.mitigation import Aim, Fate, Hit, Offer, Plan, Result

OFFER = Offer("pg.end_idle", "end-idle", "payments db", "End idle sessions")
_AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Mitigator:
    """Three sessions; `trouble` is raised as long as there is some."""

    def __init__(self) -> None:
        self.sessions = ["1", "2", "3"]
        self.ended: list[str] = []
        self.lasts: list[datetime | None] = []
        self.resumed: list[bool] = []
        self.trouble: list[Exception] = []
        self.also: list[Offer] = []

    def offers(self, service: str | None) -> Sequence[Offer]:
        """One."""
        return [OFFER] if service in {None, "payments"} else []

    def alike(self, offer: Offer) -> Sequence[Offer]:
        """Itself, and what another service calls the same."""
        return [offer, *self.also]

    async def plan(self, offer: Offer, *, last: datetime | None = None) -> Plan:
        """All sessions."""
        self._meet(last)
        aims = tuple(Aim(f"pid {pid}", (("pid", pid),)) for pid in self.sessions)
        return Plan(offer, f"End {len(aims)} sessions.", "They end.", aims, _AT, f"{len(aims)} idle")

    async def carry_out(self, plan: Plan, *, last: datetime | None = None, resumed: bool = False) -> Result:
        """End those that are there."""
        self.resumed.append(resumed)
        self._meet(last)
        hits = tuple(self._hit(aim) for aim in plan.aims)
        return Result(hits, "Sessions were ended.", plan.before, f"{len(self.sessions)} idle", well=True)

    def _hit(self, aim: Aim) -> Hit:
        pid = dict(aim.identity)["pid"]
        if pid not in self.sessions:
            return Hit(aim.label, Fate.GONE)
        self.sessions.remove(pid)
        self.ended.append(pid)
        return Hit(aim.label, Fate.DONE)

    def _meet(self, last: datetime | None) -> None:
        self.lasts.append(last)
        if self.trouble:
            raise self.trouble.pop(0)
