"""A container is restarted over the wire: on a real Docker Engine, with what its log said kept before."""

from pathlib import Path

import psycopg
import pytest

from tests.acceptance.checked_shop import written
from tests.acceptance.conftest import Bot
from tests.acceptance.two_people import room_of
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
limits = {{ sample = 0.1 }}
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
    room = await room_of(practice)
    plan = await room.asked("restart app")
    assert "shop-api-1" in said(plan)

    assert "shop-api-1 was restarted." in await room.approved(plan)
    assert started(container) != before
    await practice.message(channel=room.channel, contains="QueuePool limit", thread_ts=str(plan["ts"]))
    await room.looked_again(plan)
    with psycopg.connect(environment["DATABASE_URL"]) as record:
        query = "SELECT fact::text FROM entries WHERE fact ->> 'kind' = 'evidence_taken'"
        (kept,) = record.execute(query).fetchall()
    assert "QueuePool limit" in kept[0]
    assert bot.runs
