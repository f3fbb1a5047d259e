"""A database that stops or stands still between the plan and its carrying out: said in time, never a hang."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import NoReturn

import psycopg
import pytest

from incidents.errors import Unavailable
from mitigations.postgres import session as session_module
from storage.embedded import DatabaseError, Options, Server
from tests.diagnostics.conftest import as_role
from tests.diagnostics.faults import leaked
from tests.frozen import frozen
from tests.mitigations.conftest import Changes, offered
from tests.mitigations.postgres.stand import changing, sessions
from tests.servers import temporary

OURS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'tocsin:mitigation'"


@pytest.fixture
def server(missing: Callable[[str, str], NoReturn]) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            running = stack.enter_context(temporary(Options()))
        except DatabaseError as error:
            missing(f"PostgreSQL ({error})", "postgresql")
        with psycopg.connect(running.dsn, autocommit=True) as connection:
            connection.execute("CREATE ROLE app LOGIN")
            connection.execute("CREATE ROLE mitigate LOGIN IN ROLE pg_monitor, pg_signal_backend")
        yield running


def own_pid(dsn: str) -> int:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(OURS).fetchone()
    assert row
    return int(row[0])


async def test_a_server_stopped_after_the_plan_is_told_and_can_be_tried_again(
    server: Server, changes: Changes
) -> None:
    async with changing(changes, server.dsn) as mitigators:
        async with leaked(as_role(server.dsn, "app"), 1):
            plan = await mitigators.plan(offered(mitigators, "end-idle"))
        os.kill(server.pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        for _ in range(2):
            with pytest.raises(Unavailable, match="payments db"):
                await mitigators.carry_out(plan)
        with pytest.raises(Unavailable, match="payments db"):
            await mitigators.plan(plan.offer)


async def test_a_server_that_takes_no_new_connections_is_still_changed_over_the_open_one(
    server: Server, changes: Changes
) -> None:
    async with changing(changes, server.dsn) as mitigators, leaked(as_role(server.dsn, "app"), 2):
        with frozen(server.pid):
            result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "end-idle")))
        assert result.well
        assert sessions(server.dsn, "application_name = 'reports-export'") == 0


async def test_a_connection_that_falls_silent_ends_the_attempt(
    server: Server, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with changing(changes, server.dsn) as mitigators, leaked(as_role(server.dsn, "app"), 2):
        plan = await mitigators.plan(offered(mitigators, "end-idle"))
        with frozen(own_pid(server.dsn)), frozen(server.pid):
            with pytest.raises(Unavailable, match=r"does not answer. What was asked last may have happened"):
                await mitigators.carry_out(plan)
            monkeypatch.setattr(session_module, "CONNECT", 0.5)
            with pytest.raises(Unavailable, match="payments db"):
                await mitigators.plan(plan.offer)
        monkeypatch.undo()
        assert (await mitigators.carry_out(plan)).well


async def test_a_role_that_may_not_log_in_is_told(server: Server, changes: Changes) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("ALTER ROLE mitigate NOLOGIN")
    async with changing(changes, server.dsn) as mitigators:
        with pytest.raises(Unavailable, match="refuses the role or password of the mitigation"):
            await mitigators.plan(offered(mitigators, "end-idle"))
