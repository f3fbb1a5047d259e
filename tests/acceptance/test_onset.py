"""What was deployed is told to when the incident began, over the wire, at a stand-in for GitHub."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.conftest import HERE, Bot
from tests.acceptance.test_declare import declared
from tests.diagnostics.deploys.standin import GitHub, serving
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

SERVICES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "deploys"
name = "deploys"
github = "acme/payments"
github_url = "{url}"
"""
OLD, NEW = "0123456789abcdef0123456789abcdef01234567", "4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2"


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest_asyncio.fixture
async def github() -> AsyncIterator[GitHub]:
    """A deploy of an hour ago, and one of ten minutes ago."""
    async with serving() as github:
        github.deployed(OLD, ago(63.5))
        github.deployed(NEW, ago(10.5))
        github.built(OLD, ago(70))
        yield github


@pytest.fixture
def config_folder(tmp_path: Path, github: GitHub) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "templates").symlink_to(HERE / "config" / "templates")
    (folder / "policy.toml").write_text((HERE / "config" / "policy.toml").read_text())
    (folder / "services.toml").write_text(SERVICES.format(url=github.url))
    return folder


async def test_a_deploy_is_told_to_the_time_at_which_people_say_that_it_began(
    practice: PracticeDriver, bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV2 payments down")
    alice = practice.person("alice")
    await alice.command("/incident", "time began 40 min ago", channel=room)
    await practice.message(channel=room, contains="recorded when it began")

    await alice.command("/diagnose", "deploys", channel=room)

    verdict = await practice.message(channel=room, contains="Look again")
    assert re.search("2[23] min before it began: 0123456789 by alice", said(verdict))  # it began on a minute
    assert "and 1 since it began" in said(verdict)
    assert bot.runs


async def test_outside_of_an_incident_a_deploy_is_told_to_now(practice: PracticeDriver, bot: Bot) -> None:
    await practice.person("bob").command("/diagnose", "payments deploys", channel="random")

    verdict = await practice.message(channel="random", contains="Look again")
    assert "10 min ago: 4f5e6d7c8b by alice" in said(verdict)
    assert bot.runs


async def test_the_choice_between_rollback_and_fix_begins_with_the_last_deploy(
    practice: PracticeDriver, bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV2 payments down")
    alice = practice.person("alice")
    await alice.command("/incident", "time began 5 min ago", channel=room)
    await practice.message(channel=room, contains="recorded when it began")

    await alice.command("/incident", "rollback-or-fix", channel=room)

    form = await alice.view(callback_id="rollback")
    asked = next(block for block in form.payload["blocks"] if block.get("block_id") == "deployed")
    assert asked["element"]["initial_option"]["value"] == "JUST_BEFORE"
    assert re.search(
        "Tocsin has looked: .* [45] min before it began: 4f5e6d7c8b by alice", asked["hint"]["text"]
    )
    done = await alice.submit(form, {"harm": "NONE"})
    assert done.is_good, done.text
    await practice.message(channel=room, contains="a deploy less than 10 min before it began")
    assert bot.runs
