"""When a change was last begun: over all incidents, without those that turned out to have changed nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from incidents.desk import Desk
from incidents.mitigation import Fate, Hit, Offer, Plan, Result
from incidents.model import IncidentId
from incidents.work import Request
from storage.ledger import PostgresLedger

Ask = Callable[..., Request]
OFFER = Offer("pg.end_idle", "end-idle", "payments db", "End idle sessions")


async def begun(desk: Desk, ask: Ask, key: str, at: datetime) -> IncidentId:
    """An incident in which it was begun then."""
    found = await desk.declare(ask(f"declare {key}"), title="payments down", severity="SEV1")
    incident, mitigation = found.incident.id, desk.mitigation
    await mitigation.ask(ask(f"ask {key}"), incident, OFFER)
    plan = Plan(OFFER, "End 2 sessions.", "They end.", (), at)
    await mitigation.proposed(ask(f"proposed {key}"), incident, 1, plan)
    await mitigation.approve(ask(f"approve {key}", by="bob"), incident, 1)
    await mitigation.begun(ask(f"begun {key}", at=at), incident, 1, None)
    return incident


async def test_the_last_one_before_a_time_is_found_in_any_incident(
    desk: Desk, ledger: PostgresLedger, ask: Ask, noon: datetime
) -> None:
    first, second = noon + timedelta(minutes=1), noon + timedelta(minutes=3)
    assert await ledger.last_mitigated(OFFER, before=second) is None
    await begun(desk, ask, "one", first)
    await begun(desk, ask, "two", second)
    assert await ledger.last_mitigated(OFFER, before=second) == first
    assert await ledger.last_mitigated(OFFER, before=second + timedelta(seconds=1)) == second
    for other in (replace(OFFER, target="search db"), replace(OFFER, action="pg.cancel")):
        assert await ledger.last_mitigated(other, before=second) is None


@pytest.mark.parametrize("unclear", [True, False])
async def test_one_that_changed_nothing_does_not_count(
    desk: Desk, ledger: PostgresLedger, ask: Ask, noon: datetime, *, unclear: bool
) -> None:
    incident = await begun(desk, ask, "one", noon)
    await desk.mitigation.failed(ask("failed"), incident, 1, "too soon", unclear=unclear)
    last = await ledger.last_mitigated(OFFER, before=noon + timedelta(minutes=1))
    assert last == (noon if unclear else None)


@pytest.mark.parametrize(
    ("fates", "resumed", "counts"),
    [
        ([Fate.GONE, Fate.GONE], False, False),
        ([Fate.GONE], True, True),
        ([Fate.GONE, Fate.DONE], False, True),
        ([Fate.FAILED], False, True),
    ],
)
async def test_one_that_left_all_alone_does_not_count(
    desk: Desk,
    ledger: PostgresLedger,
    ask: Ask,
    noon: datetime,
    *,
    fates: list[Fate],
    resumed: bool,
    counts: bool,
) -> None:
    incident = await begun(desk, ask, "one", noon)
    result = Result(tuple(Hit("pid 1", fate) for fate in fates), "so it went")
    await desk.mitigation.done(ask("done"), incident, 1, result, resumed=resumed)
    last = await ledger.last_mitigated(OFFER, before=noon + timedelta(minutes=1))
    assert last == (noon if counts else None)
