"""Turns among replicas."""

import asyncio
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import LiteralString

import psycopg
import pytest

from workflows.turns import Key, TurnLostError, Turns, What

KEY = Key(What.LANE, 1)


async def end_other_connections(dsn: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_a_turn_is_held_by_one_and_handed_to_the_next(database_url: str) -> None:
    order: list[str] = []
    one, two = Turns(database_url), Turns(database_url)

    async def enter() -> None:
        async with two.turn(KEY):
            order.append("two")

    async with one.running(), two.running():
        async with one.turn(KEY):
            waiting = asyncio.create_task(enter())
            order.append("one")
        await waiting
    assert order == ["one", "two"]


async def test_work_asked_for_while_it_is_done_is_done_once_more(database_url: str) -> None:
    turns = Turns(database_url)
    runs: list[int] = []

    async def work(_check: object) -> None:
        runs.append(1)
        if len(runs) == 1:
            await turns.one_at_a_time(KEY, work)

    async with turns.running():
        await turns.one_at_a_time(KEY, work)
        await turns.one_at_a_time(KEY, work)
    assert len(runs) == 3


async def test_work_that_failed_can_be_done_again(database_url: str) -> None:
    async def fail(_check: object) -> None:
        raise ZeroDivisionError

    turns = Turns(database_url)
    async with turns.running():
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                await turns.one_at_a_time(KEY, fail)


async def test_a_turn_is_lost_with_its_connection(database_url: str) -> None:
    turns = Turns(database_url)
    async with turns.running(), turns.turn(KEY) as check:
        await check()
        await end_other_connections(database_url)
        turns.doubt()
        with pytest.raises(TurnLostError):
            await check()


async def test_a_frozen_holder_is_ended_and_knows_it_when_it_thaws(database_url: str) -> None:
    frozen, awake = Turns(database_url), Turns(database_url, silent_after=0)
    async with frozen.running(), awake.running(), frozen.turn(KEY) as check:
        async with asyncio.timeout(20), awake.turn(KEY) as held:
            await held()
        frozen.doubt()
        with pytest.raises(TurnLostError):
            await check()


async def test_an_answer_from_before_a_standstill_says_nothing_of_now(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Turns(database_url)
    async with turns.running(), turns.turn(KEY) as check:
        turns.doubt()
        connection = turns._connection  # noqa: SLF001 -- no other way leads to what it is answered
        assert connection
        execute = connection.execute

        async def standing_still(
            statement: LiteralString, values: Sequence[int] = ()
        ) -> psycopg.AsyncCursor[tuple[object, ...]]:
            """The answer comes; before it is read, this process stands still and its turn is taken."""
            answer = await execute(statement, values)
            await end_other_connections(database_url)
            later = SimpleNamespace(monotonic=lambda: time.monotonic() + 20)
            monkeypatch.setattr("workflows.turns.time", later)
            return answer

        monkeypatch.setattr(connection, "execute", standing_still)
        with pytest.raises(TurnLostError):
            await check()
