"""The compose file as it stands, on a real engine: its bot, its PostgreSQL, and a practice workspace."""

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio
from docker.models.containers import Container

from tests.diagnostics.docker.dockerd import Dockerd
from tests.project.image.composed import Composed
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.outcomes import OutcomeKind

pytestmark = [pytest.mark.image, pytest.mark.asyncio(loop_scope="module")]


PLACES = ("/", "/opt/tocsin", "/opt/tocsin/app", "/opt/tocsin/config", "/var/lib/tocsin", "/tmp")  # noqa: S108 -- as below


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def up(composed: Composed, practice: PracticeDriver) -> None:
    """Everything is started as an operator does, and the bot has connected."""
    composed.settings(practice.environment() | {"POSTGRES_PASSWORD": "openSesame1"})
    await asyncio.to_thread(composed.compose, "up", "--detach", "--no-build")
    await practice.connected(seconds=60)


@pytest.fixture
def bot(composed: Composed) -> Container:
    return composed.container("bot")


def status(number: str) -> dict[str, str]:
    """What this machine's kernel says of a process."""
    lines = Path("/proc", number, "status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines)


def said(container: Container, *command: str) -> tuple[int, str]:
    """A command in the running container: its exit code and what it says."""
    code, output = container.exec_run(list(command))
    assert isinstance(output, bytes)
    return code or 0, output.decode()


async def test_the_bot_waits_for_postgresql_and_is_started_once(composed: Composed, bot: Container) -> None:
    healthy = composed.container("postgres").attrs["State"]["Health"]["Log"][0]["End"]
    assert bot.attrs["State"]["StartedAt"] > healthy
    assert bot.attrs["RestartCount"] == 0


async def test_a_line_opens_a_room_and_is_kept(practice: PracticeDriver, bot: Container) -> None:
    alice = practice.person("alice")
    outcome = await alice.command("/incident", "SEV1 payments down")
    assert outcome.kind is OutcomeKind.DONE, outcome.text
    room = await practice.new_channel("incident-")
    await practice.message(channel=room, contains="payments down")
    assert alice.is_in(room)
    code, listed = said(bot, "tocsin", "incident", "list")
    assert (code, "payments down" in listed) == (0, True), listed


async def test_it_is_well_to_those_who_ask_and_to_the_engine(engine: Dockerd, bot: Container) -> None:
    code, sentence = await asyncio.to_thread(said, bot, "tocsin", "health")
    assert code == 0, sentence
    await asyncio.to_thread(engine.heard, bot, "health_status: healthy")


async def test_no_process_of_it_has_a_right_or_can_get_one(bot: Container) -> None:
    found = bot.top()
    numbers = [row[found["Titles"].index("PID")] for row in found["Processes"]]
    assert len(numbers) == 2  # the init and the bot
    for fields in map(status, numbers):
        assert fields["Uid"].split() == ["10001"] * 4
        assert int(fields["CapEff"], 16) == int(fields["CapBnd"], 16) == 0
        assert fields["NoNewPrivs"] == "1"


async def test_it_can_write_nowhere_but_in_tmp(bot: Container) -> None:
    may = {place: said(bot, "touch", f"{place}/x")[0] == 0 for place in PLACES}
    assert [place for place, allowed in may.items() if allowed] == ["/tmp"]  # noqa: S108 -- a folder of the container


async def test_told_to_stop_it_ends_by_itself_and_comes_back_with_its_record(
    composed: Composed, practice: PracticeDriver
) -> None:
    await asyncio.to_thread(composed.compose, "stop", "bot")
    stopped = composed.container("bot").attrs["State"]
    assert (stopped["ExitCode"], stopped["OOMKilled"]) == (0, False)

    await asyncio.to_thread(composed.compose, "up", "--detach", "--no-build")
    await practice.connected(seconds=60)
    await practice.person("bob").command("/incident", "SEV2 search is slow")
    await practice.new_channel("incident-")
    assert "INC-" in said(composed.container("bot"), "tocsin", "incident", "list")[1]
