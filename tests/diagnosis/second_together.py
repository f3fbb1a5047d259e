"""A service whose log tells one thing while what stands behind it shows another."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from docker.models.containers import Container

from incidents.evidence import Examination
from tests.diagnosis import cache, containers, postgres
from tests.diagnosis.case import NOTHING, Case, Group, looked_at, looking
from tests.diagnosis.containers import IDLE
from tests.diagnosis.postgres import UPDATE, app, of, several, shop
from tests.diagnosis.second_cache import again
from tests.diagnosis.second_postgres import busy, done
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.faults import WAITING, connected, filled
from tests.diagnostics.redis.server import free_port
from tests.diagnostics.serving import says, serving

Both = tuple[str, Dockerd]
FATAL = "psycopg2.OperationalError: FATAL:  "
API = {"kind": "http", "name": "api", "health": "/health", "ready": "/ready"}


def logging(engine: Dockerd, *lines: str, times: int = 12) -> dict[str, object]:
    """The application, which says so; its section."""
    engine.clear()
    said = "; ".join(f"echo '{line}'" for line in lines)
    script = (
        f'n=0; while [ $n -lt {times} ]; do n=$((n+1)); echo "INFO served /orders/$n"; {said}; done; {IDLE}'
    )
    engine.run("api", script)
    return containers.of(engine)


async def slots(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine, FATAL + "remaining connection slots are reserved for non-replication superuser connections"
    )
    with shop(small) as dsn:
        async with looking(of(dsn), docker) as look, filled(app(dsn)):
            return await look()


async def pool_behind_a_lock(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00",
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
        done(dsn, "ALTER ROLE app VALID UNTIL '2026-01-01'")
        try:
            return await looked_at(of(dsn), docker)
        finally:
            done(dsn, "ALTER ROLE app VALID UNTIL 'infinity'")


async def not_in_hba(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        FATAL + 'no pg_hba.conf entry for host "172.17.0.4", user "app", database "shop", no encryption',
    )
    with shop(small) as dsn:
        return await looked_at(of(dsn), docker)


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


async def redis_gone(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine, "redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Connection refused."
    )
    failing = says({"status": "down"}, 500)
    with shop(small) as dsn:
        async with serving({"/health": failing, "/ready": failing}) as url:
            return await looked_at(
                of(dsn), docker, API | {"url": url}, cache.of(f"redis://127.0.0.1:{free_port()}")
            )


async def locks_used_up(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        "psycopg2.errors.OutOfMemory: out of shared memory",
        "HINT:  You might need to increase max_locks_per_transaction.",
    )
    with shop(small) as dsn:
        return await looked_at(of(dsn), docker)


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
        Case("no slots, a leak behind", "DB_CONN_EXHAUSTION_LEAK", slots),
        Case("a pool exhausted, a lock behind", "LOCK_CONTENTION_IDLE", pool_behind_a_lock),
        Case("a password refused, the role's day over behind", "CONFIG_ERROR (role expired)", expired_role),
        Case("no entry in pg_hba.conf", "CONFIG_ERROR (pg_hba)", not_in_hba),
        Case("a table that is not there, a search_path behind", "words: search_path/schema", no_relation),
        Case("cannot write, a read-only default behind", "words: read-only", cannot_write),
        Case("statements cancelled, an index missing behind", "SLOW_QUERY_MISSING_INDEX", cancelled),
        Case("cannot write to Redis, a replica behind", "words: replica", to_a_replica),
        Case("Redis gone, the service fails", "REDIS_DOWN", redis_gone),
        Case("no locks left", "words: max_locks_per_transaction", locks_used_up),
    ),
)
