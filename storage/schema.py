"""Brings a database up to date at start: our tables through Alembic, and those of the job engine."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from storage.readiness import STEPS, engine_steps

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x70C51  # the advisory lock that keeps two replicas from migrating at once


def migrate(dsn: str) -> None:
    """Bring the database up to date, in one transaction that two replicas cannot run at once.

    Args:
        dsn: a libpq address.

    Raises:
        psycopg.Error, sqlalchemy.exc.DBAPIError: the database does not answer or refuses.
    """
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(configuration(connection), "head")
        _migrate_jobs(connection)


def configuration(connection: Connection) -> Config:
    """Alembic's settings for that connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _migrate_jobs(connection: Connection) -> None:
    """The job engine's tables: whole on an empty database, else the steps that came since."""
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {STEPS} (name text PRIMARY KEY)"))
    done = set(connection.scalars(text(f"SELECT name FROM {STEPS}")))  # noqa: S608 - a constant's name
    if not done:
        _run(connection, SchemaManager.get_schema())
    for step in engine_steps():
        if step.name not in done:
            if done:
                _run(connection, step.read_text("utf-8"))
            connection.execute(text(f"INSERT INTO {STEPS} VALUES (:name)"), {"name": step.name})  # noqa: S608 - as above


def _run(connection: Connection, script: str) -> None:
    """Several statements at once, with percent signs of their own, which only the driver itself takes."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("the driver is psycopg")
    driver.execute(script.encode())
