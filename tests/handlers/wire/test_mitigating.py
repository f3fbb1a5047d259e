"""Changes over the wire: asked for by a line or a button, approved, declined, forced by the commander."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from incidents.evidence import Examination, Health
from incidents.mitigation import Aim, Plan, Stage
from incidents.mitigation_facts import FixAdvised, MitigationProposed
from incidents.model import Incident, PersonId
from incidents.notices import PlanNotice, VerdictNotice
from incidents.values import Fix
from incidents.work import CarryOut, DrawPlan, LookUp
from tests.handlers.wire.conftest import END_IDLE, Bot, Works
from tocsin_practice.driver import PersonDriver
from tocsin_practice.outcomes import OutcomeKind
from tocsin_practice.reading import said

AIMS = tuple(Aim(f"pid {n} of reports-export", (("pid", str(n)),)) for n in range(50))
PLAN = Plan(END_IDLE, "End 50 sessions.", "They end.", AIMS, datetime(2026, 3, 2, 12, tzinfo=UTC), "50 idle")


async def proposed(bot: Bot, by: PersonDriver) -> Incident:
    """Somebody has asked for it; its message stands in the room."""
    incident = await bot.declared()
    mitigation = bot.desk.mitigation
    await mitigation.ask(bot.request(by), incident.id, END_IDLE)
    moved = (await mitigation.proposed(bot.request(by), incident.id, 1, PLAN)).incident
    assert moved.room is not None
    (fact,) = [
        entry.fact
        for entry in await bot.desk.ledger.timeline(incident.id)
        if isinstance(entry.fact, MitigationProposed)
    ]
    await bot.chat.say(moved.room.place, PlanNotice(moved, fact), delivery=uuid4())
    return moved


async def stage(bot: Bot, incident: Incident) -> Stage | None:
    found = (await bot.now(incident)).proposal(1)
    return found.stage if found else None


async def test_what_is_offered_is_listed_and_asked_for_by_its_button(
    bot: Bot, alice: PersonDriver, works: Works
) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "mitigate", channel=bot.channel(incident))
    told = said(await alice.ephemeral("Nothing is changed before it is approved"))
    assert "/incident mitigate end-idle payments db" in told
    await alice.press("mitigate:0", in_channel=bot.channel(incident))
    await alice.ephemeral("Looking up what")
    assert LookUp(1) in works.done


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("mitigate restart", "Looking up what"),
        ("mitigate end-idle reports", "on payments reports"),
        ("mitigate end-idle payments reports", "on payments reports"),
        ("mitigate end-idle", "meant for more than one target"),
        ("mitigate end-idle toaster", "is not offered"),
        ("mitigate drop-tables db", "is not offered"),
        ("mitigate approve", "Nothing waits for approval"),
        ("mitigation", "Nothing is changed before it is approved"),
    ],
)
async def test_a_line_asks_for_one_of_them_or_says_which_there_are(
    bot: Bot, alice: PersonDriver, line: str, answer: str
) -> None:
    incident = await bot.declared()
    outcome = await alice.command("/incident", line, channel=bot.channel(incident))
    assert outcome.is_good
    assert await alice.ephemeral(answer)


async def test_without_a_service_or_a_configuration_it_is_said_what_is_missing(
    bot: Bot, alice: PersonDriver
) -> None:
    nameless, other = await bot.declared("it is broken"), await bot.declared("search down")
    await alice.command("/incident", "mitigate", channel=bot.channel(nameless))
    assert "/incident service" in said(await alice.ephemeral("names no service"))
    await alice.command("/incident", "mitigate", channel=bot.channel(other))
    assert "[[services.search.mitigations]]" in said(await alice.ephemeral("Nothing may be changed for"))


async def test_the_one_who_asked_cannot_approve_and_somebody_else_can(
    bot: Bot, alice: PersonDriver, bob: PersonDriver, works: Works
) -> None:
    incident = await proposed(bot, alice)
    room = bot.channel(incident)
    await alice.press("approve", in_channel=room)
    await alice.ephemeral("somebody else must approve it")
    assert await stage(bot, incident) is Stage.PROPOSED
    await bob.press("approve", in_channel=room)
    await bot.practice.until(lambda: (CarryOut() in works.done) or None)
    assert works.done.count(DrawPlan(1)) == 2
    await alice.press("decline", in_channel=room)
    assert "approved this already" in said(await alice.ephemeral("approved this already"))
    assert await stage(bot, incident) is Stage.APPROVED


async def test_every_target_is_in_the_file_below_the_plan(bot: Bot, alice: PersonDriver) -> None:
    incident = await proposed(bot, alice)
    plan = await bot.practice.message(channel=bot.channel(incident), contains="and 42 more")
    assert await bot.practice.message(
        channel=bot.channel(incident), contains="What would be hit", thread_ts=plan["ts"]
    )


async def test_only_the_commander_breaks_the_glass_and_must_say_why(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await proposed(bot, alice)
    room = bot.channel(incident)
    await bob.press("break_glass", in_channel=room)
    await bob.ephemeral("Only the incident commander can break the glass")
    await alice.press("take:commander", in_channel=room)
    await alice.press("break_glass", in_channel=room)
    form = await alice.view(callback_id="break_glass")
    assert (await alice.submit(form, {"reason": " "})).kind is OutcomeKind.FIELD_ERRORS
    done = await alice.submit(form, {"reason": "nobody else is awake"})
    assert done.is_good, done.text
    assert await stage(bot, incident) is Stage.APPROVED
    proposal = (await bot.now(incident)).proposal(1)
    assert proposal is not None
    assert proposal.glass


async def test_lines_do_what_the_buttons_do(bot: Bot, alice: PersonDriver, bob: PersonDriver) -> None:
    incident = await proposed(bot, alice)
    await bob.command("/incident", f"mitigate {incident.reference} approve", channel="random")
    await bob.ephemeral("Approve it in the room of")
    assert await stage(bot, incident) is Stage.PROPOSED
    await bob.command("/incident", "mitigate decline the export must end", channel=bot.channel(incident))
    proposal = (await bot.now(incident)).proposal(1)
    assert proposal is not None
    assert (proposal.stage, proposal.words) == (Stage.DECLINED, "the export must end")
    await bob.command("/incident", "mitigate approve 1", channel=bot.channel(incident))
    assert await bob.ephemeral("declined this at")


async def test_an_old_button_says_what_happened_meanwhile(
    bot: Bot, alice: PersonDriver, bob: PersonDriver
) -> None:
    incident = await proposed(bot, alice)
    bot.clock.advance(11)
    await bob.press("approve", in_channel=bot.channel(incident))
    told = said(await bob.ephemeral("This expired at"))
    assert "/incident mitigate end-idle payments db" in told
    assert await stage(bot, incident) is Stage.PROPOSED  # the clock has not rung here


@pytest.mark.usefixtures("bot")
async def test_a_title_about_a_migration_is_no_typing_error(alice: PersonDriver) -> None:
    outcome = await alice.command("/incident", "migration of the ledger hangs", channel="random")
    assert outcome.is_good
    assert await alice.ephemeral("is declared")


async def test_the_choice_between_rollback_and_fix_is_weighed_by_a_form(
    bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    await alice.command("/incident", "rollback-or-fix", channel=bot.channel(incident))
    form = await alice.view(callback_id="rollback")
    done = await alice.submit(form, {"deployed": "JUST_BEFORE", "harm": "NONE"})
    assert done.is_good, done.text
    (fact,) = [
        entry.fact
        for entry in await bot.desk.ledger.timeline(incident.id)
        if isinstance(entry.fact, FixAdvised)
    ]
    assert fact.fix is Fix.ROLLBACK


async def test_from_a_verdict_the_proposal_goes_into_its_thread(bot: Bot, alice: PersonDriver) -> None:
    incident = await bot.declared()
    assert incident.room is not None
    full = Examination("payments db", bot.clock(), Health.CRITICAL, "The slots are full.")
    notice = VerdictNotice(full, PersonId(alice.id), incident, "payments", (END_IDLE,))
    verdict = await bot.chat.say(incident.room.place, notice, delivery=uuid4())
    await alice.press("mitigate:0", in_channel=bot.channel(incident))
    await alice.ephemeral("Looking up what")
    proposal = (await bot.now(incident)).proposal(1)
    assert proposal is not None
    assert proposal.thread == verdict.message


async def test_a_private_incident_is_unknown_to_outsiders_and_a_resolved_one_takes_no_change(
    bot: Bot, alice: PersonDriver, bob: PersonDriver, works: Works
) -> None:
    secret = await bot.desk.declare(bot.request(alice), title="payments leak", severity="SEV1", private=True)
    reference = secret.incident.reference
    await bob.command("/incident", f"mitigate {reference} end-idle db", channel="random")
    await bob.ephemeral(f"There is no incident {reference}")
    over = await bot.declared()
    await bot.desk.resolve(bot.request(alice), over.id, "fixed", reason="seen by all")
    await alice.command("/incident", "mitigate end-idle db", channel=bot.channel(over))
    await alice.ephemeral("is resolved, so nothing was changed")
    assert not any(isinstance(work, LookUp) for work in works.done)
