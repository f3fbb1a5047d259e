"""What is measured: a bot of its own process in a practice workspace, with its database and its services."""

import os
import platform
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from bench.programs import BOT_LOG, Program, bot_command, connected, environment
from bench.shop import Shop
from bench.workspace import ROOT, Watch
from storage.embedded import Options, Server, running
from tocsin_practice.driver import PersonDriver, PracticeDriver

SERVICES: Final = 12
DIAGNOSED: Final = 7  # of them have a database to look at; the others have more than that
_CONFIG: Final = Path(__file__).with_name("config")
_TABLES: Final = """
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL, placed_at timestamptz NOT NULL);
INSERT INTO orders SELECT n, n % 997, now() - make_interval(secs => n) FROM generate_series(1, 20000) AS n;
ANALYZE orders;
"""
_SERVICE: Final = """
[services.{key}]
name = "{key}"
slug = "{key}"
aliases = ["{key}"]
links = [{{ title = "Dashboard", url = "https://grafana.example.com/d/{key}" }}]
"""
_PROBE: Final = """
[[services.{key}.probes]]
kind = "postgres"
name = "db"
dsn_env = "BENCH_DATABASE_URL"
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """The workspace with the bot in it.

    Attributes:
        home: a folder of the run's own, for logs and the operator's files.
        variables: what the bot is started with.
    """

    practice: PracticeDriver
    watch: Watch
    bot: Program
    shop: Shop
    home: Path
    variables: dict[str, str]

    @property
    def rooms(self) -> int:
        """How many incidents have a room."""
        return sum(channel.name.startswith("incident-") for channel in self.practice.workspace.channels)

    def people(self, name: str, count: int) -> list[PersonDriver]:
        """So many people who have declared nothing yet."""
        return [self.practice.person(f"{name}{number:02d}") for number in range(count)]


@dataclass(frozen=True, slots=True)
class Databases:
    """The bot's own server, and the healthy one that it looks at."""

    own: Server
    looked_at: Server


@asynccontextmanager
async def databases(home: Path) -> AsyncIterator[Databases]:
    """Two new servers with the usual safety, removed with their folder. Raises DatabaseError."""
    healthy = Options(database="shop", preload=("pg_stat_statements",))
    async with running(home / "own") as own, running(home / "looked-at", healthy) as looked_at:
        with psycopg.connect(looked_at.dsn, autocommit=True) as connection:
            connection.execute(_TABLES)
            for library in looked_at.preloaded:
                connection.execute(f"CREATE EXTENSION {library}")
        yield Databases(own, looked_at)


def operators_files(home: Path, targets: Shop) -> Path:
    """A folder with the bench's policy, and services that each have a dashboard and something to look at."""
    folder = home / "config"
    folder.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "config" / "templates", folder / "templates", dirs_exist_ok=True)
    (folder / "policy.toml").write_bytes((_CONFIG / "policy.toml").read_bytes())
    sections = [_service(number) + targets.sections(key(number)) for number in range(SERVICES)]
    (folder / "services.toml").write_text("\n".join(sections), encoding="utf-8")
    return folder


def key(number: int) -> str:
    """A service's key in services.toml, and what people call it."""
    return f"svc{number:02d}"


def of_several_targets() -> tuple[str, ...]:
    """The services that have more to look at than a database."""
    return tuple(map(key, range(DIAGNOSED, SERVICES)))


def _service(number: int) -> str:
    probe = _PROBE if number < DIAGNOSED else ""
    return (_SERVICE + probe).format(key=key(number))


def variables(practice: PracticeDriver, servers: Databases, targets: Shop, home: Path) -> dict[str, str]:
    """What the bot is started with."""
    return environment(
        practice,
        DATABASE_URL=servers.own.dsn,
        BENCH_DATABASE_URL=servers.looked_at.dsn,
        TOCSIN_CONFIG=str(operators_files(home, targets)),
        TOCSIN_HOME=str(home),
        TOCSIN_LISTEN="off",
        TOCSIN_LOG_LEVEL="WARNING",
    )


@asynccontextmanager
async def scene(
    practice: PracticeDriver, watch: Watch, targets: Shop, home: Path, given: dict[str, str]
) -> AsyncIterator[Scene]:
    """The bot started and connected. Raises BenchError."""
    async with connected(practice, bot_command(), given, BOT_LOG) as bot:
        yield Scene(practice, watch, bot, targets, home, given)


def setting(servers: Databases) -> dict[str, str]:
    """Where it is measured."""
    return {
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "PostgreSQL": servers.own.version,
    }
