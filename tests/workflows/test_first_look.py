"""The look that Tocsin takes by itself: after the set-up, once, kept on record; quiet where no probe is."""

from dataclasses import replace

import pytest

from incidents.catalogue import Catalogue, Service
from incidents.errors import Unavailable
from incidents.facts import Diagnosed
from incidents.model import Incident, PersonId, Place, RoomId
from incidents.notices import VerdictNotice
from incidents.policy import Policy
from incidents.work import Examine
from tests.workflows.conftest import World
from workflows import jobs
from workflows.examinations import Examinations, Order

SEEN = Diagnosed(
    "payments all", "critical", "The slots are full.", ("PG101 critical: 47 of 47 slots are taken.",)
)


@pytest.fixture
def policy(policy: Policy) -> Policy:
    return replace(policy, severities=tuple(replace(s, diagnose=True) for s in policy.severities))


@pytest.fixture
def world(world: World) -> World:
    services = {key: Service(key, key.title(), key) for key in ("payments", "search")}
    world.ports = replace(world.ports, catalogue=Catalogue(services))
    return world


def verdicts(world: World) -> list[VerdictNotice]:
    return [m.notice for m in world.chat.messages.values() if isinstance(m.notice, VerdictNotice)]


async def looked(world: World, incident: Incident) -> list[Diagnosed]:
    entries = await world.ports.ledger.timeline(incident.id)
    return [entry.fact for entry in entries if isinstance(entry.fact, Diagnosed)]


async def test_a_declared_service_is_looked_at_once_by_two_replicas(world: World) -> None:
    async with world.engine().running(), world.engine().running():
        incident = await world.declare()
        await world.chat.until(lambda: any(v.examination.complete for v in verdicts(world)))
        await world.chat.until(lambda: "say FindingsNotice" in world.chat.calls)
        await world.journal.until_set_up(incident.id)
    [verdict] = verdicts(world)
    assert (verdict.asked_by, verdict.incident and verdict.incident.id) == (None, incident.id)
    assert await looked(world, incident) == [SEEN]


async def test_a_set_up_that_is_cut_off_at_its_end_orders_the_look_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = await world.declare()

    async def cut_off(*_: object) -> None:
        raise Unavailable("no answer")

    with monkeypatch.context() as broken:
        broken.setattr(world.journal, "finish", cut_off)
        with pytest.raises(Unavailable):
            await world.set_up(incident)
    await world.set_up(incident)
    assert (await world.ports.ledger.get(incident.id)).looked_at == ("payments",)
    async with world.engine().running():
        await world.chat.until(lambda: "say FindingsNotice" in world.chat.calls)
    assert len(verdicts(world)) == 1


async def test_a_service_without_probes_is_passed_over_in_silence(world: World) -> None:
    incident = await world.housed("search is slow")
    look = Examine("search all", None, Place(RoomId("C1")), None, incident=incident.id)
    await Examinations(world.ports).run(Order("key/0", look, resumed=False))
    assert not verdicts(world)
    assert not await looked(world, incident)


async def test_where_the_room_takes_no_messages_nobody_is_written_to_instead(
    world: World, elsewhere: Place
) -> None:
    world.chat.unwritable.add(elsewhere.room)
    incident = await world.declare()
    look = Examine("payments all", None, elsewhere, None, incident=incident.id)
    await Examinations(world.ports).run(Order("key/0", look, resumed=False))
    assert not verdicts(world)
    assert await looked(world, incident) == [SEEN]


async def test_in_a_thread_the_verdict_is_on_record_too(world: World) -> None:
    world.chat.refusal = "restricted_action"
    incident = await world.housed()
    assert incident.room
    assert incident.room.thread
    look = Examine("payments all", None, incident.room.place, None, incident=incident.id)
    await Examinations(world.ports).run(Order("key/0", look, resumed=False))
    assert await looked(world, incident) == [SEEN]


def test_a_look_by_itself_survives_the_queue() -> None:
    work = Examine("payments all", None, Place(RoomId("C1")), None)
    assert jobs.examination(jobs.examine("key/0", work).task_kwargs) == work


def test_a_job_written_before_incidents_were_noted_is_understood() -> None:
    wanted = jobs.examine("k", Examine("db", None, Place(RoomId("C")), PersonId("ada"))).task_kwargs
    del wanted["incident"]
    assert jobs.examination(wanted).incident is None
