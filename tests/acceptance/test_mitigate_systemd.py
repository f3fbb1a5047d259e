"""A unit of a real systemd restarted over the wire, from the button under the verdict that names it."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.acceptance.checked_shop import written
from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.two_people import room_of
from tests.diagnostics.host.page import Machine as Page
from tests.diagnostics.host.page import line, unit
from tests.mitigations.systemd.booting import booted
from tests.mitigations.systemd.machine import IDLE, LISTED, Machine
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

SERVICES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "host"
name = "db1"
node_exporter = "{page}"
limits = {{ sample = 0.1 }}
[[services.payments.mitigations]]
name = "db1"
"""
BEGUN = "/run/begun"


@pytest.fixture(scope="module")
def shared(
    missing: Callable[[str, str], NoReturn], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    with booted(missing, tmp_path_factory.mktemp("tree")) as machine:
        yield machine


@pytest.fixture
def machine(shared: Machine) -> Machine:
    shared.fresh()
    return shared


def exporter(machine: Machine) -> web.Application:
    """The page of a node_exporter that tells of the machine's units as its systemd does."""

    async def tell(_request: web.Request) -> web.Response:
        page = Page()
        page.set({line("node_vmstat_oom_kill"): 0})
        for name in LISTED:
            (state,) = machine.show(name, "ActiveState")
            page.set(unit(name, state))
        return web.Response(text=page.text())

    application = web.Application()
    application.router.add_get("/metrics", tell)
    return application


@pytest_asyncio.fixture
async def config(tmp_path: Path, machine: Machine) -> AsyncIterator[Path]:
    section = machine.section(units=list(LISTED), settle=0)
    del section["key"]
    lines = [f"{key} = {json.dumps(value)}" for key, value in section.items()]
    async with TestServer(exporter(machine)) as server:
        services = SERVICES.format(page=str(server.make_url("/")).rstrip("/"))
        yield written(tmp_path / "config", "\n".join([services, *lines, 'key_env = "SHOP_UNITS_KEY"']))


def fallen(machine: Machine) -> None:
    """One of the two units has crashed; whenever it begins it leaves a line."""
    machine.unit("payments.service", f'ExecStartPre=/bin/sh -c "echo begun >> {BEGUN}"', IDLE)
    machine.run("systemctl kill -s SEGV payments.service")
    machine.run("while systemctl -q is-active payments.service; do :; done")


@pytest.fixture
def config_folder(config: Path) -> Path:
    return config


@pytest_asyncio.fixture
async def mending_bot(start_bot: StartBot, machine: Machine) -> Bot:
    return await start_bot(SHOP_UNITS_KEY=machine.key.export_private_key().decode())


async def test_the_verdict_offers_to_restart_the_unit_that_has_failed_and_no_other_is_touched(
    practice: PracticeDriver, mending_bot: Bot, machine: Machine
) -> None:
    fallen(machine)
    other = machine.show("nginx.service", "InvocationID")
    room = await room_of(practice)
    plan = await room.offered(await room.diagnosed("db1"))
    told = said(plan)
    assert "Restart payments.service on 127.0.0.1." in told
    assert "*Exactly this:*\n• payments.service, failed (signal) since " in told

    done = await room.approved(plan)
    assert "payments.service was restarted and is active (running) since" in done
    assert "*payments.service failed (signal) → payments.service active (running).*" in done
    assert machine.run(f"cat {BEGUN}; rm {BEGUN}") == "begun"
    assert machine.show("nginx.service", "InvocationID") == other
    assert "✅ *ok* · After the change" in await room.looked_again(plan)
    await room.on_record(
        "asked for a mitigation: Restart units and wait until they stay up (payments db1)",
        "looked at payments db1 before changing it (warn)",
        "failed (signal) → payments.service active (running)",
        "looked at payments db1 after the change (ok)",
    )
    assert "PRIVATE KEY" not in str(practice.messages(room.channel))
    assert mending_bot.runs


async def test_a_unit_that_does_not_come_back_is_told_with_where_to_look(
    practice: PracticeDriver, mending_bot: Bot, machine: Machine
) -> None:
    fallen(machine)
    room = await room_of(practice)
    plan = await room.asked("restart db1")
    machine.unit("payments.service", "ExecStart=/bin/false")

    told = await room.approved(plan)
    assert "payments.service did not come back: it is failed (exit-code)." in told
    assert "its process ended with an error" in told
    assert "journalctl -u payments.service -n 50 on 127.0.0.1." in told
    assert "⚠️ *warn*" in await room.looked_again(plan, "Failed")
    assert "carried out what" not in await room.on_record("tried to carry out what")
    assert mending_bot.runs
