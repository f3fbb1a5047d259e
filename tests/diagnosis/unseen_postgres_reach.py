"""Ways in which a PostgreSQL turns us away that were thought of after its patterns."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from incidents.evidence import Examination
from storage.embedded import Loopback, Options
from tests.diagnosis.case import NOTHING, Case, Group, looked_at
from tests.diagnosis.postgres import of, opened
from tests.diagnosis.unseen_postgres import ROLES
from tests.diagnostics.faults import holds
from tests.diagnostics.wearing import done
from tests.servers import temporary


@contextmanager
def own() -> Iterator[str]:
    """A server of the case's own, over TCP, with the roles; the superuser's address."""
    with temporary(Options(loopback=Loopback("root-password"))) as server:
        assert server.loopback_dsn
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("CREATE ROLE diag LOGIN PASSWORD 'root-password'; GRANT pg_monitor TO diag")
        yield server.loopback_dsn


def as_diag(dsn: str) -> dict[str, object]:
    return of(dsn.replace("//tocsin:", "//diag:"))


def refuse(rules: Path) -> None:
    rules.write_text("host all diag 127.0.0.1/32 reject\n" + rules.read_text())


async def not_in_hba(_small: str) -> Examination:
    with own() as dsn:
        with psycopg.connect(dsn, autocommit=True) as connection:
            row = connection.execute("SHOW hba_file").fetchone()
            assert row
            refuse(Path(row[0]))
            connection.execute("SELECT pg_reload_conf()")
        await holds(dsn, "EXISTS (SELECT FROM pg_hba_file_rules WHERE auth_method = 'reject')")
        return await looked_at(as_diag(dsn))


async def no_login(_small: str) -> Examination:
    with own() as dsn:
        await done(dsn, "ALTER ROLE diag NOLOGIN")
        return await looked_at(as_diag(dsn))


async def password_ended(_small: str) -> Examination:
    with own() as dsn:
        await done(dsn, "ALTER ROLE diag VALID UNTIL '2020-01-01'")
        return await looked_at(as_diag(dsn))


async def closed_database(_small: str) -> Examination:
    with own() as dsn:
        await done(dsn, "CREATE DATABASE shop ALLOW_CONNECTIONS false")
        return await looked_at(as_diag(dsn.replace("/" + dsn.rsplit("/", 1)[1], "/shop")))


async def silent(_small: str) -> Examination:
    """A port that takes the connection and never says anything, as behind a dead load balancer."""
    with socket.create_server(("127.0.0.1", 0)) as port:
        return await looked_at(of(f"postgresql://diag@127.0.0.1:{port.getsockname()[1]}/shop"))


async def not_postgres(_small: str) -> Examination:
    """Something else listens on its port."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await looked_at(of(f"postgresql://diag@127.0.0.1:{port}/shop"))


async def just_started(_small: str) -> Examination:
    with temporary(Options()) as server:
        await done(server.dsn, *ROLES)
        return await looked_at(of(server.dsn))


GROUP = Group(
    "PostgreSQL unseen reach",
    opened,
    (
        Case("just started", NOTHING, just_started),
        Case("not in pg_hba.conf", "CONFIG_ERROR", not_in_hba),
        Case("a role that may not log in", "CONFIG_ERROR", no_login),
        Case("a password past its end", "CONFIG_ERROR", password_ended),
        Case("a database closed to connections", "CONFIG_ERROR", closed_database),
        Case("a port that never answers", "DB_DOWN", silent),
        Case("another program on its port", "DB_DOWN", not_postgres),
    ),
)
