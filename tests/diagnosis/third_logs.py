"""A service's log that names an error of its database, and what the database behind it shows."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from incidents.evidence import Examination
from tests.diagnosis import cache
from tests.diagnosis.case import NOTHING, Case, looked_at, looking
from tests.diagnosis.postgres import HURRIED, app, of, shop
from tests.diagnosis.second_cache import Client, again
from tests.diagnosis.second_postgres import busy, done
from tests.diagnosis.second_together import Both, logging
from tests.diagnostics.faults import at_rest, connected
from tests.diagnostics.pooler import pooled
from tests.diagnostics.redis.server import PASSWORD

INSERT = "INSERT INTO payments VALUES (100 + $n, 1)"
RESTORED = """
CREATE TABLE orders (id serial PRIMARY KEY, amount int);
INSERT INTO orders SELECT n, n FROM generate_series(1, 300000) n;
ALTER TABLE orders OWNER TO app;
"""
AUDIT = """
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM NEW.total; RETURN NEW; END $$;
CREATE TRIGGER audit BEFORE INSERT OR UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION audit();
"""


async def role_limit(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        'psycopg2.OperationalError: connection to server at "db" (10.0.3.4), port 5432 failed: '
        'FATAL:  too many connections for role "app"',
    )
    with shop(small) as dsn:
        done(dsn, "ALTER ROLE app CONNECTION LIMIT 5")
        try:
            async with looking(of(dsn), docker) as look, at_rest(app(dsn), 5, "worker"):
                return await look()
        finally:
            done(dsn, "ALTER ROLE app CONNECTION LIMIT -1")


async def old_password(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        "2026/11/22 02:11:08 ping: failed to connect to `user=app database=shop`: 10.0.3.4:5432 (db): "
        'failed SASL auth: FATAL: password authentication failed for user "app" (SQLSTATE 28P01)',
    )
    with shop(small) as dsn:
        return await looked_at(of(dsn), docker)


async def sequence_behind(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        "sqlalchemy.exc.IntegrityError: (psycopg2.errors.UniqueViolation) duplicate key value violates "
        'unique constraint "orders_pkey"',
        "DETAIL:  Key (id)=(4711) already exists.",
    )
    with shop(small) as dsn:
        done(dsn, RESTORED)
        insert = "INSERT INTO orders (amount) VALUES (1)"
        async with looking(of(dsn), docker) as look, busy(app(dsn), insert, clients=3):
            return await look()


async def short_timeout(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine, "org.postgresql.util.PSQLException: ERROR: canceling statement due to statement timeout"
    )
    with shop(small) as dsn:
        done(dsn, "ALTER ROLE app SET statement_timeout = 50")
        try:
            work = "SELECT count(*) FROM users a JOIN users b ON b.id < a.id AND a.id < 500"
            async with looking(of(dsn, **HURRIED), docker) as look, busy(app(dsn), work, clients=2):
                return await look()
        finally:
            done(dsn, "ALTER ROLE app RESET statement_timeout")


async def row_security(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        "ActiveRecord::StatementInvalid (PG::InsufficientPrivilege: ERROR:  new row violates row-level "
        'security policy for table "payments")',
    )
    with shop(small) as dsn:
        done(dsn, "ALTER TABLE payments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        async with looking(of(dsn), docker) as look, busy(app(dsn), INSERT, clients=3):
            return await look()


async def broken_trigger(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        'pq: record "new" has no field "total"',
        'level=error msg="could not store payment" path=/payments status=500',
    )
    with shop(small) as dsn:
        done(dsn, AUDIT)
        async with looking(of(dsn), docker) as look, busy(app(dsn), INSERT, clients=3):
            return await look()


@asynccontextmanager
async def preparing(dsn: str) -> AsyncIterator[None]:
    """Clients that prepare their statements, as most drivers do by themselves."""

    async def work() -> None:
        while True:
            with contextlib.suppress(asyncpg.PostgresError, OSError):
                async with connected(dsn, "api") as client:
                    for number in range(20):
                        statement = f"SELECT amount FROM payments WHERE id = $1 AND {number} < 100"  # noqa: S608 -- a number
                        await client.fetch(statement, 1)

    tasks = [asyncio.create_task(work()) for _ in range(6)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def prepared(at: Both) -> Examination:
    small, engine = at
    docker = logging(
        engine,
        "asyncpg.exceptions.InvalidSQLStatementNameError: prepared statement "
        '"__asyncpg_stmt_4__" does not exist',
    )
    with shop(small) as dsn, pooled(dsn, default_pool_size=3) as through:
        async with looking(of(through), docker) as look, preparing(app(through)):
            return await look()


async def no_command(at: Both) -> Examination:
    _small, engine = at
    docker = logging(
        engine, "redis.exceptions.NoPermissionError: this user has no permissions to run the 'hset' command"
    )

    def work(client: Client) -> None:
        client.execute_command("AUTH", "app", PASSWORD)
        client.hset("cart:1", "n", "1")

    with cache.server() as one:
        one.grant("app", "-@all +get +set +ping ~*")
        with again(one, work):
            return await looked_at(cache.of(one.url), docker)


async def on_purpose(at: Both) -> Examination:
    """Requests that come twice, and are told so by their key."""
    small, engine = at
    docker = logging(
        engine,
        "INFO idempotent replay: duplicate key value violates unique constraint "
        '"payments_idempotency_key", returning the stored answer',
        times=3,
    )
    with shop(small) as dsn:
        return await looked_at(of(dsn), docker)


CASES = (
    Case("the limit of the role reached", "DB_CONN_LIMIT", role_limit),
    Case("a password changed on the server alone", "CONFIG_ERROR", old_password),
    Case("ids that are taken, a sequence behind", "KEYS_TAKEN", sequence_behind),
    Case("statements cancelled, a role's short timeout behind", "CONFIG_ERROR", short_timeout),
    Case("row security without a policy", "CONFIG_ERROR", row_security),
    Case("a trigger that names a column that is gone", "SCHEMA_MISMATCH", broken_trigger),
    Case("prepared statements through a pooler", "CONFIG_ERROR", prepared),
    Case("a role of Redis without a command", "REDIS_COMMANDS_REFUSED", no_command),
    Case("keys that come twice, on purpose", NOTHING, on_purpose),
)
