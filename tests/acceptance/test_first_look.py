"""The look that Tocsin takes by itself, over the wire, at a real PostgreSQL and a real HTTP service."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import HERE, Bot
from tests.acceptance.test_declare import declared
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.reading import said

CODES = "https://git.example.com/ops/codes.md"
BY_ITSELF = "Tocsin looked by itself"


@pytest.fixture
def config_folder(shop_config: Path) -> Path:
    """SEV1 asks for the look, and nothing else does."""
    policy = (HERE / "config" / "policy.toml").read_text()
    worst = "update_every_minutes = 15\n"
    assert policy.count(worst) == 1
    policy = policy.replace(worst, f"{worst}diagnose_on_declare = true\n")
    (shop_config / "policy.toml").write_text(f'codes_url = "{CODES}"\n{policy}')
    return shop_config


def looks(practice: PracticeDriver, room: Channel) -> int:
    return sum(BY_ITSELF in said(message) for message in practice.messages(room))


async def test_a_service_in_the_title_is_looked_at_and_its_findings_stand_in_the_thread(
    practice: PracticeDriver, looking_bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")

    verdict = await practice.message(channel=room, contains="Look again", seconds=20)

    assert BY_ITSELF in said(verdict)
    assert "ready" in said(verdict)
    findings = await practice.message(channel=room, contains="Figures", thread_ts=verdict["ts"], seconds=20)
    assert "PostgreSQL" in said(findings)
    assert f"<{CODES}#ht010|HT010>" in said(findings)
    alice = practice.person("alice")
    await alice.command("/incident", "timeline", channel=room)
    assert "Tocsin looked at payments" in said(await alice.ephemeral("looked at payments", channel=room))
    assert looks(practice, room) == 1
    assert looking_bot.runs


async def test_a_service_that_is_chosen_from_the_menu_is_looked_at_then(
    practice: PracticeDriver, looking_bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV1 nobody can buy")
    card = await practice.message(channel=room, contains="Which one is broken?")
    menu = next(
        b["accessory"] for b in card["blocks"] if b.get("accessory", {}).get("type") == "static_select"
    )
    assert looks(practice, room) == 0

    await practice.person("alice").press(menu["action_id"], in_channel=room, value="payments")

    assert BY_ITSELF in said(await practice.message(channel=room, contains="Look again", seconds=20))
    assert looking_bot.runs


async def test_where_the_policy_does_not_ask_for_it_only_people_look(
    practice: PracticeDriver, looking_bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV2 payments slow")

    await practice.person("alice").command("/diagnose", "all", channel=room)

    assert "asked by" in said(await practice.message(channel=room, contains="Look again", seconds=20))
    assert looks(practice, room) == 0
    assert looking_bot.runs
