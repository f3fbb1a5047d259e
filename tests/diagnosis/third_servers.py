"""PostgreSQL servers of a case's own, and pairs of them, of the third round of unknown faults."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from incidents.evidence import Examination
from storage.embedded import Options, temporary
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnosis.postgres import of
from tests.diagnosis.second_postgres import busy, done
from tests.diagnosis.second_servers import opened
from tests.diagnostics.faults import holds
from tests.diagnostics.pair import WRITE, Pair, paired
from tests.slots import ROLES

FAILED = (
    "EXISTS (SELECT FROM pg_stat_subscription_stats WHERE apply_error_count > 0) "
    "AND NOT EXISTS (SELECT FROM pg_stat_subscription WHERE pid IS NOT NULL)"
)
ORDERS = "CREATE TABLE orders (id int PRIMARY KEY, amount int)"


@contextmanager
def logical() -> Iterator[tuple[str, str]]:
    """A publisher and its subscriber; two databases of one server."""
    with temporary(Options(settings={"wal_level": "logical"}, durable=False)) as one:
        done(one.dsn, ROLES, "CREATE DATABASE billing")
        there = one.dsn_of("billing")
        done(one.dsn, ORDERS, "CREATE PUBLICATION orders FOR TABLE orders")
        done(one.dsn, "SELECT pg_create_logical_replication_slot('billing', 'pgoutput')")
        where = f"host={one.socket_folder} port={one.port} user=tocsin dbname={one.database}"
        subscribe = f"CREATE SUBSCRIPTION billing CONNECTION '{where}' PUBLICATION orders"
        done(
            there, ORDERS, f"{subscribe} WITH (create_slot = false, slot_name = 'billing', copy_data = false)"
        )
        try:
            yield one.dsn, there
        finally:
            done(there, "ALTER SUBSCRIPTION billing DISABLE")


async def cannot_apply(_none: None) -> Examination:
    with logical() as (here, there):
        done(there, "INSERT INTO orders VALUES (17, 1)")
        done(here, "INSERT INTO orders VALUES (17, 2)")
        await holds(there, FAILED)
        return await looked_at(of(there), {**of(here), "name": "publisher"})


async def subscribed(_none: None) -> Examination:
    with logical() as (here, there):
        async with looking(of(there), {**of(here), "name": "publisher"}) as look:
            work = "INSERT INTO orders VALUES (100 + $n, 1)"
            async with busy(here, work, rounds=100000):
                await holds(there, "EXISTS (SELECT FROM orders WHERE id > 120)")
                return await look()


def settle(pair: Pair, setting: str) -> None:
    pair.on_standby(f"ALTER SYSTEM SET {setting}")
    pair.on_standby("SELECT pg_reload_conf()")


def written(log: Path, words: str) -> None:
    """Return once they stand in that log."""
    with subprocess.Popen(["tail", "-n", "+1", "-f", str(log)], stdout=subprocess.PIPE, text=True) as follow:
        assert follow.stdout
        next(line for line in follow.stdout if words in line)
        follow.kill()


async def lost_segments(_none: None) -> Examination:
    """The standby was away for longer than the primary keeps its log."""
    with paired() as pair:
        pair.on_primary(ROLES)
        pair.level()
        with psycopg.connect(pair.standby.dsn) as asked:
            (conninfo,) = asked.execute("SHOW primary_conninfo").fetchone() or ("",)
        settle(pair, "primary_conninfo = 'host=/nowhere'")
        await holds(pair.primary.dsn, "NOT EXISTS (SELECT FROM pg_stat_replication)")
        pair.on_primary(WRITE)
        for _ in range(5):
            pair.on_primary("INSERT INTO written SELECT * FROM written LIMIT 20000")
            pair.on_primary("SELECT pg_switch_wal()")
            pair.on_primary("CHECKPOINT")
        settle(pair, f"primary_conninfo = '{conninfo}'")
        written(pair.standby.folder / "log", "has already been removed")
        return await looked_at(of(pair.primary.dsn), {**of(pair.standby.dsn), "name": "replica"})


async def delayed(_none: None) -> Examination:
    """A standby that stays an hour behind on purpose."""
    with paired() as pair:
        pair.on_primary(ROLES)
        pair.level()
        settle(pair, "recovery_min_apply_delay = '1h'")
        pair.write()
        sections = (
            of(pair.primary.dsn, replica_lag_warn=1),
            {**of(pair.standby.dsn, replica_lag_warn=1), "name": "replica"},
        )
        return await looked_at(*sections)


GROUP = Group(
    "PostgreSQL servers third",
    opened,
    (
        Case("a subscription that cannot apply", "SUBSCRIPTION_STOPPED", cannot_apply),
        Case("a standby that needs log already removed", "STANDBY_CUT_OFF", lost_segments),
        Case("a subscription that is well", NOTHING, subscribed),
        Case("a standby delayed on purpose", NOTHING, delayed),
    ),
)
