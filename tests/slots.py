"""A PostgreSQL with few slots, on which connections can run out, and databases of it for a single use."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from storage.embedded import Loopback, Options, fresh
from tests.servers import temporary

ROLES = """
CREATE ROLE app LOGIN PASSWORD 'app-password';
CREATE ROLE diag LOGIN PASSWORD 'diag-password';
CREATE ROLE blind LOGIN PASSWORD 'blind-password';
CREATE ROLE mitigate LOGIN PASSWORD 'mitigate-password';
GRANT pg_monitor TO diag;
GRANT pg_monitor, pg_signal_backend TO mitigate;
"""
# Sessions of the test before are gone a moment after their sockets; the server itself watches.
QUIET = """
SET statement_timeout = '20s';
DO $$ BEGIN
  WHILE EXISTS (SELECT FROM pg_stat_activity
                WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) LOOP
    PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
  END LOOP;
END $$
"""


@contextmanager
def few_slots() -> Iterator[str]:
    """The superuser's address of a server with 50 slots, 3 of them reserved, and the roles of the tests.

    Raises:
        DatabaseError: no such server can be started here.
    """
    settings = {"max_connections": "50", "max_prepared_transactions": "2"}
    options = Options(settings=settings, preload=("pg_stat_statements",), loopback=Loopback("root-password"))
    with temporary(options) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute(ROLES)
        yield server.dsn


@contextmanager
def quiet(small: str) -> Iterator[str]:
    """The superuser's address of a new database there, once nobody else is on the server."""
    with psycopg.connect(small, autocommit=True) as connection:
        connection.execute(QUIET)
    with fresh(small) as dsn:
        yield dsn
