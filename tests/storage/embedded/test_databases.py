"""A fresh database for each use: empty, of its own, gone afterwards."""

import asyncpg
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.embedded import fresh


def test_a_fresh_database_is_empty(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_a_fresh_database_is_gone_afterwards_even_if_somebody_is_still_connected(postgres: str) -> None:
    with fresh(postgres) as address:
        left_behind = psycopg.connect(address)
    left_behind.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)


def test_a_fresh_database_can_be_the_copy_of_another(postgres: str) -> None:
    with fresh(postgres) as original:
        with psycopg.connect(original) as connection:
            connection.execute("CREATE TABLE kept (number integer)")
            name = connection.info.dbname
        with fresh(postgres, template=name) as copy, psycopg.connect(copy) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


async def test_its_address_suits_asyncpg(empty_database_url: str) -> None:
    connection = await asyncpg.connect(empty_database_url)
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


async def test_its_address_suits_sqlalchemy(empty_database_url: str) -> None:
    engine = create_async_engine(empty_database_url.replace("postgresql://", "postgresql+psycopg://"))
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await engine.dispose()
