"""Whether a database is up to date is seen without the libraries that change it, and seen as they see it."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager

from storage.readiness import STEPS, engine_steps, ensure_up_to_date, newest, up_to_date
from storage.schema import MIGRATIONS

OPENS = """
import asyncio, sys
from storage.database import open_database

async def work():
    async with open_database(sys.argv[1]):
        print("alembic" in sys.modules)

asyncio.run(work())
"""


def test_an_empty_database_is_not_up_to_date_and_then_it_is(empty_database_url: str) -> None:
    assert not up_to_date(empty_database_url)
    ensure_up_to_date(empty_database_url)
    assert up_to_date(empty_database_url)


@pytest.mark.parametrize(
    "lacks",
    [
        "UPDATE alembic_version SET version_num = '0001'",
        "DELETE FROM alembic_version",
        f"DELETE FROM {STEPS} WHERE name = (SELECT max(name) FROM {STEPS})",  # noqa: S608 - a constant's name
    ],
)
def test_a_database_that_lacks_a_migration_is_not(database_url: str, lacks: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(lacks.encode())
    assert not up_to_date(database_url)


def test_our_newest_migration_is_the_one_that_alembic_goes_to() -> None:
    assert newest() == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_the_engine_s_migrations_are_found_where_the_engine_has_them() -> None:
    there = Path(SchemaManager.get_migrations_path())
    assert engine_steps() == sorted(there.glob("*.sql"))
    assert engine_steps()


def test_a_start_on_it_imports_nothing_that_changes_a_database(database_url: str) -> None:
    started = subprocess.run(
        [sys.executable, "-c", OPENS, database_url], capture_output=True, check=True, text=True
    )
    assert started.stdout == "False\n"
