"""Whether a database is up to date, seen without what brings it there, which takes long to import."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import psycopg

VERSIONS = Path(__file__).parent / "migrations" / "versions"
STEPS = "procrastinate_migrations"
_TABLES = f"SELECT to_regclass('alembic_version') IS NOT NULL AND to_regclass('{STEPS}') IS NOT NULL"


def ensure_up_to_date(dsn: str) -> None:
    """Bring the database up to date if it is not; see `storage.schema.migrate`, which is imported then."""
    if not up_to_date(dsn):
        import_module("storage.schema").migrate(dsn)


def up_to_date(dsn: str) -> bool:
    """Whether our newest migration and all of the job engine's were done there."""
    with psycopg.connect(dsn) as connection:
        if connection.execute(_TABLES).fetchone() != (True,):
            return False
        ours = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        steps = connection.execute(f"SELECT name FROM {STEPS}").fetchall()  # noqa: S608 - as above
    return ours == [(newest(),)] and {path.name for path in engine_steps()} <= {name for (name,) in steps}


def newest() -> str:
    """Our newest migration: "0003" of the file r0003_looks.py."""
    return max(path.stem[1:].partition("_")[0] for path in VERSIONS.glob("r*.py"))


def engine_steps() -> list[Path]:
    """The job engine's migrations in their order; where they are is known without importing it."""
    found = find_spec("procrastinate")
    places = found.submodule_search_locations if found else None
    return sorted(path for place in places or () for path in Path(place, "sql", "migrations").glob("*.sql"))
