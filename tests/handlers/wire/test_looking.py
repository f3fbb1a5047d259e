"""`/diagnose` over the wire: what is looked at, where, and which text is looked for."""

from __future__ import annotations

from uuid import uuid4

import pytest

from incidents.evidence import Examination, Health, Sought
from incidents.model import PersonId, Place, RoomId
from incidents.ports import VerdictNotice
from incidents.work import Examine
from tests.handlers.wire.conftest import Bot, Works
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
        Examination("db", bot.clock(), Health.OK, "It looks healthy."), PersonId(alice.id), None, "search"
    )
    place = Place(RoomId(bot.practice.channel("general").id))
    said = await bot.chat.say(place, verdict, delivery=uuid4())
    alice.say("Look.", channel="general", thread_ts=said.message)
    await alice.press("look:again", in_channel="general")
    await alice.ephemeral("Looking at *db* of search")
    (asked,) = [work for work in works.done if isinstance(work, Examine)]
    assert (asked.target, asked.service, asked.place) == ("db", "search", place)


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
