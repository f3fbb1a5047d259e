"""Faults of a whole PostgreSQL or of a pair, of the second round of unknown faults."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from incidents.evidence import Examination
from storage.embedded import DatabaseError, Loopback, Options, Server
from tests.diagnosis import postgres_pair
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at, looking
from tests.diagnosis.postgres import HURRIED, SHOP, WAITERS, app, of, several
from tests.diagnosis.second_postgres import done
from tests.diagnostics.faults import WAITING, connected, crash, holds, running, seen
from tests.diagnostics.pair import Pair, paired
from tests.servers import temporary
from tests.slots import ROLES

BURN = "DO $$ BEGIN FOR i IN 1..110000 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$"
AGE = (
    "ALTER TABLE users SET (autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_delay = 100, "
    "autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_insert_threshold = -1, "
    "autovacuum_analyze_threshold = 1000000000)"
)
LONG = (
    "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' "
    "AND clock_timestamp() - query_start > interval '1.5 s')"
)
AUTOVACUUM = "query LIKE 'autovacuum: VACUUM public.users%wraparound%'"


@contextmanager
def server(**settings: str) -> Iterator[Server]:
    """One of the case's own, with the shop in it."""
    options = Options(settings=settings, durable=False, loopback=Loopback("root-password"))
    with temporary(options) as one:
        done(one.dsn, ROLES, SHOP)
        yield one


async def wraparound(_none: None) -> Examination:
    """Autovacuum against wraparound is at a table; a schema change waits for it, and all behind that."""
    with server(autovacuum_naptime="1s") as one:
        done(one.dsn, AGE)
        async with looking(of(one.dsn)) as look:
            done(one.dsn, BURN)
            await seen(one.dsn, AUTOVACUUM)
            change = "ALTER TABLE users ADD COLUMN note text"
            async with (
                running(one.dsn, change, application="migration", until=WAITING),
                several(app(one.dsn), WAITERS, "SELECT * FROM users", application="api", until=WAITING),
            ):
                return await look()


async def no_entry(_none: None) -> Examination:
    """pg_hba.conf was rewritten; nobody is let in."""
    with server() as one:
        rules = one.folder / "data" / "pg_hba.conf"
        rules.write_text("local all tocsin trust\nhost all all 10.9.9.0/24 scram-sha-256\n")
        done(one.dsn, "SELECT pg_reload_conf()")
        dsn = f"postgresql://diag:diag-password@127.0.0.1:{one.port}/tocsin"
        return await looked_at(of(dsn))


async def needs_ssl(_none: None) -> Examination:
    with server() as one:
        dsn = f"postgresql://diag:diag-password@127.0.0.1:{one.port}/tocsin?sslmode=require"
        return await looked_at(of(dsn))


async def just_started(_none: None) -> Examination:
    """It was started this moment, holds an unlogged table and a role whose day was over long ago."""
    with server() as one:
        done(
            one.dsn, "CREATE UNLOGGED TABLE carts (n int)", "CREATE ROLE temp LOGIN VALID UNTIL '2020-01-01'"
        )
        return await looked_at(of(one.dsn))


async def crashed(_none: None) -> Examination:
    """A backend was killed hard: all were thrown out, and what was unlogged is empty."""
    with server() as one:
        done(one.dsn, "CREATE UNLOGGED TABLE carts AS SELECT n FROM generate_series(1, 5000) n")
        async with looking(of(one.dsn, crash_gap=0.5), apart=60) as look:
            await look()
            await crash(one.dsn)
            return await look()


async def no_standby(_none: None) -> Examination:
    """Commits wait for a synchronous standby that is gone."""
    with server() as one:
        done(one.dsn, "ALTER SYSTEM SET synchronous_standby_names = 'standby1'", "SELECT pg_reload_conf()")
        async with (
            looking(of(one.dsn, **HURRIED)) as look,
            several(
                app(one.dsn),
                12,
                "INSERT INTO payments VALUES (floor(random() * 1e9), 1)",
                application="api",
                until="wait_event = 'SyncRep'",
            ),
        ):
            await holds(one.dsn, LONG)
            return await look()


async def held_up(_none: None) -> Examination:
    """A report on the standby holds up what it replays."""
    with paired() as pair:
        ready(pair, "-1")
        sections = (
            of(pair.primary.dsn, replica_lag_warn=1),
            {**of(pair.standby.dsn, replica_lag_warn=1), "name": "replica"},
        )
        async with looking(*sections) as look, connected(pair.standby.dsn, "report") as report:
            await report.execute("BEGIN; SELECT * FROM prices")
            pair.on_primary("ALTER TABLE prices ADD COLUMN a int")
            pair.write()
            await holds(pair.primary.dsn, postgres_pair.LATE)
            seen_ = await look()
            await report.close()
            return seen_


def ready(pair: Pair, patience: str) -> None:
    pair.on_primary(ROLES)
    pair.on_primary("CREATE TABLE prices AS SELECT n FROM generate_series(1, 100) n")
    pair.on_standby(f"ALTER SYSTEM SET max_standby_streaming_delay = '{patience}'")
    pair.on_standby("SELECT pg_reload_conf()")
    pair.level()


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    try:
        with temporary(Options(durable=False)):
            pass
    except DatabaseError as error:
        raise AbsentError(f"PostgreSQL ({error}); apt package postgresql") from None
    yield


GROUP = Group(
    "PostgreSQL servers second",
    opened,
    (
        Case("just started, a role long past its day", NOTHING, just_started),
        Case(
            "autovacuum against wraparound before a schema change",
            "LOCK_CONTENTION_DDL_QUEUE",
            wraparound,
        ),
        Case("pg_hba.conf lets nobody in", "CONFIG_ERROR", no_entry),
        Case("SSL asked of a server without", "TLS_FAILURE", needs_ssl),
        Case("a crash that emptied an unlogged table", "DB_CRASHED", crashed),
        Case("commits wait for a standby that is gone", "SYNC_STANDBY_GONE", no_standby),
        Case("a report holds up a standby", "REPLICA_LAG", held_up),
    ),
)
