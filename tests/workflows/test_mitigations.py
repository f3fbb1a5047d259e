"""Changes carried out by jobs: as the record has it, once, and truthful after any interruption."""

import asyncio
from dataclasses import replace

import pytest

from incidents.catalogue import Catalogue, Service
from incidents.charts import Chart, Mark, Series
from incidents.desk import Desk
from incidents.errors import Refused, Unavailable
from incidents.evidence import Figure, Health
from incidents.facts import Fact
from incidents.mitigation import Fate, Stage
from incidents.mitigation_facts import (
    EvidenceTaken,
    MitigationApproved,
    MitigationAsked,
    MitigationBegun,
    MitigationChecked,
    MitigationDone,
    MitigationExpired,
    MitigationFact,
    MitigationFailed,
    MitigationProposed,
    MitigationVoid,
)
from incidents.model import Incident, Proposal
from incidents.notices import FactNotice, FindingsNotice, PlanNotice
from incidents.texts import timing
from tests.workflows.conftest import World, held
from tests.workflows.examiner import FINDING, Examiner
from tests.workflows.mitigator import OFFER, Mitigator
from workflows.mitigations import Mitigations

DB = "payments db"
SESSIONS = replace(
    FINDING,
    figures=(
        Figure("taken", 47),
        Figure("share", 100.0, "%"),
        Figure("who", "reports"),
        Figure("idle", None),
    ),
    table=(("pid", "since"), ("4711", "12:01")),
    chart=Chart("sessions", "", (Series("taken", ((1.0, 46.0), (2.0, 47.0))),)),
    marks=(Mark("deploy 1a2b3c4", 1.5),),
)


def mitigator(world: World) -> Mitigator:
    assert isinstance(world.ports.mitigator, Mitigator)
    return world.ports.mitigator


def examiner(world: World) -> Examiner:
    assert isinstance(world.ports.examiner, Examiner)
    return world.ports.examiner


def work(world: World) -> Mitigations:
    return Mitigations(world.ports, pause=0)


async def asked(world: World) -> Incident:
    """Ada has asked for it, in the room of the service's incident."""
    examiner(world).known.append(DB)
    incident = await world.housed()
    desk = Desk(
        world.ports.ledger, world.ports.policy, Catalogue({"payments": Service("payments", "P", "p")})
    )
    await desk.name_service(world.ask("named"), incident.id, "payments")
    return (await world.desk.mitigation.ask(world.ask("asked"), incident.id, OFFER)).incident


async def approved(world: World) -> Incident:
    """Bob has approved it."""
    incident = await asked(world)
    await work(world).look_up(incident.id, 1)
    return (await world.desk.mitigation.approve(world.ask("approved", by="bob"), incident.id, 1)).incident


async def facts(world: World, incident: Incident) -> list[Fact]:
    entries = await world.ports.ledger.timeline(incident.id)
    return [entry.fact for entry in entries if isinstance(entry.fact, MitigationFact)]


async def proposal(world: World, incident: Incident) -> Proposal:
    found = (await world.ports.ledger.get(incident.id)).proposal(1)
    assert found is not None
    return found


def plans(world: World) -> list[PlanNotice]:
    notices = [message.notice for message in world.chat.messages.values()]
    return [notice for notice in notices if isinstance(notice, PlanNotice)]


def said(world: World, kind: type) -> int:
    notices = [message.notice for message in world.chat.messages.values()]
    return sum(isinstance(notice, FactNotice) and isinstance(notice.fact, kind) for notice in notices)


async def test_from_the_wish_to_the_look_after_it_everything_is_recorded_and_said_once(world: World) -> None:
    incident = await asked(world)
    examiner(world).health = Health.OK
    async with world.engine().running(), world.engine().running():
        await world.chat.until(lambda: len(plans(world)) == 1)
        await world.desk.mitigation.approve(world.ask("approved", by="bob"), incident.id, 1)
        await world.chat.until(lambda: said(world, MitigationChecked) == 1)
        await world.chat.until(lambda: _drawn(world) in {Stage.DONE, Stage.CHECKED})
    assert mitigator(world).ended == ["1", "2", "3"]
    kinds = [type(fact) for fact in await facts(world, incident)]
    assert kinds == [
        MitigationAsked,
        MitigationProposed,
        MitigationApproved,
        EvidenceTaken,
        MitigationBegun,
        MitigationDone,
        MitigationChecked,
    ]
    assert said(world, MitigationDone) == 1
    assert len(plans(world)) == 1


def _drawn(world: World) -> Stage | None:
    (plan,) = plans(world)
    found = plan.incident.proposal(1)
    return found.stage if found else None


