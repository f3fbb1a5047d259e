"""The root of a lock queue and statements that run for long, on a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

import asyncpg
import psycopg
import pytest

from diagnostics.redaction import Redactor, redacted_text
from incidents.errors import Refused
from incidents.mitigation import Fate
from mitigations.mitigators import Mitigators
from mitigations.postgres.end_root import behind
from mitigations.targets import read_targets
from tests.diagnostics.conftest import as_role
from tests.diagnostics.faults import AT_WORK, WAITING, connected, locked, running, seen
from tests.mitigations.conftest import NOW, Changes, fates, offered
from tests.mitigations.postgres.stand import AT_ONCE, changing, sessions

UPDATE = "UPDATE payments SET amount = amount + 1 WHERE id = 1"


@pytest.fixture
def shop(database: str) -> str:
    """The application's address of a database with a table of its own."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO app")
    with psycopg.connect(as_role(database, "app"), autocommit=True) as connection:
        connection.execute("CREATE TABLE payments (id int PRIMARY KEY, amount int)")
        connection.execute("INSERT INTO payments VALUES (1, 1)")
    return as_role(database, "app")


async def test_the_idle_root_of_a_queue_is_ended_and_the_others_go_on(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments") as root,
        running(shop, "ALTER TABLE payments ADD note text", application="migration", until=WAITING),
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        plan = await mitigators.plan(offered(mitigators, "end-root"))
        assert [aim.identity[0] for aim in plan.aims] == [("pid", str(root.get_server_pid()))]
        assert "of migration: 2 sessions wait for a lock behind it" in plan.sentence
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.DONE: 1}
        assert (result.before, result.after) == (
            "2 sessions waiting for a lock",
            "0 sessions waiting for a lock",
        )
        assert result.well
        again = await mitigators.carry_out(plan)
        assert fates(again) == {Fate.GONE: 1}


