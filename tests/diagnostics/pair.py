"""A primary and the standby that streams from it, for the length of a block."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from storage.embedded import Options, Server, running_blocking
from tests.servers import memory

QUICK = Options(durable=False)
FOLLOWING = """
primary_conninfo = 'host={host} port={port} user=tocsin application_name=second'
hot_standby_feedback = on
wal_receiver_status_interval = '1s'
"""
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
    """Two servers; what is said to one is said as its superuser."""

    primary: Server
    standby: Server

    def write(self) -> None:
        """Make over a segment of log on the primary, and wait until the standby holds it."""
        self.on_primary(WRITE)
        self.on_primary(WAIT.format(reached="flush_lsn"))

    def level(self) -> None:
        """Wait until the standby has replayed all."""
        self.on_primary(WAIT.format(reached="replay_lsn"))

    def on_primary(self, statement: str) -> None:
        """Run it there."""
        _execute(self.primary.dsn, statement)

    def on_standby(self, statement: str) -> None:
        """Run it there."""
        _execute(self.standby.dsn, statement)


def _execute(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def paired() -> Iterator[Pair]:
    """A primary, and a standby that has replayed all that the primary wrote.

    Raises:
        DatabaseError: no such servers can be started here.
    """
    home = Path(tempfile.mkdtemp(prefix="tocsin-test-", dir=memory()))
    home.chmod(0o755)  # a folder that the servers' user can enter
    try:
        with running_blocking(home / "primary", QUICK) as server:
            data = server.folder / "data"
        _copied(data, home / "standby" / "data")
        with running_blocking(home / "primary", QUICK) as primary:
            _follow(home / "standby" / "data", primary)
            with running_blocking(home / "standby", QUICK) as standby:
                found = Pair(primary, standby)
                found.level()
                yield found
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
        settings.write(FOLLOWING.format(host=primary.socket_folder, port=primary.port))
