"""Which changes are offered below a verdict: those that its causes name, where they are configured."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidents.evidence import Cause, Confidence, Examination, Finding, Health
from incidents.mitigation import Offer
from incidents.model import Incident
from tests.workflows.conftest import World
from tests.workflows.mitigator import OFFER, Mitigator
from workflows.remedies import remedies

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
UNDO = Offer("k8s.undo", "undo", "payments k8s", "Roll back", rollback=True)
WORKFLOW = Offer("github.roll_back", "roll-back", "payments deploys", "Roll back", rollback=True)
RESTART = Offer("docker.restart", "restart", "payments api", "Restart it")


class Configured(Mitigator):
    """Offers all of them."""

    def offers(self, service: str | None) -> Sequence[Offer]:
        """For payments alone."""
        return [OFFER, RESTART, UNDO, WORKFLOW] if service == "payments" else []


def seen(action: str, target: str = "payments db") -> Examination:
    """A look at that target whose cause names that action."""
    cause = Cause("X", "x", Confidence.HIGH, evidence=(), next_step="", actions=(action,))
    finding = Finding("PG101", "pg.slots", target, Health.CRITICAL, "It is so.")
    return Examination(target, NOW, Health.CRITICAL, "x", causes=(cause,), findings=(finding,))


@pytest.mark.parametrize(
    ("action", "target", "offered"),
    [
        ("pg.end_idle", "payments db", (OFFER,)),
        ("pg.end_idle", "payments reports", ()),
        ("docker.restart", "payments api", (RESTART,)),
        ("any.rollback", "payments api", (UNDO, WORKFLOW)),
        ("", "payments db", ()),
    ],
)
async def test_what_a_cause_names_is_offered_where_it_is_configured(
    world: World, action: str, target: str, offered: tuple[Offer, ...]
) -> None:
    incident: Incident = replace(await world.housed(), service="payments")
    assert remedies(Configured(), seen(action, target), incident) == offered


async def test_nothing_is_offered_without_a_service(world: World) -> None:
    assert remedies(Configured(), seen("any.rollback"), await world.housed()) == ()
