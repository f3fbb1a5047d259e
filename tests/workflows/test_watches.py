"""Looks at a service that is being watched: run by a job, once, and answered at the desk."""

import pytest

from incidents.catalogue import Catalogue, Service
from incidents.desk import Desk
from incidents.ending_facts import NoProbes, Relapsed, WatchEnded, WatchLooked
from incidents.errors import Unavailable
from incidents.evidence import Health
from incidents.facts import Fact
from incidents.model import Incident, Status
from incidents.notices import FactNotice
from incidents.work import Watch
from tests.workflows.conftest import World
from tests.workflows.examiner import Examiner
from workflows.watches import Watches

CATALOGUE = Catalogue({key: Service(key, key.title(), key) for key in ("payments", "search")})
FULL = "The slots are full."


def look(health: Health) -> WatchLooked:
    return WatchLooked("payments all", health.value, FULL)


def examiner(world: World) -> Examiner:
    assert isinstance(world.ports.examiner, Examiner)
    return world.ports.examiner


def said(world: World, fact: Fact) -> int:
    notices = [message.notice for message in world.chat.messages.values()]
    return sum(isinstance(notice, FactNotice) and notice.fact == fact for notice in notices)


async def restored(world: World, service: str | None = "payments") -> Incident:
    """An incident of that service that is being watched from now on."""
    incident = await world.housed()
    desk = Desk(world.ports.ledger, world.ports.policy, CATALOGUE)
    if service:
        await desk.name_service(world.ask("named"), incident.id, service)
    return (await desk.restored(world.ask("restored"), incident.id)).incident


async def facts(world: World, incident: Incident) -> list[Fact]:
    return [entry.fact for entry in await world.ports.ledger.timeline(incident.id)]


async def status(world: World, incident: Incident) -> Status:
    return (await world.ports.ledger.get(incident.id)).status


async def test_two_critical_looks_are_a_relapse_that_is_said_once_by_two_replicas(world: World) -> None:
    incident = await restored(world)
    async with world.engine().running(), world.engine().running():
        assert sum([await world.desk.ring(world.clock()) for _ in range(3)]) == 1
        await world.chat.until(lambda: said(world, look(Health.CRITICAL)) == 1)
        world.clock.move(1)
        assert sum([await world.desk.ring(world.clock()) for _ in range(3)]) == 1
        await world.chat.until(lambda: said(world, Relapsed(FULL)) == 1)
    assert await status(world, incident) is Status.INVESTIGATING
    assert examiner(world).runs == 2
    assert (await facts(world, incident)).count(Relapsed(FULL)) == 1


async def test_through_a_healthy_watch_nothing_is_said_until_its_end(world: World) -> None:
    incident = await restored(world)
    examiner(world).health = Health.OK
    watches = Watches(world.ports)
    for number in range(3):
        await world.desk.ring(world.clock())
        await watches.look(f"look {number}", incident.id, Watch("payments", world.clock()))
        world.clock.move(5)
    await world.desk.ring(world.clock())
    await world.drain(incident)
    assert said(world, WatchEnded(looks=3, fine=3)) == 1
    assert not said(world, look(Health.OK))
    assert (await facts(world, incident)).count(look(Health.OK)) == 3


async def test_a_look_that_was_cut_off_is_answered_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = await restored(world)
    await world.desk.ring(world.clock())
    work, change = Watch("payments", world.clock()), world.ports.ledger.change

    async def cut_off(*arguments: object) -> None:
        await change(*arguments)  # type: ignore[arg-type]  # whatever the desk gives
        raise Unavailable("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(world.ports.ledger, "change", cut_off)
        with pytest.raises(Unavailable):
            await Watches(world.ports).look("the look", incident.id, work)
    await Watches(world.ports).look("the look", incident.id, work)
    assert (await facts(world, incident)).count(look(Health.CRITICAL)) == 1


@pytest.mark.parametrize("service", ["search", None])
async def test_a_service_without_a_probe_is_said_once_and_no_other_is_looked_at(
    world: World, service: str | None
) -> None:
    incident = await restored(world, service)
    await world.desk.ring(world.clock())
    await Watches(world.ports).look("the look", incident.id, Watch(service, world.clock()))
    world.clock.move(5)
    await world.desk.ring(world.clock())
    await world.drain(incident)
    assert said(world, NoProbes(service)) == 1
    assert examiner(world).runs == 0


async def test_a_look_at_what_was_resolved_meanwhile_is_not_begun(world: World) -> None:
    incident = await restored(world)
    await world.desk.ring(world.clock())
    work = Watch("payments", world.clock())
    await world.desk.resolve(world.ask("resolve"), incident.id, "fixed", reason="seen by all")
    await Watches(world.ports).look("the look", incident.id, work)
    assert examiner(world).runs == 0
    assert await status(world, incident) is Status.RESOLVED


async def test_a_run_that_was_begun_before_the_look_is_not_taken_for_it(world: World) -> None:
    incident = await restored(world)
    await world.desk.ring(world.clock())
    looks = (await world.ports.ledger.get(incident.id)).looks
    assert looks is not None
    assert looks.begun_at is not None

    await Watches(world.ports).look("the look", incident.id, Watch("payments", looks.begun_at))

    assert examiner(world).fresh == looks.begun_at
    assert look(Health.CRITICAL) in await facts(world, incident)
