"""Pages of which the disk gives back something else than was written: told by the server's own count."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

from diagnostics.probes.postgres.crashes import DAY, damaged
from incidents.evidence import Health
from storage.embedded import Options
from storage.embedded.binaries import find
from storage.embedded.running import running_blocking
from tests.diagnostics.conftest import Looks, as_role, examined
from tests.diagnostics.described import coded, codes
from tests.slots import ROLES

ROWS = "CREATE TABLE users AS SELECT n, repeat('x', 100) AS t FROM generate_series(1, 1000) n"
QUICK = Options(durable=False)
COUNTED = "SELECT sum(checksum_failures) > 0 FROM pg_stat_database"


@contextmanager
def torn() -> Iterator[str]:
    """A server with checksums, of which one page is no longer what it was."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-") as folder:
        home = Path(folder)
        home.chmod(0o755)  # a folder that the server's user can enter
        with running_blocking(home / "one", QUICK) as one:
            with psycopg.connect(one.dsn, autocommit=True) as connection:
                for statement in (ROLES, ROWS, "CHECKPOINT"):
                    connection.execute(statement)
                (path,) = connection.execute("SELECT pg_relation_filepath('users')").fetchone() or ("",)
            data = one.folder / "data"
        checksums = find().folder / "pg_checksums"
        # a newer PostgreSQL has them from the start, and says so
        subprocess.run([checksums, "--enable", "-D", data], check=False, capture_output=True)
        with (data / path).open("r+b") as page:
            page.seek(4000)
            page.write(b"\xde" * 100)
        with running_blocking(home / "one", QUICK) as one:
            yield one.dsn


async def test_a_page_whose_checksum_is_wrong_is_told_once_somebody_has_read_it(
    looks: Looks, missing: Callable[[str, str], NoReturn]
) -> None:
    if not (find().folder / "pg_checksums").is_file():
        missing("pg_checksums", "postgresql")
    with torn() as dsn:
        async with looks(as_role(dsn, "diag")) as examiner:
            before = await examined(examiner)
        with psycopg.connect(dsn, autocommit=True) as reader, pytest.raises(psycopg.errors.DataCorrupted):
            reader.execute("SELECT count(*) FROM users")
        with psycopg.connect(dsn, autocommit=True) as watcher:
            while watcher.execute(COUNTED).fetchone() != (True,):
                pass  # each try waits for the server's answer
        async with looks(as_role(dsn, "diag")) as examiner:
            examination = await examined(examiner)
    assert "PG111" not in codes(before)
    finding = coded(examination, "PG111")
    assert finding.health is Health.CRITICAL
    assert "before any repair" in finding.next_step
    assert examination.causes[0].code == "DATA_DAMAGED"


def test_damage_that_was_read_long_ago_or_at_no_known_time_is_a_warning() -> None:
    assert damaged("db", 3, DAY + 1).health is Health.WARN
    assert damaged("db", 1, None).sentence == "1 time a page was read whose checksum is wrong."
