"""Addresses, migrations, and what happens when the database does not answer."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.errors import Unavailable
from storage.database import Budget, Database, normalised, open_database, requested
from storage.schema import migrate
from storage.tables import metadata

HASTY = Budget(pool=0.05, connect=0.2, statement=0.1, total=0.5)


@pytest.mark.parametrize(
    "url",
    ["postgres://a@h/d", "postgresql://a@h/d", "postgresql+asyncpg://a@h/d", " postgresql+psycopg://a@h/d "],
)
def test_every_spelling_of_the_address_is_understood(url: str) -> None:
    assert normalised(url) == "postgresql://a@h/d"


def test_the_address_keeps_its_own_options_and_gets_ours() -> None:
    options = conninfo_to_dict(
        requested("postgres://h/d?options=-c%20search_path%3Dx&sslmode=require", Budget())
    )
    assert options["sslmode"] == "require"
    assert "-c statement_timeout=1500" in str(options["options"])
    assert "search_path=x" in str(options["options"])


async def one(connection: AsyncConnection) -> int:
    return int((await connection.execute(text("SELECT 1"))).scalar_one())


async def test_replicas_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    async def start() -> int:
        async with open_database(empty_database_url) as database:
            return await database.transaction(one)

    assert await asyncio.gather(*(start() for _ in range(3))) == [1, 1, 1]


def test_the_migrations_make_the_tables_as_they_are_written(empty_database_url: str) -> None:
    migrate(empty_database_url)
    migrate(empty_database_url)
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(empty_database_url))
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def differences(connection: Connection) -> list[object]:
    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and (name or "").startswith(("procrastinate_", "alembic_")))

    context = MigrationContext.configure(connection, opts={"include_object": ours})
    return list(compare_metadata(context, metadata))


async def test_a_statement_that_takes_too_long_is_unavailable(database_url: str) -> None:
    async with open_database(database_url, budget=HASTY) as database:
        with pytest.raises(Unavailable, match="not recorded"):
            await database.transaction(lambda c: c.execute(text("SELECT pg_sleep(30)")))
        assert await database.transaction(one) == 1


async def test_when_all_connections_are_busy_the_wait_is_short(database_url: str) -> None:
    async with open_database(database_url, budget=HASTY, size=1) as database:
        holding, free = asyncio.Event(), asyncio.Event()

        async def hold(connection: AsyncConnection) -> None:
            await one(connection)
            holding.set()
            await free.wait()

        holder = asyncio.create_task(database.transaction(hold))
        await holding.wait()
        with pytest.raises(Unavailable):
            await database.transaction(one)
        free.set()
        await holder


async def test_connections_that_the_server_ended_are_replaced_unnoticed(
    database: Database, database_url: str
) -> None:
    await asyncio.gather(*(database.transaction(one) for _ in range(5)))
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as administrator:
        await administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert await asyncio.gather(*(database.transaction(one) for _ in range(5))) == [1] * 5


@asynccontextmanager
async def mute() -> AsyncIterator[str]:
    """A server that takes connections and never says a word."""
    end = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.wait()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(say_nothing, "127.0.0.1")
    async with server:
        yield f"postgresql://a@127.0.0.1:{server.sockets[0].getsockname()[1]}/d"
        end.set()


async def test_a_server_that_stops_answering_is_unavailable(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with mute() as silent, open_database(database_url, budget=HASTY) as database:
        engine = database_on(silent)
        with pytest.raises(Unavailable):
            await engine.transaction(one)
        assert await database.transaction(one) == 1


def database_on(address: str) -> Database:
    """A database that is not brought up to date first."""
    return Database.on(address, HASTY)


async def test_a_closed_port_is_unavailable_at_the_start(unused_address: str) -> None:
    with pytest.raises(Unavailable):
        async with open_database(unused_address):
            raise AssertionError("it cannot be open")


@pytest.fixture
async def unused_address() -> str:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"postgresql://a@127.0.0.1:{port}/d"


async def test_what_was_given_up_waiting_for_is_undone(database: Database) -> None:
    begun = asyncio.Event()

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(text("INSERT INTO counters VALUES (1999, 1)"))
        begun.set()
        await asyncio.Event().wait()

    writer = asyncio.create_task(database.transaction(write))
    await begun.wait()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    count = text("SELECT count(*) FROM counters")
    assert await database.transaction(lambda c: c.scalar(count)) == 0
