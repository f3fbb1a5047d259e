"""A service whose log tells one thing while what stands behind it shows another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from incidents.evidence import Examination
from tests.diagnosis import cache, containers, postgres
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnosis.containers import IDLE
from tests.diagnosis.postgres import UPDATE, app, of, several, shop
from tests.diagnosis.second_cache import again
from tests.diagnosis.second_postgres import busy, done
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.faults import WAITING, connected
from tests.diagnostics.serving import says, serving

Both = tuple[str, Dockerd]
FATAL = "psycopg2.OperationalError: FATAL:  "
API: dict[str, object] = {"kind": "http", "name": "api", "health": "/health", "ready": "/ready"}


def logging(engine: Dockerd, *lines: str, times: int = 12) -> dict[str, object]:
    """The application, which says so; its section."""
    engine.clear()
    said = "; ".join(f"echo '{line}'" for line in lines)
    script = (
        f'n=0; while [ $n -lt {times} ]; do n=$((n+1)); echo "INFO served /orders/$n"; {said}; done; {IDLE}'
    )
    engine.run("api", script)
    return containers.of(engine)


async def pool_behind_a_lock(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out",
    )
    with shop(small) as dsn:
        async with looking(of(dsn), docker) as look, connected(app(dsn), "backoffice") as root:
            await root.execute(f"BEGIN; {UPDATE}")
            async with several(app(dsn), 15, UPDATE, application="api", until=WAITING):
                return await look()


async def expired_role(at: Both) -> Examination:
    small, engine = at
    docker = logging(engine, FATAL + 'password authentication failed for user "app"')
    with shop(small) as dsn:
        ended = datetime.now(UTC) - timedelta(hours=9)
        done(dsn, f"ALTER ROLE app VALID UNTIL '{ended:%Y-%m-%d %H:%M}+00'")
        try:
            return await looked_at(of(dsn), docker)
        finally:
            done(dsn, "ALTER ROLE app VALID UNTIL 'infinity'")


async def no_relation(at: Both) -> Examination:
    small, engine = at
    docker = logging(engine, 'psycopg2.errors.UndefinedTable: relation "payments" does not exist')
    with shop(small) as dsn:
        done(dsn, "ALTER ROLE app SET search_path = tenant_7")
        try:
            async with looking(of(dsn), docker) as look, busy(app(dsn), "SELECT * FROM payments", clients=3):
                return await look()
        finally:
            done(dsn, "ALTER ROLE app RESET search_path")


async def cannot_write(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine, "psycopg2.errors.ReadOnlySqlTransaction: cannot execute INSERT in a read-only transaction"
    )
    with shop(small) as dsn:
        name = dsn.partition("?")[0].rpartition("/")[2]
        done(dsn, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        async with looking(of(dsn), docker) as look, busy(app(dsn), UPDATE, clients=3):
            return await look()


async def cancelled(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine, "psycopg2.errors.QueryCanceled: canceling statement due to statement timeout", times=20
    )
    with shop(small) as dsn:
        async with looking(of(dsn), docker) as look, postgres.reading(app(dsn), "email = '7@example.com'"):
            return await look()


async def to_a_replica(at: Both) -> Examination:
    _small, engine = at
    docker = logging(
        engine,
        "redis.exceptions.ReadOnlyError: You can't write against a read only replica.".replace("'", ""),
    )
    with (
        cache.server("--repl-diskless-sync-delay", "0") as master,
        cache.server("--replicaof", "127.0.0.1", str(master.port)) as replica,
        replica.client() as copy,
    ):
        while copy.info("replication")["master_link_status"] != "up":
            copy.ping()
        async with looking(cache.of(replica.url), docker) as look:
            with again(replica, lambda c: c.set("cart:1", "x")):
                return await look()


async def chatty_but_well(at: Both) -> Examination:
    """The log speaks of one retry that succeeded; everything is well."""
    small, engine = at
    docker = logging(engine, "WARN retrying payment after 502 from gateway, attempt 2 succeeded", times=1)
    with shop(small) as dsn, cache.server() as redis:
        good = says({"status": "ok"})
        async with serving({"/health": good, "/ready": good}) as url:
            return await looked_at(of(dsn), docker, cache.of(redis.url), API | {"url": url})


@asynccontextmanager
async def opened() -> AsyncIterator[Both]:
    async with postgres.opened() as small, cache.opened(), containers.opened() as engine:
        yield small, engine


GROUP = Group(
    "Together second",
    opened,
    (
        Case("a retry that succeeded, all well", NOTHING, chatty_but_well),
        Case("a pool exhausted, a lock behind", "LOCK_CONTENTION_IDLE", pool_behind_a_lock),
        Case("a password refused, the role's day over behind", "CONFIG_ERROR", expired_role),
        Case("a table that is not there, a search_path behind", "SCHEMA_MISMATCH", no_relation),
        Case("cannot write, a read-only default behind", "CONFIG_ERROR", cannot_write),
        Case("statements cancelled, an index missing behind", "SLOW_QUERY_MISSING_INDEX", cancelled),
        Case("cannot write to Redis, a replica behind", "REDIS_COMMANDS_REFUSED", to_a_replica),
    ),
)
