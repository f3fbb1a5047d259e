"""Evidence over the wire: the course of a leak as a picture, and a large log without its secrets."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from click.testing import CliRunner
from PIL import Image

from app.cli import main
from tests.acceptance.checked_shop import written
from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_declare import declared
from tests.diagnostics.faults import holds, leaked
from tests.diagnostics.kubernetes.standin import HASH, TOKEN, Api, pod, serving
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import File, Json
from tocsin_practice.reading import said

SIGNS = 9  # of life, each of which counts the sessions; a picture needs eight
SECRET = "hunter2-over-the-wire"
LINES = 4000
LATEST = "SELECT max(query_start) FROM pg_stat_activity WHERE usename = 'diag'"
SERVICES = """
[services.payments]
name = "Payments"
aliases = ["checkout"]
[[services.payments.probes]]
kind = "postgres"
name = "db"
dsn_env = "SHOP_DATABASE_URL"
keepalive = 1
[[services.payments.probes]]
kind = "kubernetes"
name = "pods"
namespace = "shop"
selector = "app=payments"
server = "{server}"
token = "{token}"
"""


@pytest_asyncio.fixture
async def cluster() -> AsyncIterator[Api]:
    """A stand-in for a cluster with one pod, which has written a password into thousands of lines."""
    async with serving() as api:
        api.put("pods", pod("a"))
        now = datetime.now(UTC)
        error = f"ERROR pool exhausted: postgresql://app:{SECRET}@db/shop password={SECRET}"
        api.logs[f"payments-{HASH}-a"] = "".join(
            f"{at:%Y-%m-%dT%H:%M:%S}.000000000Z {error} {'x' * 200}\n"
            for at in (now - timedelta(seconds=(LINES - number) / 20) for number in range(LINES))
        )
        yield api


@pytest.fixture
def config_folder(tmp_path: Path, cluster: Api) -> Path:
    return written(tmp_path / "config", SERVICES.format(server=cluster.url, token=TOKEN))


@pytest_asyncio.fixture
async def watching_bot(start_bot: StartBot, shop_database: str) -> Bot:
    """A running bot that may look at the shop's database."""
    return await start_bot(SHOP_DATABASE_URL=shop_database.replace("tocsin:root@", "diag:diag@"))


async def lived(dsn: str) -> None:
    """Return when the bot has given that many signs of life on its connection to the database."""
    await holds(dsn, f"({LATEST}) IS NOT NULL")
    with psycopg.connect(dsn, autocommit=True) as watcher:
        for _ in range(SIGNS):
            row = watcher.execute(LATEST).fetchone()
            assert row
            # a sign is a few statements at once, and the next comes a second later
            await holds(dsn, f"({LATEST}) > '{row[0].isoformat()}'::timestamptz + interval '0.5 s'")


async def test_the_course_of_a_leak_is_a_picture_in_the_verdicts_thread(
    practice: PracticeDriver, watching_bot: Bot, shop_database: str
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    async with leaked(shop_database.replace("tocsin:root@", "app:app@"), 18):
        await lived(shop_database)
        await practice.person("alice").command("/diagnose", "db", channel=room)
        verdict = await practice.message(channel=room, contains="reports-export")

        def shown() -> File | None:
            return next(
                (f for f in practice.workspace.files if f.complete and f.mimetype == "image/png"), None
            )

        file = await practice.until(shown, seconds=40)
    with Image.open(io.BytesIO(file.content)) as image:
        assert image.size == (720, 480)
    assert "Client sessions" in file.alt_txt
    (post,) = (m for m in practice.messages(room) if file.id in [f["id"] for f in m.get("files", ())])
    assert post["thread_ts"] == verdict["ts"]
    assert watching_bot.runs


async def test_a_large_log_comes_without_its_secrets_while_others_are_answered(
    practice: PracticeDriver, watching_bot: Bot
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")

    await alice.command("/diagnose", "logs find pool exhausted", channel=room)
    outcome = await bob.command("/incident", "checks")

    assert outcome.is_good
    assert await bob.ephemeral("No standing check", channel="general")
    verdict = await practice.message(channel=room, contains="Look again", seconds=30)
    assert "“pool exhausted” stands in 1,000 of 1,000 lines" in said(verdict)
    await practice.until(lambda: "[redacted:" in _all(practice) or None, seconds=20)
    assert SECRET not in _all(practice)
    assert watching_bot.runs


async def test_a_secret_that_a_probe_met_is_kept_nowhere(
    practice: PracticeDriver, watching_bot: Bot, environment: Json, config_folder: Path, tmp_path: Path
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    await practice.person("alice").command("/diagnose", "logs", channel=room)
    await practice.message(channel=room, contains="pool", seconds=30)
    await practice.message(channel=room, contains="Took ", seconds=30)
    await watching_bot.stop()

    with psycopg.connect(environment["DATABASE_URL"]) as record:
        kept = "".join(_rows(record))
    assert "exhausted" in kept
    assert "[redacted:" in kept
    assert SECRET not in kept
    assert SECRET not in watching_bot.said()

    file = tmp_path / "kept.json"
    asked = ["diagnose", "payments logs", "--save", str(file)]
    shell = CliRunner(env={"TOCSIN_CONFIG": str(config_folder), "SHOP_DATABASE_URL": "postgresql://x/y"})
    told = await asyncio.to_thread(shell.invoke, main, asked)
    assert told.exit_code == 0, told.output
    assert "[redacted:" in file.read_text()
    assert SECRET not in file.read_text() + told.output


def _rows(record: psycopg.Connection) -> Iterator[str]:
    """Every row of every table, as text."""
    query = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"
    for (table,) in record.execute(query).fetchall():
        rows = record.execute(f"SELECT t::text FROM {table} AS t").fetchall()  # noqa: S608 - a table's own name
        yield from (f"{row[0]}\n" for row in rows)


def _all(practice: PracticeDriver) -> str:
    """Everything that stands anywhere in the workspace, files and all."""
    messages = str([channel.messages for channel in practice.workspace.channels])
    return messages + "".join(file.content.decode(errors="replace") for file in practice.workspace.files)
