"""Looking at systems: early, growing, resumed, recorded."""

import asyncio

import pytest

from incidents.errors import Unavailable
from incidents.evidence import Health, Sought
from incidents.facts import Diagnosed
from incidents.model import MessageId, PersonId, Place, RoomId
from incidents.notices import FindingsNotice, VerdictNotice
from incidents.work import Examine
from tests.workflows.conftest import World, held
from tests.workflows.examiner import Examiner
from tests.workflows.test_mitigations import approved, proposal, work
from workflows import jobs
from workflows.examinations import Examinations, Order


def order(place: Place, target: str = "db", *, resumed: bool = False) -> Order:
    return Order("key/0", Examine(target, None, place, PersonId("ada")), resumed)


def verdicts(world: World) -> list[VerdictNotice]:
    return [m.notice for m in world.chat.messages.values() if isinstance(m.notice, VerdictNotice)]


async def test_the_verdict_comes_at_once_and_grows_in_its_place(world: World) -> None:
    incident = await world.housed()
    assert incident.room
    examiner = world.ports.examiner
    assert isinstance(examiner, Examiner)
    examiner.gate.clear()
    run = asyncio.create_task(Examinations(world.ports).run(order(incident.room.place)))
    await world.chat.until(lambda: any(v.examination.sentence == "It answers." for v in verdicts(world)))
    examiner.gate.set()
    await run
    [verdict] = verdicts(world)
    assert verdict.examination.health is Health.CRITICAL
    [posted] = [p for p, m in world.chat.messages.items() if isinstance(m.notice, VerdictNotice)]
    [findings] = [m for m in world.chat.messages.values() if isinstance(m.notice, FindingsNotice)]
    assert findings.place == Place(incident.room.id, posted.message)
    facts = [e.fact for e in await world.ports.ledger.timeline(incident.id)]
    evidence = ("PG101 critical: 47 of 47 slots are taken.",)
    assert Diagnosed("db", "critical", "The slots are full.", evidence) in facts


async def test_asked_for_in_a_thread_it_is_answered_in_the_thread(world: World) -> None:
    place = Place(RoomId("CELSE"), MessageId("1.5"))
    await Examinations(world.ports).run(order(place))
    assert {message.place for message in world.chat.messages.values()} == {place}


@pytest.mark.parametrize("moment", ["after say VerdictNotice", "before revise", "after say FindingsNotice"])
async def test_an_examination_that_was_cut_off_finishes_the_same_message(
    world: World, elsewhere: Place, moment: str
) -> None:
    examiner = world.ports.examiner
    assert isinstance(examiner, Examiner)
    examiner.gate.clear()

    async def trouble(now: str) -> None:
        if now == "after say VerdictNotice":
            examiner.gate.set()
        if now == moment:
            raise Unavailable("no answer")

    world.chat.trouble = trouble
    with pytest.raises(Unavailable):
        await Examinations(world.ports).run(order(elsewhere))
    world.chat.trouble = calm
    examiner.gate.set()
    await Examinations(world.ports).run(order(elsewhere, resumed=True))
    assert [v.examination.sentence for v in verdicts(world)] == ["The slots are full."]
    assert len(world.chat.messages) == 2


async def calm(_moment: str) -> None:
    return


async def test_an_unknown_target_is_answered_with_the_choices(world: World, elsewhere: Place) -> None:
    await Examinations(world.ports).run(order(elsewhere, "moon"))
    assert [v.examination.sentence for v in verdicts(world)] == ["There is no target “moon”. Choose db."]


async def test_where_the_bot_cannot_write_the_one_who_asked_is_told(world: World, elsewhere: Place) -> None:
    world.chat.unwritable.add(elsewhere.room)
    await Examinations(world.ports).run(order(elsewhere))
    assert {message.place.room for message in world.chat.messages.values()} == {"Dada"}


async def test_a_text_to_look_for_survives_the_queue_and_reaches_the_examiner(world: World) -> None:
    work = Examine("db", None, Place(RoomId("CELSE")), PersonId("ada"), Sought("boom <x>"))
    kept = jobs.examination(jobs.examine("key/0", work).task_kwargs)
    assert kept == work
    await Examinations(world.ports).run(Order("key/0", kept, resumed=False))
    examiner = world.ports.examiner
    assert isinstance(examiner, Examiner)
    assert examiner.sought == Sought("boom <x>")


def test_a_job_written_before_texts_could_be_looked_for_is_understood() -> None:
    wanted = jobs.examine("k", Examine("db", None, Place(RoomId("C")), PersonId("ada"))).task_kwargs
    del wanted["sought"], wanted["fresh"]
    assert (jobs.examination(wanted).sought, jobs.examination(wanted).fresh) == (None, None)


async def test_what_is_looked_at_after_a_change_was_not_seen_before_it(world: World) -> None:
    incident = await approved(world)
    assert incident.room
    examiner = world.ports.examiner
    assert isinstance(examiner, Examiner)
    await Examinations(world.ports).run(order(incident.room.place))
    assert not examiner.fresh

    await work(world).carry_out(incident.id, held)
    await Examinations(world.ports).run(order(incident.room.place))
    assert examiner.fresh == (await proposal(world, incident)).since
    assert examiner.by == "ada"


async def test_a_look_again_is_not_served_by_the_one_that_it_repeats(world: World, elsewhere: Place) -> None:
    examiner = world.ports.examiner
    assert isinstance(examiner, Examiner)
    at = world.clock()
    async with world.engine().running():
        request = world.ask("look again")
        await world.desk.examine(request, "db", place=elsewhere, incident=None, service=None, fresh=at)
        await world.chat.until(lambda: any(each.examination.complete for each in verdicts(world)))
    assert examiner.fresh == at
