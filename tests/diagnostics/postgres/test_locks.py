"""Lock waits on a real server: the root of a chain, the schema change in it, the lock in our own way."""

import psycopg
import pytest

from diagnostics.probes.postgres.queue import ACCESS_EXCLUSIVE, Waiter, queues
from incidents.evidence import Health
from tests.diagnostics.conftest import Looks, as_role, examined, of
from tests.diagnostics.faults import WAITING, connected, locked, running

UPDATE = "UPDATE payments SET amount = amount + 1 WHERE id = 1"


@pytest.fixture
def shop(database: str) -> str:
    """A database with a table of two payments that the application may change."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE payments (id int PRIMARY KEY, amount int)")
        connection.execute("INSERT INTO payments VALUES (1, 10), (2, 20)")
        connection.execute("ALTER TABLE payments OWNER TO app")
    return as_role(database, "app")


async def test_nobody_waits_is_said_without_asking_who_blocks_whom(shop: str, looks: Looks) -> None:
    async with looks(as_role(shop.replace("//app@", "//tocsin@"), "diag")) as examiner:
        finding = of(await examined(examiner), "pg.lock_roots")
    assert (finding.code, finding.sentence) == ("PG200", "Nobody waits for a lock.")


async def test_the_idle_root_is_found_at_the_end_of_the_chain(shop: str, looks: Looks) -> None:
    diag = shop.replace("//app@", "//diag@")
    async with (
        looks(diag, limits={"lock_waiters_warn": 2}) as examiner,
        connected(shop, "reports-export") as root,
    ):
        await root.execute(f"BEGIN; {UPDATE}")
        async with (
            running(shop, UPDATE, application="api", until=WAITING),
            running(shop, UPDATE, application="migration", until=WAITING),
        ):
            examination = await examined(examiner)
        finding = of(examination, "pg.lock_roots")
        assert finding.code == "PG201"
        assert (
            f"the root is reports-export (process {root.get_server_pid()}), idle in transaction"
            in finding.sentence
        )
        assert finding.sentence.startswith("2 sessions wait for a lock")
        assert examination.causes[0].code == "LOCK_CONTENTION_IDLE"
        assert examination.causes[0].sentence.split(":")[0] in examination.sentence


async def test_many_who_wait_are_critical_once_one_has_waited_for_long(shop: str, looks: Looks) -> None:
    diag = shop.replace("//app@", "//diag@")
    found = {}
    async with (
        locked(shop, "payments", mode="ACCESS EXCLUSIVE", application="report"),
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        for waited, waiters in ((0, 1), (0, 2), (3600, 1)):
            limits = {"lock_wait_warn": waited, "lock_waiters_warn": waiters}
            async with looks(diag, limits=limits) as examiner:
                found[waited, waiters] = of(await examined(examiner), "pg.lock_roots").health
    assert list(found.values()) == [Health.CRITICAL, Health.WARN, Health.WARN]


async def test_a_running_root_is_told_from_an_idle_one(shop: str, looks: Looks) -> None:
    diag = shop.replace("//app@", "//diag@")
    at_work = f"BEGIN; {UPDATE}; SELECT pg_sleep(60)"
    async with (
        looks(diag, limits={"lock_waiters_warn": 1}) as examiner,
        running(shop, at_work, application="batch", until="wait_event = 'PgSleep'"),
        running(shop, UPDATE, application="api", until=WAITING),
    ):
        finding = of(await examined(examiner), "pg.lock_roots")
    assert (finding.code, finding.health) == ("PG202", Health.WARN)
    assert "the root is batch" in finding.sentence


async def test_a_schema_change_that_holds_up_the_rest_is_named(shop: str, looks: Looks) -> None:
    diag = shop.replace("//app@", "//diag@")
    change = "ALTER TABLE payments ADD COLUMN note text"
    async with (
        looks(diag, limits={"lock_waiters_warn": 2}) as examiner,
        locked(shop, "payments", mode="ACCESS SHARE", application="report"),
        running(shop, change, application="migration", until=WAITING),
        running(shop, "SELECT * FROM payments", application="api", until=WAITING),
    ):
        examination = await examined(examiner)
    finding = of(examination, "pg.lock_roots")
    assert finding.code == "PG203"
    assert "the root is report (" in finding.sentence
    assert "migration, who wants to change the schema, holds up the rest" in finding.sentence
    assert "public.payments" in finding.sentence
    assert "Cancel the schema change" in finding.next_step


async def test_a_prepared_transaction_at_the_root_has_no_session(shop: str, looks: Looks) -> None:
    diag = shop.replace("//app@", "//diag@")
    async with connected(shop, "api") as client:
        await client.execute(f"BEGIN; {UPDATE}; PREPARE TRANSACTION 'forgotten'")
    try:
        async with (
            looks(diag, limits={"lock_waiters_warn": 1, "prepared_warn": 0}) as examiner,
            running(shop, UPDATE, application="api", until=WAITING),
        ):
            examination = await examined(examiner)
    finally:
        with psycopg.connect(shop, autocommit=True) as connection:
            connection.execute("ROLLBACK PREPARED 'forgotten'")
    finding = of(examination, "pg.lock_roots")
    assert finding.code == "PG201"
    assert "the root is a prepared transaction" in finding.sentence
    assert "PG108" in {finding.code for finding in examination.findings}


async def test_table_sizes_are_told_while_a_migration_holds_the_table(shop: str, looks: Looks) -> None:
    diag = shop.replace("//app@", "//diag@")
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("INSERT INTO payments SELECT n, n FROM generate_series(3, 5000) AS n")
        connection.execute("ANALYZE payments")
    async with looks(diag) as examiner, locked(shop, "payments"):
        examination = await examined(examiner)
    assert of(examination, "pg.table_sizes").sentence.startswith(
        "Largest tables, by estimate: public.payments ("
    )
    assert of(examination, "pg.table_sizes").health is Health.OK
    assert "PG091" not in {finding.code for finding in examination.findings}


def waits(pid: int, *blockers: int, mode: str = "ShareLock") -> Waiter:
    return Waiter(pid, frozenset(blockers), float(pid), "payments", mode, f"app-{pid}", "")


def test_a_queue_is_reduced_to_its_root_and_counts_all_behind_it() -> None:
    (queue,) = queues([waits(2, 1), waits(3, 2), waits(4, 2, 3)])
    assert (queue.root, queue.direct, queue.waiters, queue.longest) == (1, 1, 3, 4.0)


def test_two_roots_are_two_queues_the_longer_first() -> None:
    first, second = queues([waits(2, 1), waits(4, 9), waits(5, 4)])
    assert (first.root, second.root) == (9, 1)


def test_a_circle_has_no_root() -> None:
    assert queues([waits(1, 2), waits(2, 1)]) == ()


def test_a_waiting_access_exclusive_lock_with_nobody_behind_it_is_no_queue() -> None:
    (queue,) = queues([waits(2, 1, mode=ACCESS_EXCLUSIVE)])
    assert queue.change is None
