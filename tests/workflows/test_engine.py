"""The engine on the real queue: promptly, through outages, and one at a time."""

import asyncio
import logging
import time
from types import SimpleNamespace

import psycopg
import pytest

from incidents.errors import Unavailable
from incidents.facts import Acknowledged, Diagnosed
from incidents.model import Place
from incidents.notices import FactNotice, FindingsNotice, VerdictNotice
from incidents.roles import Role
from tests.workflows.conftest import World
from tests.workflows.examiner import Examiner


def said(world: World, kind: type) -> int:
    notices = [message.notice for message in world.chat.messages.values()]
    return sum(isinstance(n, FactNotice) and isinstance(n.fact, kind) for n in notices)


async def end_all_connections(dsn: str, *, called: str = "%") -> None:
    """As a restart of the database would; or those called so, as who takes over from a silent one does."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE %s",
            [called],
        )


async def jobs(dsn: str) -> list[tuple[str, str]]:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        cursor = await connection.execute(
            "SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id"
        )
        return [(str(name), str(status)) for name, status in await cursor.fetchall()]


async def test_a_declared_incident_is_set_up_and_what_follows_is_said(world: World) -> None:
    async with world.engine().running():
        incident = await world.declare()
        await world.journal.until_set_up(incident.id)
        await world.desk.acknowledge(world.ask("ack"), incident.id)
        await world.chat.until(lambda: said(world, Acknowledged) == 1)


async def test_a_quiet_engine_has_nothing_to_complain_of(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with world.engine().running():
        for number in range(3):
            await world.journal.until_set_up((await world.declare(f"outage {number}")).id)
        assert await listening(world.dsn) == 1
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def listening(dsn: str) -> int:
    """How many connections listen for jobs."""
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^LISTEN' AND datname = current_database()"
        )
        row = await (await connection.execute(query)).fetchone()
        return int(row[0]) if row else 0


async def test_what_is_decided_before_the_room_exists_is_said_once_it_does(world: World) -> None:
    incident = await world.declare()
    await world.desk.acknowledge(world.ask("ack"), incident.id)
    async with world.engine().running():
        await world.chat.until(lambda: said(world, Acknowledged) == 1)


async def test_two_replicas_set_up_each_incident_once(world: World) -> None:
    async with world.engine().running(), world.engine().running():
        incidents = await asyncio.gather(*(world.declare(f"outage {n}") for n in range(12)))
        await world.journal.until_set_up(*(incident.id for incident in incidents))
    assert len(world.chat.rooms) == 12
    assert sum(call == "say card" for call in world.chat.calls) == 12


async def test_the_engine_survives_the_end_of_all_its_connections(world: World) -> None:
    async with world.engine().running():
        await world.journal.until_set_up((await world.declare("before")).id)
        await end_all_connections(world.dsn)
        await world.journal.until_set_up((await world.declare("after")).id)


async def test_a_set_up_cut_off_by_a_stop_goes_on_in_the_next_process(world: World) -> None:
    reached = asyncio.Event()

    async def hang(moment: str) -> None:
        if moment == "after say card":
            reached.set()
            await asyncio.Event().wait()

    world.chat.trouble = hang
    async with world.engine().running():
        incident = await world.declare()
        await reached.wait()
    world.chat.trouble = calm
    async with world.engine().running():
        await world.journal.until_set_up(incident.id)
    assert len(world.chat.rooms) == 1
    assert world.chat.calls.count("say card") == 1


async def calm(_moment: str) -> None:
    return


async def test_an_examination_is_run_and_recorded(world: World) -> None:
    async with world.engine().running():
        incident = await world.declare()
        await world.journal.until_set_up(incident.id)
        housed = await world.ports.ledger.get(incident.id)
        assert housed.room
        asked = [
            await world.desk.examine(
                world.ask("look"), "db", place=housed.room.place, incident=housed, service=None
            )
            for _ in range(2)
        ]
        assert asked == [True, False]
        await world.chat.until(
            lambda: any(isinstance(m.notice, FindingsNotice) for m in world.chat.messages.values())
        )
    facts = [e.fact for e in await world.ports.ledger.timeline(incident.id)]
    assert any(isinstance(fact, Diagnosed) for fact in facts)


async def test_what_is_rolled_back_leaves_no_job(world: World) -> None:
    incident = await world.declare()
    before = await jobs(world.dsn)

    async def refuse() -> None:
        await world.desk.take(world.ask("a"), incident.id, Role.SCRIBE)
        await world.desk.take(world.ask("b", by="bob"), incident.id, Role.SCRIBE)

    with pytest.raises(Exception, match="was first"):
        await refuse()
    assert len(await jobs(world.dsn)) == len(before) + 1


async def change_jobs(dsn: str, change: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        await connection.execute(f"UPDATE procrastinate_jobs SET {change}".encode())  # noqa: S608 - the test's own words


async def test_a_job_whose_worker_died_is_taken_up_again(world: World) -> None:
    incident = await world.declare()
    await change_jobs(world.dsn, "status = 'doing'")
    async with world.engine().running():
        await world.journal.until_set_up(incident.id)


async def test_a_set_up_whose_job_failed_for_good_is_taken_up_again(world: World) -> None:
    incident = await world.declare()
    await change_jobs(world.dsn, "status = 'failed', attempts = 8")
    async with world.engine().running():
        await world.journal.until_set_up(incident.id)


async def test_a_lane_without_a_job_is_found(world: World) -> None:
    incident = await world.housed()
    await world.desk.acknowledge(world.ask("ack"), incident.id)
    async with await psycopg.AsyncConnection.connect(world.dsn) as connection:
        await connection.execute("DELETE FROM procrastinate_jobs")
    async with world.engine().running():
        await world.chat.until(lambda: said(world, Acknowledged) == 1)


async def test_a_set_up_that_fails_often_is_told_to_the_declarer_once(world: World) -> None:
    async def refuse(moment: str) -> None:
        if moment == "before say card":
            raise Unavailable("Slack does not answer.")

    world.chat.trouble = refuse
    incident = await world.declare()
    await change_jobs(world.dsn, "attempts = 3")
    async with world.engine().running():
        await world.chat.until(lambda: bool(world.chat.told))
        assert "could not set up #incident-2026-03-02-payments-down yet" in world.chat.told[0]
        world.chat.trouble = calm
        await change_jobs(world.dsn, "scheduled_at = NULL")
        await world.journal.until_set_up(incident.id)
    assert len(world.chat.told) == 1


async def test_a_look_that_another_took_over_says_nothing_more_and_is_finished_by_the_next(
    world: World, elsewhere: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    examiner = world.ports.examiner
    assert isinstance(examiner, Examiner)
    examiner.gate.clear()

    def notices(kind: type) -> list[object]:
        return [m.notice for m in world.chat.messages.values() if isinstance(m.notice, kind)]

    async with world.engine().running():
        await world.desk.examine(world.ask("look"), "db", place=elsewhere, incident=None, service=None)
        await world.chat.until(lambda: "It answers." in str(notices(VerdictNotice)))
        await end_all_connections(world.dsn, called="tocsin turns")
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + 20)
        monkeypatch.setattr("workflows.turns.time", later)
        examiner.gate.set()
        await world.chat.until(lambda: bool(notices(FindingsNotice)))
    assert examiner.runs == 2
    assert len(notices(VerdictNotice)) == len(notices(FindingsNotice)) == 1