async def test_the_evidence_with_all_its_figures_stands_below_the_plan(world: World) -> None:
    incident = await approved(world)
    await world.drain(incident)
    examiner(world).findings = (SESSIONS,)
    await work(world).carry_out(incident.id, held)
    await work(world).show_evidence(incident.id, 1, again=False)
    await work(world).show_evidence(incident.id, 1, again=True)
    (plan,) = [posted for posted, m in world.chat.messages.items() if isinstance(m.notice, PlanNotice)]
    (below,) = [m for m in world.chat.messages.values() if isinstance(m.notice, FindingsNotice)]
    assert below.place.thread == plan.message
    evidence = next(fact for fact in await facts(world, incident) if isinstance(fact, EvidenceTaken))
    assert evidence.findings == ("PG101 critical: 47 of 47 slots are taken.",)
    assert evidence.seen is not None
    assert evidence.seen.findings == (SESSIONS,)
    assert isinstance(below.notice, FindingsNotice)
    assert below.notice.examination == evidence.seen


async def test_what_was_approved_and_could_not_begin_in_time_is_not_done_and_the_room_hears_why(
    world: World,
) -> None:
    incident = await approved(world)
    await world.drain(incident)
    world.clock.move(12)
    await work(world).carry_out(incident.id, held)
    await world.drain(incident)
    assert mitigator(world).ended == []
    assert examiner(world).runs == 0
    (expired,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationExpired)]
    assert expired.approved_by == "bob"
    assert said(world, MitigationExpired) == 1
    assert _drawn(world) is Stage.EXPIRED


async def test_an_approval_in_the_last_second_has_the_time_to_begin(world: World) -> None:
    incident = await approved(world)
    world.clock.move(11.9)
    await work(world).carry_out(incident.id, held)
    assert mitigator(world).ended == ["1", "2", "3"]


async def test_a_change_that_had_begun_goes_on_however_late_it_is(world: World) -> None:
    incident = await approved(world)
    mitigator(world).trouble = [Unavailable("no answer")]
    with pytest.raises(Unavailable):
        await work(world).carry_out(incident.id, held)
    world.clock.move(600)
    await work(world).carry_out(incident.id, held)
    assert mitigator(world).resumed == [False, True]
    assert (await proposal(world, incident)).stage is Stage.DONE


async def test_a_kill_after_the_change_resumes_with_the_same_plan_and_says_what_is_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = await approved(world)
    change = world.ports.ledger.change

    async def cut_off(*arguments: object) -> object:
        if mitigator(world).ended:
            raise Unavailable("no answer")
        return await change(*arguments)  # type: ignore[arg-type]  # whatever the desk gives

    with monkeypatch.context() as patched:
        patched.setattr(world.ports.ledger, "change", cut_off)
        with pytest.raises(Unavailable):
            await work(world).carry_out(incident.id, held)
    mitigator(world).sessions.append("9")  # somebody else's by now
    await work(world).carry_out(incident.id, held)

    (done,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationDone)]
    assert done.resumed
    assert mitigator(world).resumed == [False, True]
    assert {hit.fate for hit in done.result.hits} == {Fate.GONE}
    assert mitigator(world).ended == ["1", "2", "3"]
    assert mitigator(world).sessions == ["9"]


async def test_a_refusal_changes_nothing_and_is_said(world: World) -> None:
    incident = await approved(world)
    mitigator(world).trouble = [Refused("Too soon after the last one.")]
    await work(world).carry_out(incident.id, held)
    (failed,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationFailed)]
    assert (failed.reason, failed.unclear) == ("Too soon after the last one.", False)
    await world.drain(incident)
    assert said(world, MitigationFailed) == 1


async def test_a_refusal_after_having_been_cut_off_does_not_say_that_nothing_was_changed(
    world: World,
) -> None:
    incident = await approved(world)
    mitigator(world).trouble = [Unavailable("no answer"), Refused("It lets nobody in. Nothing was changed.")]
    with pytest.raises(Unavailable):
        await work(world).carry_out(incident.id, held)
    await work(world).carry_out(incident.id, held)
    (failed,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationFailed)]
    assert failed.unclear
    assert failed.reason.startswith(
        "it was cut off, and trying it again was refused with: It lets nobody in."
    )


async def test_a_system_that_does_not_answer_is_tried_again_for_five_minutes(world: World) -> None:
    incident = await approved(world)
    mitigator(world).trouble = [Unavailable("no answer"), Unavailable("no answer")]
    with pytest.raises(Unavailable):
        await work(world).carry_out(incident.id, held)
    assert (await proposal(world, incident)).stage is Stage.BEGUN
    world.clock.move(6)
    await work(world).carry_out(incident.id, held)
    (failed,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationFailed)]
    assert failed.unclear


async def test_whatever_breaks_in_a_mitigation_the_room_hears_that_it_is_in_doubt(world: World) -> None:
    incident = await approved(world)
    mitigator(world).trouble = [ValueError("secret")]
    await work(world).carry_out(incident.id, held)
    (failed,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationFailed)]
    assert failed.unclear
    assert "secret" not in failed.reason


@pytest.mark.parametrize(
    "trouble", [Refused("No session sits idle."), Unavailable("no answer"), ValueError()]
)
async def test_what_cannot_be_looked_up_is_said_and_nothing_is_proposed(
    world: World, trouble: Exception
) -> None:
    incident = await asked(world)
    mitigator(world).trouble = [trouble]
    await work(world).look_up(incident.id, 1)
    await world.drain(incident)
    assert said(world, MitigationVoid) == 1
    assert not plans(world)
    assert (await proposal(world, incident)).stage is Stage.VOID


