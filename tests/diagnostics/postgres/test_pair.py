"""A primary and the standby that streams from it, looked at from both ends while the replay is paused."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

from incidents.evidence import Finding, Health
from storage.embedded import DatabaseError, Options, Server, running_blocking
from tests.diagnostics.conftest import Looks, examined, of

QUICK = Options(durable=False)
WRITE = "CREATE TABLE written AS SELECT repeat(md5(n::text), 30) AS words FROM generate_series(1, 40000) n"
# The server itself watches until the standby has received all, or has replayed all.
WAIT = """
SET statement_timeout = '20s';
DO $$ BEGIN
  WHILE NOT EXISTS (SELECT FROM pg_stat_replication WHERE {reached} >= pg_current_wal_lsn()) LOOP
    PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
  END LOOP;
END $$
"""


@dataclass(frozen=True, slots=True)
class Pair:
    primary: Server
    standby: Server

    def write(self) -> None:
        """Make over a segment of log on the primary, and wait until the standby holds it."""
        self.on_primary(WRITE)
        self.on_primary(WAIT.format(reached="flush_lsn"))

    def on_primary(self, statement: str) -> None:
        _execute(self.primary.dsn, statement)

    def on_standby(self, statement: str) -> None:
        _execute(self.standby.dsn, statement)


def _execute(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def pair(missing: Callable[[str, str], NoReturn]) -> Iterator[Pair]:
    """A primary, and a standby that has replayed all that the primary wrote."""
    home = Path(tempfile.mkdtemp(prefix="tocsin-test-"))
    home.chmod(0o755)  # a folder that the servers' user can enter
    try:
        with running_blocking(home / "primary", QUICK) as server:
            data = server.folder / "data"
        _copied(data, home / "standby" / "data")
        with running_blocking(home / "primary", QUICK) as primary:
            _follow(home / "standby" / "data", primary)
            with running_blocking(home / "standby", QUICK) as standby:
                found = Pair(primary, standby)
                found.on_primary(WAIT.format(reached="replay_lsn"))
                yield found
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")
    finally:
        shutil.rmtree(home)


def _copied(data: Path, copy: Path) -> None:
    owner = data.stat()
    shutil.copytree(data, copy)
    for path in (copy.parent, copy, *copy.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    copy.chmod(0o700)


def _follow(data: Path, primary: Server) -> None:
    (data / "standby.signal").touch(0o666)
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            f"primary_conninfo = 'host={primary.socket_folder} port={primary.port} user=tocsin "
            "application_name=second'\n"
        )


async def seen(looks: Looks, server: Server) -> Finding:
    async with looks(server.dsn) as examiner:
        return of(await examined(examiner), "pg.replication")


async def test_a_pair_that_keeps_up_is_well_at_both_ends(pair: Pair, looks: Looks) -> None:
    pair.write()
    pair.on_primary(WAIT.format(reached="replay_lsn"))
    primary, standby = await seen(looks, pair.primary), await seen(looks, pair.standby)
    assert (primary.code, primary.health) == ("PG601", Health.OK)
    assert primary.sentence.startswith("1 standby; the lag of second is ")
    assert (standby.code, standby.health) == ("PG603", Health.OK)


async def test_a_paused_replay_is_told_by_the_standby_and_measured_by_the_primary(
    pair: Pair, looks: Looks
) -> None:
    pair.on_standby("SELECT pg_wal_replay_pause()")
    pair.write()
    primary, standby = await seen(looks, pair.primary), await seen(looks, pair.standby)
    assert standby.health is Health.CRITICAL
    assert "its replay is paused" in standby.sentence
    waiting = {figure.name: figure.value for figure in standby.figures}
    behind = {figure.name: figure.value for figure in primary.figures}
    assert isinstance(waiting["not replayed"], float)
    assert isinstance(behind["lag in bytes"], float)
    assert min(waiting["not replayed"], behind["lag in bytes"]) > 16 * 1024**2
