"""Makes and removes databases on a server, for its first start and for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql

from storage.embedded.errors import DatabaseError
from storage.embedded.server import ROLE, Server

CONNECT = 5  # seconds
_STRATEGIES = 150_000  # the version that has ways to copy; by file costs half of the other


def ensure(server: Server) -> None:
    """Make the server's database and set its password, where it has not been done.

    Raises:
        DatabaseError: the server does not let us in.
    """
    try:
        with _administrator(server.dsn_of("postgres")) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [server.database])
            if not found.fetchone():
                _make(connection, server.database)
            if server.loopback:
                role, password = sql.Identifier(ROLE), sql.Literal(server.loopback.password)
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
    except psycopg.Error as error:
        raise DatabaseError(
            f"The database in {server.folder} runs but does not let Tocsin in: {error}. "
            f"Its log is {server.folder / 'log'}."
        ) from error


def _make(connection: psycopg.Connection, name: str) -> None:
    try:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        return  # another program was first


@contextmanager
def fresh(dsn: str, *, template: str = "template0") -> Iterator[str]:
    """A new database on a server, dropped afterwards with whoever is still connected to it.

    Args:
        dsn: the address of any database of the server, as a superuser or with CREATEDB.
        template: the database to copy, file by file; nobody may be connected to it.

    Yields:
        The new database's address.
    """
    name = f"fresh_{uuid4().hex[:16]}"
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with _administrator(dsn) as connection:
        by_file = sql.SQL(" STRATEGY file_copy" if connection.info.server_version >= _STRATEGIES else "")
        connection.execute(make + by_file)
    try:
        yield named(dsn, name)
    finally:
        with _administrator(dsn) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def named(dsn: str, database: str) -> str:
    """The address of another database of the same server."""
    address, mark, query = dsn.partition("?")
    scheme, _, rest = address.partition("://")
    host = rest.partition("/")[0]
    return f"{scheme}://{host}/{database}{mark}{query}"


@contextmanager
def _administrator(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn, autocommit=True, connect_timeout=CONNECT) as connection:
        yield connection
