"""Replication that has stopped: a standby that nothing reaches, a subscription that cannot apply."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import psycopg
import pytest

from diagnostics.probes.postgres.subscriptions import subscriptions
from incidents.evidence import Health
from storage.embedded import DatabaseError, Options, temporary
from tests.diagnostics.conftest import Looks, as_role, examined
from tests.diagnostics.described import coded, codes
from tests.diagnostics.faults import holds
from tests.diagnostics.pair import Pair, paired
from tests.slots import ROLES

ORDERS = "CREATE TABLE orders (id int PRIMARY KEY, amount int)"
SUBSCRIBE = """
CREATE SUBSCRIPTION billing CONNECTION 'host={host} port={port} user=tocsin dbname={name}'
 PUBLICATION orders WITH (create_slot = false, slot_name = 'billing', copy_data = false)
"""
FAILED = (
    "EXISTS (SELECT FROM pg_stat_subscription_stats WHERE apply_error_count > 0) "
    "AND NOT EXISTS (SELECT FROM pg_stat_subscription WHERE pid IS NOT NULL)"
)


@pytest.fixture
def pair(missing: Callable[[str, str], NoReturn]) -> Iterator[Pair]:
    try:
        with paired() as found:
            found.on_primary(ROLES)
            found.level()
            yield found
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


async def cut_off(pair: Pair) -> None:
    pair.on_standby("ALTER SYSTEM SET primary_conninfo = 'host=/nowhere'")
    pair.on_standby("SELECT pg_reload_conf()")
    await holds(pair.standby.dsn, "NOT EXISTS (SELECT FROM pg_stat_wal_receiver)")


async def test_a_standby_that_nothing_reaches_is_told_though_it_has_replayed_all(
    pair: Pair, looks: Looks
) -> None:
    async with looks(as_role(pair.standby.dsn, "diag")) as examiner:
        before = await examined(examiner)
    await cut_off(pair)
    async with looks(as_role(pair.standby.dsn, "diag")) as examiner:
        examination = await examined(examiner)
    assert "PG606" not in codes(before)
    finding = coded(examination, "PG606")
    assert finding.health is Health.WARN
    assert "pg_basebackup" in finding.next_step
    assert coded(examination, "PG603").health is Health.OK
    assert examination.causes[0].code == "STANDBY_CUT_OFF"


async def test_a_standby_that_is_fed_from_an_archive_needs_no_stream(pair: Pair, looks: Looks) -> None:
    pair.on_standby("ALTER SYSTEM SET restore_command = 'false'")
    await cut_off(pair)
    async with looks(as_role(pair.standby.dsn, "diag")) as examiner:
        assert "PG606" not in codes(await examined(examiner))


@contextmanager
def subscribed() -> Iterator[tuple[str, str]]:
    """The addresses of a publisher and of its subscriber: two databases of one server."""
    with temporary(Options(settings={"wal_level": "logical"}, durable=False)) as one:
        with psycopg.connect(one.dsn, autocommit=True) as here:
            for statement in (ROLES, ORDERS, "CREATE PUBLICATION orders FOR TABLE orders"):
                here.execute(statement)
            here.execute("SELECT pg_create_logical_replication_slot('billing', 'pgoutput')")
            here.execute("CREATE DATABASE billing")
        with psycopg.connect(one.dsn_of("billing"), autocommit=True) as there:
            there.execute(ORDERS)
            there.execute(SUBSCRIBE.format(host=one.socket_folder, port=one.port, name=one.database))
            yield one.dsn, one.dsn_of("billing")
            there.execute("ALTER SUBSCRIPTION billing DISABLE")


async def test_a_subscription_that_cannot_apply_is_told_by_its_database(
    looks: Looks, missing: Callable[[str, str], NoReturn]
) -> None:
    try:
        with subscribed() as (here, there):
            await holds(there, "EXISTS (SELECT FROM pg_stat_subscription WHERE pid IS NOT NULL)")
            async with looks(as_role(there, "diag")) as examiner:
                before = await examined(examiner)
            for dsn in (there, here):
                with psycopg.connect(dsn, autocommit=True) as connection:
                    connection.execute("INSERT INTO orders VALUES (17, 1)")
            await holds(there, FAILED)
            async with looks(as_role(there, "diag")) as examiner:
                examination = await examined(examiner)
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")
    assert coded(before, "PG605").health is Health.OK
    finding = coded(examination, "PG605")
    assert finding.health is Health.WARN
    assert finding.sentence.startswith("The subscription billing stands still after 1 error")
    assert examination.causes[0].code == "SUBSCRIPTION_STOPPED"


def row(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "enabled": True, "stops": False, "works": True, "errors": 0, **more}


def test_a_subscription_that_was_switched_off_is_ill_only_if_an_error_did_it() -> None:
    by_hand = subscriptions("db", "pg.replication", [row("a", enabled=False, works=False)])
    assert by_hand.health is Health.OK
    by_error = subscriptions(
        "db",
        "pg.replication",
        [row("a", enabled=False, works=False, stops=True, errors=3), row("b", works=False)],
    )
    assert by_error.health is Health.WARN
    assert by_error.sentence == "The subscription a stands still after 3 errors; so does 1 other."
