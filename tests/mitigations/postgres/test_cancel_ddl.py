"""A schema change that everybody queues behind is cancelled, on a real server."""

import psycopg
import pytest

from incidents.errors import Refused
from incidents.mitigation import Fate
from tests.diagnostics.conftest import as_role
from tests.diagnostics.faults import WAITING, holds, locked, running, seen
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.postgres.stand import changing, sessions

ALTER = "ALTER TABLE payments ADD note text DEFAULT 'hunter2'"
READ = "SELECT amount FROM payments"
READ_BOTH = (
    "2 = (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'api' AND state = 'idle'"
    " AND datname = current_database())"
)
READING = "ACCESS SHARE"  # what a session holds that has only read; it holds up nobody but a schema change


@pytest.fixture
def shop(database: str) -> str:
    """The application's address of a database with a table of its own."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO app")
    with psycopg.connect(as_role(database, "app"), autocommit=True) as connection:
        connection.execute("CREATE TABLE payments (id int PRIMARY KEY, amount int)")
    return as_role(database, "app")


async def test_the_schema_change_is_cancelled_and_those_behind_it_go_on(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments", mode=READING, application="report") as report,
        running(shop, ALTER, application="migration", until=WAITING) as pid,
        running(shop, READ, application="api", until=WAITING),
        running(shop, READ, application="api", until=WAITING),
    ):
        plan = await mitigators.plan(offered(mitigators, "cancel-ddl"))
        assert plan.sentence.startswith(f"Cancel ALTER of pid {pid} of migration, which has waited")
        assert plan.sentence.endswith("with 2 sessions queued behind it.")
        assert "hunter2" not in str(plan)
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.DONE: 1}
        assert (result.sentence, result.before, result.after, result.well) == (
            "1 schema change was cancelled.",
            "2 sessions queued behind a schema change",
            "0 sessions queued behind a schema change",
            True,
        )
        await holds(shop, READ_BOTH)  # they go on each in its own time
        await seen(shop, f"pid = {pid} AND state = 'idle'")  # its session stays
        assert await report.fetchval("SELECT 1") == 1  # and so does the one that it waited for
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}


async def test_one_that_got_its_lock_meanwhile_is_left_alone(
    database: str, shop: str, changes: Changes
) -> None:
    blocker = locked(shop, "payments", mode=READING, application="report")
    change = "BEGIN; LOCK TABLE payments; SELECT pg_sleep(60)"
    async with (
        changing(changes, database) as mitigators,
        blocker as report,
        running(shop, change, application="migration", until=WAITING) as pid,
        running(shop, READ, application="api", until=WAITING),
    ):
        plan = await mitigators.plan(offered(mitigators, "cancel-ddl"))
        await report.execute("ROLLBACK")
        await seen(shop, f"pid = {pid} AND wait_event = 'PgSleep'")
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
        assert sessions(database, f"pid = {pid} AND state = 'active'") == 1


async def test_one_behind_whom_nobody_waits_any_more_is_left_alone(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments", mode=READING, application="report"),
        running(shop, ALTER, application="migration", until=WAITING) as pid,
    ):
        with pytest.raises(Refused, match="No schema change on payments db holds up others"):
            await mitigators.plan(offered(mitigators, "cancel-ddl"))
        async with running(shop, READ, application="api", until=WAITING):
            plan = await mitigators.plan(offered(mitigators, "cancel-ddl"))
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
        assert sessions(database, f"pid = {pid} AND wait_event_type = 'Lock'") == 1


async def test_waiters_without_a_schema_change_are_none_of_its_business(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments"),
        running(shop, READ, application="api", until=WAITING),
        running(shop, READ, application="api", until=WAITING),
    ):
        with pytest.raises(Refused, match="nothing to do"):
            await mitigators.plan(offered(mitigators, "cancel-ddl"))


async def test_a_superuser_s_schema_change_is_named_and_refused(
    database: str, shop: str, changes: Changes
) -> None:
    async with (
        changing(changes, database) as mitigators,
        locked(shop, "payments", mode=READING, application="report"),
        running(database, ALTER, application="admin", until=WAITING),
        running(shop, READ, application="api", until=WAITING),
    ):
        with pytest.raises(Refused, match=r"of pid \d+, admin: a superuser's session"):
            await mitigators.plan(offered(mitigators, "cancel-ddl"))
