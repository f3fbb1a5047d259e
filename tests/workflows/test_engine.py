"""The engine on the real queue: promptly, through outages, and one at a time."""

import asyncio
import logging

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from incidents.facts import Acknowledged, Diagnosed
from incidents.model import Role
from incidents.ports import FactNotice, FindingsNotice
from tests.workflows.conftest import World
from workflows.turns import Key, TurnLostError, Turns, What


def said(world: World, kind: type) -> int:
    notices = [message.notice for message in world.chat.messages.values()]
    return sum(isinstance(n, FactNotice) and isinstance(n.fact, kind) for n in notices)


async def end_all_connections(dsn: str) -> None:
    """As a restart of the database would."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
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


async def test_a_turn_is_held_by_one_and_handed_to_the_next(database_url: str) -> None:
    key = Key(What.LANE, 1)
    order: list[str] = []
    one, two = Turns(database_url), Turns(database_url)
    async with one.running(), two.running():
        async with one.turn(key):
            waiting = asyncio.create_task(enter(two, key, order))
            order.append("one")
        await waiting
    assert order == ["one", "two"]


async def enter(turns: Turns, key: Key, order: list[str]) -> None:
    async with turns.turn(key):
        order.append("two")


async def test_work_asked_for_while_it_is_done_is_done_once_more(database_url: str) -> None:
    turns, runs = Turns(database_url), []
    key = Key(What.LANE, 1)

    async def work(_check: object) -> None:
        runs.append(1)
        if len(runs) == 1:
            await turns.one_at_a_time(key, work)

    async with turns.running():
        await turns.one_at_a_time(key, work)
    assert len(runs) == 2


async def test_a_turn_is_lost_with_its_connection(database_url: str) -> None:
    turns = Turns(database_url)
    async with turns.running(), turns.turn(Key(What.SET_UP, 1)) as check:
        await check()
        await end_all_connections(make_conninfo(database_url))
        turns.doubt()
        with pytest.raises(TurnLostError):
            await check()
