"""Standing checks on their rounds: begun once, and what they find is said once and where it belongs."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from incidents.catalogue import Catalogue, Service
from incidents.check_desk import CheckDesk
from incidents.check_facts import CheckRecovered, CheckTurned
from incidents.checks import Check, CheckId, Standing, State, Turn
from incidents.desk import Desk
from incidents.errors import AlreadyTaken, Refused, Unavailable
from incidents.evidence import Health
from incidents.model import Incident, RoomId
from incidents.notices import CheckNotice
from incidents.work import Outcome
from tests.workflows.conftest import World, held
from tests.workflows.examiner import Examiner
from workflows.ports import Ports
from workflows.rounds import Rounds
from workflows.telling_checks import TellingChecks

API = CheckId("payments api")
CHECK = Check(API, "payments", "payments all", timedelta(seconds=10), "SEV2", timedelta(seconds=10))


@pytest.fixture
def ports(world: World) -> Ports:
    """The world with a standing check of payments."""
    desk = world.ports.checks
    checks = CheckDesk({API: CHECK}, desk.record, desk.ledger, desk.policy)
    return replace(world.ports, checks=checks)


def examiner(world: World) -> Examiner:
    assert isinstance(world.ports.examiner, Examiner)
    return world.ports.examiner


async def looks(world: World, ports: Ports, health: Health, times: int = 3) -> Standing:
    """So many looks, a few seconds after each is due; how it stands then."""
    examiner(world).health = health
    await ports.checks.prepare(world.clock())
    rounds = Rounds(ports)
    for _ in range(times):
        world.clock.move(0.25)
        await rounds.tick()
        await rounds.settled()
    (standing,) = await ports.checks.record.standings([API])
    return standing


async def told(ports: Ports, number: int = 1) -> None:
    await TellingChecks(ports).show(API, number, held)


def notices(world: World) -> list[Turn]:
    """The messages of turns, as they stand."""
    found = [message.notice for message in world.chat.messages.values()]
    return [notice.turn for notice in found if isinstance(notice, CheckNotice)]


async def facts(ports: Ports, incident: Incident) -> list[type]:
    entries = await ports.ledger.timeline(incident.id)
    kinds = (type(entry.fact) for entry in entries)
    return [kind for kind in kinds if kind in {CheckTurned, CheckRecovered}]


async def an_incident(world: World, *, private: bool = False) -> Incident:
    incident = await world.declare(private=private)
    desk = Desk(
        world.ports.ledger, world.ports.policy, Catalogue({"payments": Service("payments", "P", "p")})
    )
    return (await desk.name_service(world.ask("named"), incident.id, "payments")).incident


async def test_three_bad_looks_are_said_once_however_often_the_job_runs(world: World, ports: Ports) -> None:
    assert (await looks(world, ports, Health.CRITICAL)).state is State.BAD
    for _ in range(3):
        await told(ports)
    (turn,) = notices(world)
    assert turn.sentence == "The slots are full."


async def test_a_post_that_was_cut_off_is_looked_for_before_it_is_made_again(
    world: World, ports: Ports
) -> None:
    await looks(world, ports, Health.CRITICAL)

    async def lost(moment: str) -> None:
        if moment == "after say CheckNotice":
            raise Unavailable("no answer")

    world.chat.trouble = lost
    with pytest.raises(Unavailable):
        await told(ports)
    await told(ports)
    assert len(notices(world)) == 1


async def test_a_recovery_is_drawn_into_the_same_message(world: World, ports: Ports) -> None:
    await looks(world, ports, Health.CRITICAL)
    await told(ports)
    assert (await looks(world, ports, Health.OK, 2)).state is State.GOOD
    await told(ports)
    (turn,) = notices(world)
    assert turn.recovered_at is not None


async def test_an_open_incident_hears_of_both_and_nobody_else_does(world: World, ports: Ports) -> None:
    incident = await an_incident(world)
    await looks(world, ports, Health.CRITICAL)
    await told(ports)
    await told(ports)
    await looks(world, ports, Health.OK, 2)
    await told(ports)
    assert notices(world) == []
    assert await facts(ports, incident) == [CheckTurned, CheckRecovered]


async def test_a_second_turn_is_on_the_timeline_but_the_room_hears_of_it_once(
    world: World, ports: Ports
) -> None:
    incident = await an_incident(world)
    for number in (1, 2):
        await looks(world, ports, Health.CRITICAL)
        await told(ports, number)
        await looks(world, ports, Health.OK, 2)
        await told(ports, number)
    assert await facts(ports, incident) == [CheckTurned, CheckRecovered] * 2
    await world.set_up(incident)
    await world.drain(incident)
    said = [getattr(message.notice, "fact", None) for message in world.chat.messages.values()]
    assert [sum(isinstance(fact, kind) for fact in said) for kind in (CheckTurned, CheckRecovered)] == [1, 1]


async def test_an_incident_declared_elsewhere_meanwhile_takes_the_turn_over(
    world: World, ports: Ports
) -> None:
    await looks(world, ports, Health.CRITICAL)
    await told(ports)
    incident = await an_incident(world)
    await looks(world, ports, Health.CRITICAL, 1)
    await told(ports)
    (turn,) = notices(world)
    assert (turn.incident, turn.declared) == (incident.id, False)
    assert await facts(ports, incident) == [CheckTurned]


async def test_declaring_gives_one_incident_to_all_who_press_with_its_onset(
    world: World, ports: Ports
) -> None:
    standing = await looks(world, ports, Health.CRITICAL)
    await told(ports)
    presses = (ports.checks.declare(world.ask(f"press {who}", who), API, 1) for who in ("ada", "bob"))
    pressed = await asyncio.gather(*presses, return_exceptions=True)
    first = next(each for each in pressed if isinstance(each, Outcome))
    for other in pressed:  # whoever comes a moment later is told whose it is
        same = isinstance(other, Outcome) and other.incident.id == first.incident.id
        assert same or isinstance(other, AlreadyTaken)
    assert standing.turn is not None
    assert first.incident.began_at == standing.turn.began_at
    assert first.incident.detected_at == standing.turn.turned_at
    assert (first.incident.service, first.incident.severity) == ("payments", "SEV2")
    await TellingChecks(ports).join(first.incident.id, API, 1)
    await told(ports)
    (turn,) = notices(world)
    assert (turn.incident, turn.declared) == (first.incident.id, True)
    assert await facts(ports, first.incident) == [CheckTurned]
    with pytest.raises(AlreadyTaken, match="declared by"):
        await ports.checks.declare(world.ask("late"), API, 1)


async def test_what_a_private_incident_is_about_is_not_told_to_others(world: World, ports: Ports) -> None:
    await looks(world, ports, Health.CRITICAL)
    await an_incident(world, private=True)
    with pytest.raises(Refused) as refused:
        await ports.checks.declare(world.ask("press", "bob"), API, 1)
    assert "INC-" not in str(refused.value)


async def test_a_press_on_what_is_good_again_declares_nothing(world: World, ports: Ports) -> None:
    await looks(world, ports, Health.CRITICAL)
    await looks(world, ports, Health.OK, 2)
    with pytest.raises(Refused, match="does not stand so any more"):
        await ports.checks.declare(world.ask("late"), API, 1)
    assert await ports.ledger.open_incidents() == []


async def test_a_check_that_does_not_exist_is_refused_with_those_that_do(world: World, ports: Ports) -> None:
    with pytest.raises(Refused, match="payments api"):
        await ports.checks.known(world.ask("press"), "payments gone", 1)


async def test_a_target_that_is_not_to_be_had_is_unknown_and_not_bad(world: World, ports: Ports) -> None:
    examiner(world).known.clear()
    standing = await looks(world, ports, Health.CRITICAL)
    assert (standing.state, standing.health, standing.blind.count) == (State.UNKNOWN, Health.UNKNOWN, 3)


async def test_a_look_under_way_is_not_begun_again_by_another_replica(world: World, ports: Ports) -> None:
    await ports.checks.prepare(world.clock())
    examiner(world).gate.clear()
    world.clock.move(0.25)
    both = [Rounds(ports), Rounds(ports)]
    for _ in range(3):
        for rounds in both:
            await rounds.tick()
        world.clock.move(0.25)
    examiner(world).gate.set()
    for rounds in both:
        await rounds.settled()
    assert examiner(world).runs == 1


async def test_where_incidents_cannot_be_announced_the_rest_goes_on(
    world: World, ports: Ports, caplog: pytest.LogCaptureFixture
) -> None:
    await looks(world, ports, Health.CRITICAL)
    world.chat.announce_in = None
    await told(ports)
    assert "nobody hears of the check payments api" in caplog.text
    world.chat.announce_in = "incidents"
    world.chat.unwritable.add(RoomId("CANN"))
    await told(ports)
    assert notices(world) == []


async def test_nothing_configured_looks_at_nothing(world: World) -> None:
    await Rounds(world.ports).run()
    assert examiner(world).runs == 0
