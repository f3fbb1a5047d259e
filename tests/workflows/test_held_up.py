"""A change whose target does not answer: the plan is drawn with what it waits for, once, and then as done."""

import pytest

from incidents.errors import Unavailable
from incidents.mitigation import Stage
from incidents.model import Proposal
from tests.workflows.conftest import World, held
from tests.workflows.test_mitigations import approved, mitigator, plans, work


def drawn(world: World) -> Proposal:
    (plan,) = plans(world)
    found = plan.incident.proposal(1)
    assert found is not None
    return found


async def test_the_plan_says_that_it_is_tried_again_and_then_what_came_of_it(world: World) -> None:
    incident = await approved(world)
    mitigator(world).trouble = [Unavailable("payments db does not answer."), Unavailable("Still not.")]
    for _ in range(2):
        with pytest.raises(Unavailable):
            await work(world).carry_out(incident.id, held)
    await world.drain(incident)
    assert (drawn(world).stage, drawn(world).words) == (Stage.BEGUN, "payments db does not answer.")

    await work(world).carry_out(incident.id, held)
    await world.drain(incident)
    assert (drawn(world).stage, drawn(world).words) == (Stage.DONE, "Sessions were ended.")
