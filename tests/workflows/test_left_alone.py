"""A change that found nothing of what it was to hit: one look tells how the target is."""

from incidents.mitigation import Fate
from incidents.mitigation_facts import MitigationChecked
from tests.workflows.conftest import World, held
from tests.workflows.test_mitigations import approved, examiner, facts, mitigator, proposal, work


async def test_where_nothing_was_brought_about_one_look_tells_how_it_is(world: World) -> None:
    incident = await approved(world)
    mitigator(world).sessions.clear()
    await work(world).carry_out(incident.id, held)
    assert (await proposal(world, incident)).fates == (Fate.GONE,)
    runs = examiner(world).runs
    await work(world).look_after(incident.id, 1)
    assert examiner(world).runs - runs == 1
    (seen,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationChecked)]
    assert not seen.changed
