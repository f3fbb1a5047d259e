"""A container is restarted over the wire: on a real Docker Engine, with what its log said kept before."""

from pathlib import Path

import psycopg
import pytest

from tests.acceptance.checked_shop import written
from tests.acceptance.conftest import Bot
from tests.acceptance.test_declare import declared
from tests.diagnostics.docker.dockerd import Dockerd
from tests.mitigations.docker.stand import IDLE, service, started, until
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json
from tocsin_practice.reading import said

LAST_WORDS = "ERROR TimeoutError: QueuePool limit of size 5 overflow 10 reached"
SERVICES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "docker"
name = "app"
url = "{url}"
project = "shop"
[[services.payments.mitigations]]
kind = "docker"
name = "app"
actions = ["restart"]
url = "{url}"
project = "shop"
service = "api"
settle = 1
"""


@pytest.fixture
def config_folder(tmp_path: Path, engine: Dockerd) -> Path:
    return written(tmp_path / "config", SERVICES.format(url=engine.address))


async def test_what_a_container_said_is_kept_before_it_is_restarted(
    practice: PracticeDriver, bot: Bot, engine: Dockerd, environment: Json
) -> None:
    container = service(engine, "api", script=f"echo '{LAST_WORDS}'; {IDLE}")
    until(lambda: LAST_WORDS.encode() in container.logs())
    before = started(container)
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")
    bob.join(room)

    await alice.command("/incident", "mitigate restart app", channel=room)
    plan = await practice.message(channel=room, contains="must approve it by", seconds=30)
    assert "shop-api-1" in said(plan)
    await bob.press("approve", ts=str(plan["ts"]), in_channel=room)

    done = said(await practice.message(channel=room, contains="Asked for by", seconds=60))
    assert "restarted" in done
    assert started(container) != before
    await practice.message(channel=room, contains="QueuePool limit", thread_ts=str(plan["ts"]), seconds=30)
    await practice.message(channel=room, contains="After the change", seconds=60)
    with psycopg.connect(environment["DATABASE_URL"]) as record:
        query = "SELECT fact::text FROM entries WHERE fact ->> 'kind' = 'evidence_taken'"
        (kept,) = record.execute(query).fetchall()
    assert "QueuePool limit" in kept[0]
    assert bot.runs
