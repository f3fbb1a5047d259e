"""What a shared look says of itself, and who is not served by an older one."""

import asyncio
from datetime import timedelta

from diagnostics.probe import Probe
from incidents.evidence import Finding, Health, Shared
from tests.diagnostics.stand import NOW, examiner_of, finding, last, target


class Patient:
    """Ill until it is healed; waits at `gate` when it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0
        self.looks: list[float] = []
        self.ill = True
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()

    async def look(self) -> tuple[Finding, ...]:
        self.looks.append(self.now)
        seen = finding("It is ill.", Health.CRITICAL) if self.ill else finding("It is well.")
        self.begun.set()
        await self.gate.wait()
        return (seen,)

    @property
    def probe(self) -> Probe:
        return Probe("tt.look", "things", self.look)

    @property
    def time(self) -> dict[str, object]:
        return {"monotonic": lambda: self.now, "clock": lambda: NOW + timedelta(seconds=self.now)}


async def test_who_shares_a_look_is_told_how_old_it_is_and_whose() -> None:
    patient = Patient()
    async with examiner_of(target("db", patient.probe), **patient.time) as examiner:  # type: ignore[arg-type] # both are clocks
        first = await last(examiner.examine("db", "payments", by="UBOB"))
        patient.now = 6.0
        second = await last(examiner.examine("db", "payments", by="UALICE"))
    assert first.shared is None
    assert second.shared == Shared(6.0, "UBOB")
    assert patient.looks == [0.0]


async def test_a_look_that_nobody_asked_for_is_shared_as_such_and_those_who_ask_together_are_not_told() -> (
    None
):
    patient = Patient()
    async with examiner_of(target("db", patient.probe), **patient.time) as examiner:  # type: ignore[arg-type] # both are clocks
        await last(examiner.examine("db", "payments", routine=True))
        patient.now = 0.9
        together = await last(examiner.examine("db", "payments", by="UALICE"))
        patient.now = 1.5
        later = await last(examiner.examine("db", "payments", by="UALICE"))
    assert (together.shared, later.shared) == (None, Shared(1.5, None))


async def test_a_look_from_before_a_change_does_not_serve_and_is_what_the_next_is_compared_with() -> None:
    patient = Patient()
    async with examiner_of(target("db", patient.probe), **patient.time) as examiner:  # type: ignore[arg-type] # both are clocks
        await last(examiner.examine("db", "payments"))
        patient.now, patient.ill = 2.0, False
        changed_at = NOW + timedelta(seconds=patient.now)
        patient.now = 3.0
        after = await last(examiner.examine("db", "payments", fresh=changed_at))
        patient.now = 5.0
        again = await last(examiner.examine("db", "payments", fresh=changed_at))
    assert (after.health, after.shared) == (Health.OK, None)
    assert after.changes == ("Well again: It is well.",)
    assert again.health is Health.OK
    assert patient.looks == [0.0, 3.0]


async def test_ten_who_want_a_new_look_while_an_older_one_goes_on_cost_one_after_it() -> None:
    patient = Patient()
    patient.gate.clear()
    async with examiner_of(target("db", patient.probe), **patient.time) as examiner:  # type: ignore[arg-type] # both are clocks
        older = asyncio.create_task(last(examiner.examine("db", "payments")))
        await patient.begun.wait()
        patient.now, patient.ill = 2.0, False
        wanted = NOW + timedelta(seconds=2)
        newer = [
            asyncio.create_task(last(examiner.examine("db", "payments", fresh=wanted))) for _ in range(10)
        ]
        await asyncio.sleep(0)
        assert patient.looks == [0.0]  # never two at once
        patient.gate.set()
        seen = await asyncio.gather(older, *newer)
    assert [each.health for each in seen] == [Health.CRITICAL, *[Health.OK] * 10]
    assert patient.looks == [0.0, 2.0]


async def test_a_clock_that_is_ahead_elsewhere_costs_one_look_and_no_more() -> None:
    patient = Patient()
    async with examiner_of(target("db", patient.probe), **patient.time) as examiner:  # type: ignore[arg-type] # both are clocks
        seen = await last(examiner.examine("db", "payments", fresh=NOW + timedelta(hours=1)))
    assert seen.complete
    assert patient.looks == [0.0]
