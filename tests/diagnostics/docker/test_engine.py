"""An engine that cannot be asked: each way is evidence with its own code, said once, and nothing hangs."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from incidents.evidence import Health
from tests.diagnostics.docker.conftest import Opens
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.docker.proxy import proxied
from tests.diagnostics.docker.test_faults import IDLE, looked, of

NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """The rights of somebody who may not use the socket."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_a_frozen_engine_is_told_and_costs_one_time_out(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", IDLE)
    with engine.frozen():
        async with opens() as examiner:
            examination = await looked(examiner)
    assert [finding.code for finding in examination.findings] == ["DK013"]
    assert "does not answer within 2 s (TimeoutError)" in examination.sentence
    assert examination.health is Health.CRITICAL
    assert "container logs: not tried after that" in examination.unseen


async def test_an_engine_that_freezes_while_it_is_known_is_told_and_thaws(
    engine: Dockerd, opens: Opens
) -> None:
    now = [0.0]
    engine.run("api", IDLE)
    async with opens(monotonic=lambda: now[0]) as examiner:
        assert (await looked(examiner)).health is Health.OK
        now[0] += 60
        with engine.frozen():
            assert (await looked(examiner)).findings[0].code == "DK013"
            frozen_logs = await looked(examiner, "logs")
        now[0] += 60
        assert (await looked(examiner)).health is Health.OK
    assert [finding.code for finding in frozen_logs.findings] == ["DK013"]


async def test_a_socket_that_is_not_there_is_told(opens: Opens, tmp_path: Path) -> None:
    async with opens(url=f"unix://{tmp_path}/none.sock") as examiner:
        examination = await looked(examiner)
    assert [finding.code for finding in examination.findings] == ["DK010"]
    assert examination.sentence.startswith(f"There is no socket at unix://{tmp_path}/none.sock")


async def test_a_socket_that_may_not_be_used_says_nothing_of_the_containers(
    engine: Dockerd, opens: Opens
) -> None:
    engine.socket.chmod(0o000 if os.geteuid() else 0o600)
    engine.home.chmod(0o755)
    try:
        with as_nobody():
            async with opens() as examiner:
                examination = await looked(examiner)
    finally:
        engine.socket.chmod(0o660)
    assert [finding.code for finding in examination.findings] == ["DK011"]
    assert examination.health is Health.UNKNOWN
    assert "socket proxy that allows GET only" in examination.next_step


async def test_a_port_on_which_nothing_listens_is_told(opens: Opens) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with opens(url=f"tcp://127.0.0.1:{taken.getsockname()[1]}") as examiner:
            examination = await looked(examiner)
    assert [finding.code for finding in examination.findings] == ["DK012"]


async def test_a_host_that_is_not_known_is_told(opens: Opens) -> None:
    async with opens(url="tcp://no-such-host.invalid:2375") as examiner:
        examination = await looked(examiner)
    assert [finding.code for finding in examination.findings] == ["DK015"]
    assert examination.health is Health.UNKNOWN


async def test_a_machine_that_refuses_ssh_is_told(opens: Opens) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with opens(url=f"ssh://nobody@127.0.0.1:{taken.getsockname()[1]}") as examiner:
            examination = await looked(examiner)
    assert [finding.code for finding in examination.findings] == ["DK012"]


async def test_only_get_is_asked_of_a_proxy(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", IDLE)
    async with proxied(engine) as proxy, opens(url=proxy.address) as examiner:
        examination = await looked(examiner)
    assert examination.health is Health.OK
    assert {method for method, _ in proxy.asked} == {"GET"}
    assert len(proxy.asked) < 12


async def test_what_the_proxy_forbids_is_left_out_and_the_grant_named(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", IDLE)
    async with (
        proxied(engine, forbidden=["/images", "/system"]) as proxy,
        opens(url=proxy.address) as examiner,
    ):
        examination = await looked(examiner)
    assert examination.health is Health.OK
    assert examination.unseen == (
        "images: the proxy forbids it: set IMAGES=1 there",
        "disk use of the engine: the proxy forbids it: set SYSTEM=1 there",
    )


async def test_a_proxy_that_forbids_containers_leaves_nothing_to_see(engine: Dockerd, opens: Opens) -> None:
    async with proxied(engine, forbidden=["/containers"]) as proxy, opens(url=proxy.address) as examiner:
        examination = await looked(examiner)
    assert of(examination, "DK017").next_step == "Allow it on the proxy: CONTAINERS=1."
    assert examination.health is Health.UNKNOWN
    assert "hunter2" not in repr(examination)


@pytest.mark.parametrize("asked", ["app", "logs"])
async def test_what_is_no_engine_is_told(opens: Opens, asked: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with opens(url=f"tcp://127.0.0.1:{silent.getsockname()[1]}") as examiner:
            examination = await looked(examiner, asked)
    assert [finding.code for finding in examination.findings] == ["DK013"]
