"""`/diagnose` over the wire: what is looked at, where, and which text is looked for."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from uuid import uuid4

import pytest

from incidents.evidence import Examination, Health, Sought
from incidents.model import PersonId, Place, RoomId
from incidents.notices import VerdictNotice
from incidents.work import Examine
from tests.handlers.wire.conftest import OWN_SECRET, Bot, Works
from tocsin_practice.driver import PersonDriver


async def test_diagnose_in_the_room_looks_at_its_service(bot: Bot, alice: PersonDriver, works: Works) -> None:
    incident = await bot.declared()
    await alice.command("/diagnose", "db", channel=bot.channel(incident))
    (asked,) = [work for work in works.done if isinstance(work, Examine)]
    assert (asked.target, asked.service, asked.place.room) == ("db", "payments", bot.channel(incident).id)


@pytest.mark.parametrize(
    ("line", "target", "service"),
    [("payments db", "db", "payments"), ("db search", "db", "search"), ("Payments", "all", "payments")],
)
@pytest.mark.usefixtures("bot")
async def test_diagnose_elsewhere_may_name_the_service(
    line: str, target: str, service: str, alice: PersonDriver, works: Works
) -> None:
    await alice.command("/diagnose", line, channel="general")
    await alice.ephemeral("Looking at")
    (asked,) = [work for work in works.done if isinstance(work, Examine)]
    assert (asked.target, asked.service) == (target, service)


async def test_look_again_looks_at_the_same_service(bot: Bot, alice: PersonDriver, works: Works) -> None:
    verdict = VerdictNotice(
        Examination("db", bot.clock(), Health.OK, "It looks healthy.", seconds=2.5),
        PersonId(alice.id),
        None,
        "search",
    )
    place = Place(RoomId(bot.practice.channel("general").id))
    said = await bot.chat.say(place, verdict, delivery=uuid4())
    alice.say("Look.", channel="general", thread_ts=said.message)
    await alice.press("look:again", in_channel="general")
    await alice.ephemeral("Looking at *db* of search")
    (asked,) = [work for work in works.done if isinstance(work, Examine)]
    assert (asked.target, asked.service, asked.place) == ("db", "search", place)
    over = verdict.examination.started_at + timedelta(seconds=2.5)
    assert asked.fresh
    assert over < asked.fresh <= over + timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("line", "target", "sought"),
    [
        ("logs find Connection <refused>", "logs", "Connection <refused>"),
        ("find `a  b`", "logs", "a  b"),
        ("payments logs find find me", "logs", "find me"),
        ("logs FIND .*; rm -rf / $(x)", "logs", ".*; rm -rf / $(x)"),
    ],
)
async def test_a_text_to_find_is_passed_on_as_it_was_typed(
    line: str, target: str, sought: str, bot: Bot, alice: PersonDriver, works: Works
) -> None:
    incident = await bot.declared()
    await alice.command("/diagnose", line, channel=bot.channel(incident))
    (asked,) = [work for work in works.done if isinstance(work, Examine)]
    assert (asked.target, asked.service, asked.sought) == (target, "payments", Sought(sought))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("logs find", "Say which text to find"),
        ("logs find ``", "Say which text to find"),
        (f"logs find {'x' * 101}", "at most 100 characters"),
        ("lighthouse find x", "There is nothing called “lighthouse find x”"),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_a_text_that_cannot_be_looked_for_is_refused_with_the_way_out(
    line: str, said: str, alice: PersonDriver, works: Works
) -> None:
    await alice.command("/diagnose", line, channel="general")
    await alice.ephemeral(said)
    assert not [work for work in works.done if isinstance(work, Examine)]


@pytest.mark.parametrize("targets", [lambda _service: ["db"]], ids=["only a database"])
async def test_where_a_service_has_no_logs_it_is_said_that_none_are_read(
    bot: Bot, alice: PersonDriver, works: Works
) -> None:
    incident = await bot.declared()
    await alice.command("/diagnose", "logs find timeout", channel=bot.channel(incident))
    await alice.ephemeral("No logs of this incident's service are read")
    assert not [work for work in works.done if isinstance(work, Examine)]


@pytest.mark.parametrize(
    "text",
    [OWN_SECRET, b64encode(OWN_SECRET.encode()).decode(), "password=hunter2hunter2", "4111 1111 1111 1111"],
    ids=["our own", "our own in base64", "a password", "a card"],
)
async def test_a_secret_is_not_looked_for_and_stands_nowhere(
    text: str, bot: Bot, alice: PersonDriver, works: Works
) -> None:
    incident = await bot.declared()
    await alice.command("/diagnose", f"logs find {text}", channel=bot.channel(incident))
    await alice.ephemeral("What is to be found looks like a secret")
    assert not [work for work in works.done if isinstance(work, Examine)]


async def test_a_button_from_before_with_a_secret_on_it_is_refused_too(
    bot: Bot, alice: PersonDriver, works: Works
) -> None:
    seen = Examination("shop logs", bot.clock(), Health.OK, "It stands there.", sought=Sought(OWN_SECRET))
    place = Place(RoomId(bot.practice.channel("general").id))
    await bot.chat.say(place, VerdictNotice(seen, PersonId(alice.id), None), delivery=uuid4())
    await alice.press("look:again", in_channel="general")
    await alice.ephemeral("What is to be found looks like a secret")
    assert not [work for work in works.done if isinstance(work, Examine)]


async def test_a_secret_in_what_people_type_is_masked_on_record_and_on_buttons(
    bot: Bot, alice: PersonDriver
) -> None:
    incident = await bot.declared()
    line = f"note it logs in with {OWN_SECRET}"
    await alice.command("/incident", line, channel=bot.channel(incident))
    await alice.ephemeral("")
    noted = repr(await bot.desk.ledger.timeline(incident.id))
    assert "it logs in with [redacted:known]" in noted
    assert OWN_SECRET not in noted
    await alice.command("/incident", f"the shop knows {OWN_SECRET} now", channel=bot.channel(incident))
    asked = json.dumps(await alice.ephemeral("Do you want to declare this"))
    assert "the shop knows [redacted:known] now" in asked
    assert OWN_SECRET not in asked


async def test_look_again_looks_for_the_same_text(bot: Bot, alice: PersonDriver, works: Works) -> None:
    seen = Examination(
        "shop logs", bot.clock(), Health.OK, "It stands there.", sought=Sought('a "quoted" text')
    )
    place = Place(RoomId(bot.practice.channel("general").id))
    await bot.chat.say(place, VerdictNotice(seen, PersonId(alice.id), None), delivery=uuid4())
    await alice.press("look:again", in_channel="general")
    await alice.ephemeral("Looking at *shop logs*")
    (asked,) = [work for work in works.done if isinstance(work, Examine)]
    assert asked.sought == Sought('a "quoted" text')


@pytest.mark.parametrize("line", ["", "lighthouse"])
@pytest.mark.usefixtures("bot")
async def test_diagnose_lists_what_can_be_looked_at(line: str, alice: PersonDriver) -> None:
    await alice.command("/diagnose", line, channel="general")
    await alice.ephemeral("What shall I look at?")
    await alice.press("look:1", in_channel="general")
    await alice.ephemeral("Looking at *api*")