async def test_when_it_may_be_done_again_is_kept_so_that_each_reads_it_by_their_own_clock(
    world: World,
) -> None:
    incident = await asked(world)
    until = world.clock()
    mitigator(world).trouble = [Refused("It can be done again from {until}.", until=until)]
    await work(world).look_up(incident.id, 1)
    (void,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationVoid)]
    assert void.reason == f"It can be done again from {timing(until)}."


async def test_the_time_of_the_last_one_is_given_along_and_never_its_own(world: World) -> None:
    first = await approved(world)
    await work(world).carry_out(first.id, held)
    assert mitigator(world).lasts == [None, None]
    begun_at = world.clock()
    world.clock.move(1)
    other = await world.declare("payments down again")
    await world.desk.mitigation.ask(world.ask("asked again"), other.id, OFFER)
    await work(world).look_up(other.id, 1)
    assert mitigator(world).lasts == [None, None, begun_at]


async def test_what_another_service_did_to_the_same_database_counts_as_the_last_one(world: World) -> None:
    first = await approved(world)
    await work(world).carry_out(first.id, held)
    begun_at = world.clock()
    world.clock.move(1)
    mitigator(world).also = [OFFER]
    other = await world.declare("search down")
    same = replace(OFFER, target="search db")
    await world.desk.mitigation.ask(world.ask("asked elsewhere"), other.id, same)
    await work(world).look_up(other.id, 1)
    assert mitigator(world).lasts[-1] == begun_at


async def test_a_proposal_expires_by_the_clock_and_its_message_is_drawn_anew(world: World) -> None:
    incident = await asked(world)
    await work(world).look_up(incident.id, 1)
    await world.drain(incident)
    world.clock.move(10.1)
    assert sum([await world.desk.ring(world.clock()) for _ in range(2)]) == 1
    await world.drain(incident)
    assert said(world, MitigationExpired) == 1
    assert _drawn(world) is Stage.EXPIRED
    assert len([f for f in await facts(world, incident) if isinstance(f, MitigationProposed)]) == 1


async def test_a_target_that_stays_ill_is_looked_at_until_a_full_start_would_be_over(world: World) -> None:
    incident = await approved(world)
    await work(world).carry_out(incident.id, held)
    runs = examiner(world).runs
    await work(world).look_after(incident.id, 1)
    assert examiner(world).runs - runs == 19
    (seen,) = [fact for fact in await facts(world, incident) if isinstance(fact, MitigationChecked)]
    assert seen.health == "critical"


async def test_without_a_probe_it_is_carried_out_and_people_are_asked_to_look(world: World) -> None:
    incident = await approved(world)
    examiner(world).known.clear()
    await work(world).carry_out(incident.id, held)
    await work(world).look_after(incident.id, 1)
    seen = (await facts(world, incident))[-1]
    assert isinstance(seen, MitigationChecked)
    assert seen.health == "unknown"
    assert mitigator(world).ended == ["1", "2", "3"]


async def test_what_no_probe_has_the_name_of_is_seen_in_its_service(world: World) -> None:
    incident = await approved(world)
    examiner(world).known.remove(DB)
    examiner(world).health = Health.OK
    await work(world).carry_out(incident.id, held)
    await work(world).look_after(incident.id, 1)
    seen = (await facts(world, incident))[-1]
    assert isinstance(seen, MitigationChecked)
    assert (seen.target, seen.health) == ("payments all", "ok")


async def test_after_a_rollback_the_whole_service_is_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.workflows.test_mitigations.OFFER", replace(OFFER, rollback=True))
    incident = await approved(world)
    examiner(world).health = Health.OK
    await work(world).carry_out(incident.id, held)
    await work(world).look_after(incident.id, 1)
    told = await facts(world, incident)
    (before,) = [fact for fact in told if isinstance(fact, EvidenceTaken)]
    (done,) = [fact for fact in told if isinstance(fact, MitigationDone)]
    (seen,) = [fact for fact in told if isinstance(fact, MitigationChecked)]
    assert (before.target, seen.target, done.rollback) == ("payments all", "payments all", True)


async def test_that_slack_is_away_holds_up_no_change_and_the_evidence_is_shown_when_it_is_back(
    world: World,
) -> None:
    incident = await approved(world)
    tried, back = asyncio.Event(), asyncio.Event()

    async def away(moment: str) -> None:
        if moment == "before say FindingsNotice" and not back.is_set():
            tried.set()
            raise Unavailable("Slack does not answer")

    world.chat.trouble = away
    async with world.engine().running():
        async with asyncio.timeout(20):
            await tried.wait()
        await world.chat.until(lambda: said(world, MitigationDone) == 1)
        back.set()
        await world.chat.until(lambda: _shown(world) == 1)
    assert (await proposal(world, incident)).stage in {Stage.DONE, Stage.CHECKED}


def _shown(world: World) -> int:
    return sum(isinstance(m.notice, FindingsNotice) for m in world.chat.messages.values())
