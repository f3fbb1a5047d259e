"""A database whose sessions may be ended, and what its tests ask of it."""

from contextlib import AbstractAsyncContextManager

import psycopg

from mitigations.mitigators import Mitigators
from tests.diagnostics.conftest import as_role
from tests.mitigations.conftest import Changes

ALL = ["end-idle", "end-root", "cancel-query", "cancel-ddl"]
AT_ONCE = {"idle_after": 0, "running_after": 0}  # no test waits for sessions to grow old


def changing(
    changes: Changes, database: str, *, role: str = "mitigate", **settings: object
) -> AbstractAsyncContextManager[Mitigators]:
    section = {"kind": "postgres", "actions": ALL, "dsn": as_role(database, role), **settings}
    return changes(section, unchecked=AT_ONCE)


def sessions(database: str, condition: str) -> int:
    """How many sessions of this database are as the condition says."""
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}"  # noqa: S608 -- conditions are the tests' own
    with psycopg.connect(database, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return int(row[0])
