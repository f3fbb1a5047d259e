"""A workflow on GitHub run over the wire, on a stand-in that keeps its runs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.checked_shop import written
from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.two_people import room_of, well_if
from tests.diagnostics import serving as http
from tests.mitigations.github.standin import TOKEN, GitHub, serving
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

SERVICES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "http"
name = "api"
url = "{shop}"
health = "/health"
[[services.payments.mitigations]]
kind = "github"
name = "deploys"
actions = ["roll-back"]
repository = "acme/payments"
workflow = "rollback.yml"
inputs = {{ environment = "production" }}
token_env = "SHOP_ACTIONS_TOKEN"
url = "{github}"
"""


@pytest_asyncio.fixture
async def github() -> AsyncIterator[GitHub]:
    async with serving() as stand:
        yield stand


@pytest_asyncio.fixture
async def config(tmp_path: Path, github: GitHub) -> AsyncIterator[Path]:
    def rolled_back() -> bool:
        return any(run["conclusion"] == "success" for run in github.runs)

    async with http.serving({"/health": well_if(rolled_back)}) as shop:
        yield written(tmp_path / "config", SERVICES.format(shop=shop, github=github.url))


@pytest.fixture
def config_folder(config: Path) -> Path:
    return config


@pytest_asyncio.fixture
async def mending_bot(start_bot: StartBot) -> Bot:
    return await start_bot(SHOP_ACTIONS_TOKEN=TOKEN)


async def test_a_rollback_by_workflow_is_awaited_and_the_whole_service_looked_at(
    practice: PracticeDriver, mending_bot: Bot, github: GitHub
) -> None:
    github.ran(conclusion="failure")
    room = await room_of(practice)
    plan = await room.asked("roll-back")
    told = said(plan)
    assert "Run rollback.yml of acme/payments at main with environment = production" in told
    assert "To stop it while it runs, cancel it under Actions of acme/payments." in told
    assert github.dispatched == []

    done = await room.approved(plan)
    assert "rollback.yml of acme/payments: run 2 succeeded. *run 1 failed → run 2 succeeded.*" in done
    assert "After a rollback, verify: health" in done
    (asked,) = github.dispatched
    assert (asked["ref"], asked["inputs"]) == ("main", {"environment": "production"})
    assert "✅ *ok* · After the change, *Payments api looks healthy*" in await room.looked_again(plan)
    await room.on_record(
        "asked for a mitigation: Roll back by the workflow on GitHub (payments deploys)",
        "looked at payments api before changing it (critical)",
        "run 1 failed → run 2 succeeded",
        "looked at payments api after the change (ok)",
    )
    assert TOKEN not in str(practice.messages(room.channel))
    assert mending_bot.runs


async def test_what_github_refuses_is_said_in_its_own_words_and_claims_nothing(
    practice: PracticeDriver, mending_bot: Bot, github: GitHub
) -> None:
    room = await room_of(practice)
    plan = await room.asked("roll-back")
    github.status = 422

    told = await room.approved(plan)
    assert "it was not run. GitHub refuses: No ref found for: main (HTTP 422)." in told
    assert "After a rollback" not in told
    assert "⛔ *critical*" in await room.looked_again(plan, "Failed")
    assert "carried out what" not in await room.on_record("tried to carry out what")
    assert github.dispatched == []
    assert mending_bot.runs
