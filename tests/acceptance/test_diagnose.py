"""`/diagnose` over the wire, on a real PostgreSQL whose slots leak and a real HTTP service in front of it."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Bot
from tests.acceptance.test_declare import declared
from tests.diagnostics.faults import filled
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said


@pytest.fixture
def config_folder(shop_config: Path) -> Path:
    return shop_config


async def test_a_leak_that_fills_every_slot_is_named_with_its_application(
    practice: PracticeDriver, looking_bot: Bot, shop_database: str
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    async with filled(shop_database.replace("tocsin:root@", "app:app@")) as count:
        await practice.person("alice").command("/diagnose", "db", channel=room)
        verdict = await practice.message(channel=room, contains="reports-export")
        await practice.message(channel=room, contains="Look again")

    assert f"{count}" in said(verdict)
    assert "22" in said(verdict)
    thread = verdict.get("thread_ts", verdict["ts"])
    assert await practice.message(channel=room, contains="idle in", thread_ts=thread)
    assert "diag:diag" not in str(practice.messages(room))
    assert looking_bot.runs


async def test_an_api_that_is_alive_but_not_ready_is_told_apart(
    practice: PracticeDriver, looking_bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    await practice.person("alice").command("/diagnose", "api", channel=room)

    verdict = await practice.message(channel=room, contains="ready")
    assert "database" in said(verdict)
    assert looking_bot.runs


async def test_elsewhere_the_answer_is_a_thread_where_it_was_asked(
    practice: PracticeDriver, looking_bot: Bot
) -> None:
    await practice.person("bob").command("/diagnose", "payments db", channel="random")

    verdict = await practice.message(channel="random", contains="Look again")

    assert await practice.message(channel="random", contains="Figures", thread_ts=verdict["ts"])
    assert looking_bot.runs


@pytest.mark.parametrize("line", ["", "toaster"])
async def test_alone_or_for_an_unknown_target_the_list_is_given(
    practice: PracticeDriver, looking_bot: Bot, line: str
) -> None:
    await practice.person("bob").command("/diagnose", line, channel="random")

    answer = said(await practice.person("bob").ephemeral("api", channel="random"))
    assert "db" in answer
    assert looking_bot.runs


async def test_what_was_seen_stands_in_the_timeline(practice: PracticeDriver, looking_bot: Bot) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.command("/diagnose", "db", channel=room)
    await practice.message(channel=room, contains="Figures")

    await alice.command("/incident", "timeline", channel=room)

    assert await alice.ephemeral("looked at", channel=room)
    assert looking_bot.runs
