"""A feature turned off over the wire, at a service of flags that keeps its value."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.checked_shop import written
from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.two_people import room_of, well_if
from tests.diagnostics import serving as http
from tests.mitigations.flags import TOKEN, Flags, serving
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

SERVICES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "http"
name = "recommendations"
url = "{shop}"
health = "/health"
[[services.payments.mitigations]]
kind = "switch"
name = "recommendations"
actions = ["turn-off"]
url = "{flags}"
state = "/flags/recommendations"
field = "environments.0.on"
wanted = false
set = {{ method = "PATCH", path = "/flags/recommendations", body = {{ on = false }} }}
token_env = "SHOP_FLAGS_TOKEN"
set_within = 1
"""


@pytest_asyncio.fixture
async def flags() -> AsyncIterator[Flags]:
    async with serving() as stand:
        yield stand


@pytest_asyncio.fixture
async def config(tmp_path: Path, flags: Flags) -> AsyncIterator[Path]:
    async with http.serving({"/health": well_if(lambda: flags.value is False)}) as shop:
        yield written(tmp_path / "config", SERVICES.format(shop=shop, flags=flags.address))


@pytest.fixture
def config_folder(config: Path) -> Path:
    return config


@pytest_asyncio.fixture
async def mending_bot(start_bot: StartBot) -> Bot:
    return await start_bot(SHOP_FLAGS_TOKEN=TOKEN)


async def test_a_feature_is_turned_off_and_the_service_is_well_again(
    practice: PracticeDriver, mending_bot: Bot, flags: Flags
) -> None:
    room = await room_of(practice)
    plan = await room.asked("turn-off recommendations")
    told = said(plan)
    assert "Set payments recommendations from on to off." in told
    assert "To take it back, set it to on again" in told
    assert flags.heard == []

    done = await room.approved(plan)
    assert "payments recommendations was set and is off. *on → off.*" in done
    assert flags.heard == [("PATCH", "application/json", {"on": False})]
    assert "✅ *ok* · After the change" in await room.looked_again(plan)
    await room.on_record(
        "asked for a mitigation: Turn the feature off (payments recommendations)",
        "looked at payments recommendations before changing it (critical)",
        "on → off",
        "looked at payments recommendations after the change (ok)",
    )
    assert TOKEN not in str(practice.messages(room.channel))
    assert mending_bot.runs


async def test_a_service_that_says_yes_and_does_nothing_is_not_called_done(
    practice: PracticeDriver, mending_bot: Bot, flags: Flags
) -> None:
    room = await room_of(practice)
    plan = await room.asked("turn-off")
    flags.deaf = True

    told = await room.approved(plan)
    assert "could not be set and is on: its service said yes, but nothing came of it within 1 s." in told
    assert "Change it there by hand." in told
    assert "⛔ *critical*" in await room.looked_again(plan, "Failed")
    assert "carried out what" not in await room.on_record("tried to carry out what")
    assert len(flags.heard) == 1
    assert mending_bot.runs


async def test_the_commander_alone_breaks_the_glass_and_the_room_is_told(
    practice: PracticeDriver, mending_bot: Bot, flags: Flags
) -> None:
    room = await room_of(practice)
    await room.alice.press("take:commander", in_channel=room.channel)
    plan = await room.asked("turn-off")
    await room.alice.press("break_glass", ts=str(plan["ts"]), in_channel=room.channel)
    form = await room.alice.view(callback_id="break_glass")
    assert flags.heard == []
    await room.alice.submit(form, {"reason": "nobody else is awake"})

    assert "nobody else is awake" in said(await room.heard("broke the glass"))
    await room.heard("on → off")
    assert flags.heard == [("PATCH", "application/json", {"on": False})]
    assert mending_bot.runs


async def test_what_nobody_approves_expires_and_changes_nothing(
    practice: PracticeDriver, mending_bot: Bot, flags: Flags
) -> None:
    room = await room_of(practice, "SEV3 payments down")
    plan = await room.asked("turn-off")
    await room.heard("A fix waits for approval")
    await mending_bot.advance(minutes=10.1)

    await room.heard("Nobody approved this in time")
    card = str(room.channel.pins[0].ts)
    await practice.until(lambda: "*Expired* at" in room.now(plan) or None)
    await practice.until(lambda: "A fix waits" not in said(room.channel.messages[card]) or None)
    assert flags.heard == []
    assert mending_bot.runs