async def test_a_running_root_is_ended(database: str, shop: str, changes: Changes) -> None:
    async with (
        changing(changes, database) as mitigators,
        running(shop, f"BEGIN; {UPDATE}; SELECT pg_sleep(60)", application="batch", until=AT_WORK),
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        plan = await mitigators.plan(offered(mitigators, "end-root"))
        assert "of batch: 1 session waits for a lock behind it" in plan.sentence
        assert (await mitigators.carry_out(plan)).well
        assert sessions(database, "application_name = 'batch'") == 0


async def test_a_root_for_whom_nobody_waits_any_more_is_left_alone(
    database: str, shop: str, changes: Changes
) -> None:
    async with changing(changes, database) as mitigators, locked(shop, "payments") as root:
        async with running(shop, UPDATE, application="api", until=WAITING):
            plan = await mitigators.plan(offered(mitigators, "end-root"))
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
        assert await root.fetchval("SELECT 1") == 1


async def test_a_root_that_is_in_another_transaction_by_now_is_left_alone(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments") as root,
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        plan = await mitigators.plan(offered(mitigators, "end-root"))
        await root.execute("COMMIT; BEGIN")
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}


async def test_an_idle_root_that_has_gone_on_since_is_left_alone_and_told_as_such(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments") as root,
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        plan = await mitigators.plan(offered(mitigators, "end-root"))
        assert ("state", "idle in transaction") in plan.aims[0].identity
        await root.execute("SELECT 1")  # in the same transaction, and it sits idle in it again
        again = await mitigators.carry_out(plan)
        assert fates(again) == {Fate.GONE: 1}
        assert again.hits[0].words.startswith(
            "It has gone on since it was looked up: idle in transaction for"
        )
        working = asyncio.create_task(root.execute("SELECT pg_sleep(60)"))
        await seen(database, f"pid = {root.get_server_pid()} AND state = 'active'")
        at_work = await mitigators.carry_out(plan)
        assert at_work.hits[0].words.startswith("It has gone on since it was looked up: active for")
        assert sessions(database, f"pid = {root.get_server_pid()}") == 1
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("SELECT pg_cancel_backend(%s)", [root.get_server_pid()])
        await asyncio.wait({working})
        assert isinstance(working.exception(), asyncpg.QueryCanceledError)


async def test_a_running_root_that_came_to_rest_since_is_left_alone(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments") as root,
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        await root.execute("CREATE TEMP TABLE copied (id int)")
        over = asyncio.Event()

        async def rows() -> AsyncIterator[bytes]:
            yield b"1\n"
            await over.wait()

        working = asyncio.create_task(root.copy_to_table("copied", source=rows()))
        await seen(database, f"pid = {root.get_server_pid()} AND state = 'active'")
        plan = await mitigators.plan(offered(mitigators, "end-root"))
        assert ("state", "active") in plan.aims[0].identity
        over.set()
        await working
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.GONE: 1}
        assert result.hits[0].words.startswith("It has gone on since it was looked up: idle in transaction")
        assert sessions(database, f"pid = {root.get_server_pid()}") == 1


async def test_a_superuser_at_the_root_is_named_and_refused(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(database, "payments", application="admin"),
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        with pytest.raises(Refused, match=r"pid \d+ of admin: a superuser's session"):
            await mitigators.plan(offered(mitigators, "end-root"))


async def test_a_prepared_transaction_at_the_root_is_explained(
    database: str, shop: str, changes: Changes
) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("BEGIN")
        connection.execute(UPDATE)
        connection.execute("PREPARE TRANSACTION 'forgotten'")
    try:
        async with (
            changing(changes, database) as mitigators,
            running(shop, UPDATE, application="api", until=WAITING),
        ):
            with pytest.raises(Refused, match="behind a prepared transaction"):
                await mitigators.plan(offered(mitigators, "end-root"))
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("ROLLBACK PREPARED 'forgotten'")


async def test_without_a_queue_there_is_no_root(database: str, changes: Changes) -> None:
    async with changing(changes, database) as mitigators:
        with pytest.raises(Refused, match="Nobody waits for a lock"):
            await mitigators.plan(offered(mitigators, "end-root"))


async def test_a_long_statement_is_cancelled_and_its_session_stays(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        running(shop, "SELECT pg_sleep(60), 'hunter2'", application="report", until=AT_WORK) as pid,
    ):
        plan = await mitigators.plan(offered(mitigators, "cancel-query"))
        assert plan.sentence.startswith("Cancel 1 statement of report, running for ")
        assert plan.aims[0].label.startswith(f"pid {pid} of report, SELECT running for ")
        assert "hunter2" not in str(plan)
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.DONE: 1}
        assert (result.sentence, result.after) == (
            "1 statement was cancelled.",
            "0 statements running for over 0 s",
        )
        await seen(database, f"pid = {pid} AND state = 'idle'")
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}


async def test_what_a_session_calls_itself_is_freed_of_secrets_before_it_is_cut(
    database: str, shop: str
) -> None:
    section = {
        "kind": "postgres",
        "name": "db",
        "actions": ["cancel-query"],
        "dsn": as_role(database, "mitigate"),
    }
    (target,) = read_targets("payments", [section], environ={})
    ready = replace(target, section=target.section.model_copy(update=AT_ONCE))
    mask = partial(redacted_text, Redactor())
    name = f"{'w/' * 23}4111111111111111"  # 62 characters, of which 60 are shown
    async with (
        Mitigators({"payments": [ready]}, clock=lambda: NOW, mask=mask, patience=30) as mitigators,
        running(shop, "SELECT pg_sleep(60)", application=name, until=AT_WORK),
    ):
        plan = await mitigators.plan(offered(mitigators, "cancel-query"))
    assert "[redacted:" in plan.aims[0].label
    assert "41111111" not in repr(plan)


async def test_another_statement_of_the_same_session_is_left_alone(
    database: str, shop: str, changes: Changes
) -> None:
    async with changing(changes, database) as mitigators, AsyncExitStack() as later:
        async with running(shop, "SELECT pg_sleep(60)", application="report", until=AT_WORK):
            plan = await mitigators.plan(offered(mitigators, "cancel-query"))
        await later.enter_async_context(
            running(shop, "SELECT pg_sleep(60)", application="report", until=AT_WORK)
        )
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
        assert sessions(database, "application_name = 'report' AND state = 'active'") == 1


async def test_a_statement_that_takes_no_cancelling_is_told_as_such(
    database: str, shop: str, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mitigations.postgres.sessions.CONFIRM", 0.3)
    stubborn = """
        DO $$ BEGIN LOOP
          BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END;
        END LOOP; END $$
    """
    async with (
        changing(changes, database) as mitigators,
        running(shop, stubborn, application="report", until=AT_WORK),
    ):
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "cancel-query")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words.startswith("It was told to stop and still ran")


async def test_those_who_wait_for_a_lock_are_not_cancelled(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments"),
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        with pytest.raises(Refused, match="No statement on payments db has been running"):
            await mitigators.plan(offered(mitigators, "cancel-query"))


async def test_a_statement_that_waits_for_a_lock_by_now_is_not_cancelled(
    database: str, shop: str, changes: Changes
) -> None:
    waits = """
        DO $$ BEGIN
          WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 8) LOOP
            PERFORM pg_sleep(0.01);
          END LOOP;
          PERFORM pg_advisory_lock(7);
        END $$
    """
    async with (
        changing(changes, database) as mitigators,
        connected(shop, "holder") as holder,
        running(shop, waits, application="report", until=AT_WORK) as pid,
    ):
        plan = await mitigators.plan(offered(mitigators, "cancel-query"))
        await holder.execute("SELECT pg_advisory_lock(7)")
        await holder.execute("SELECT pg_advisory_lock(8)")
        await seen(database, f"pid = {pid} AND wait_event_type = 'Lock'")
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.GONE: 1}
        assert result.hits[0].words == "It waits for a lock by now, so it is held up itself."


def test_the_longest_queue_comes_first_and_counts_all_behind_it() -> None:
    assert behind({2: [1], 3: [2], 4: [2, 3], 9: [8]}) == [(1, 3), (8, 1)]


def test_a_circle_has_no_root() -> None:
    assert behind({1: [2], 2: [1]}) == []
