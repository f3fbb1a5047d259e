"""A full database is traced to what leaked and the deploy that brought it, with both ways out as buttons."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import pytest_asyncio

from storage.embedded import DatabaseError, Loopback, Options
from tests.acceptance.conftest import ROLES, Bot, StartBot
from tests.acceptance.test_declare import declared
from tests.diagnostics.deploys import standin as changes
from tests.diagnostics.faults import at_rest, leaked
from tests.mitigations.github import standin as actions
from tests.servers import temporary
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

ALLOWED = """
[[services.payments.probes]]
kind = "deploys"
name = "deploys"
github = "acme/payments"
github_url = "{changes}"
token_env = "GITHUB_TOKEN"
[[services.payments.mitigations]]
kind = "postgres"
name = "db"
actions = ["end-idle"]
dsn_env = "SHOP_MITIGATION_URL"
[[services.payments.mitigations]]
kind = "github"
name = "deploys"
actions = ["roll-back"]
repository = "acme/payments"
workflow = "rollback.yml"
token_env = "GITHUB_TOKEN"
url = "{actions}"
"""
LEAKED = 44


@pytest.fixture(scope="module")
def large_database(missing: Callable[[str, str], NoReturn]) -> Iterator[str]:
    """The superuser's address of a database of 50 slots, of which 47 can be used."""
    options = Options(settings={"max_connections": "50"}, loopback=Loopback("root"), durable=False)
    try:
        with temporary(options) as server:
            with psycopg.connect(server.dsn, autocommit=True) as connection:
                connection.execute(ROLES)
            yield server.loopback_dsn or server.dsn
    except DatabaseError as error:
        missing(f"PostgreSQL ({error})", "postgresql")


@pytest_asyncio.fixture
async def config_folder(shop_config: Path) -> AsyncIterator[Path]:
    """With GitHub's stand-ins: one tells of a deploy 23 minutes ago, the other can roll it back."""
    async with changes.serving() as told, actions.serving() as done:
        with (shop_config / "services.toml").open("a") as file:
            file.write(ALLOWED.format(changes=told.url, actions=done.url))
        at = datetime.now(UTC) - timedelta(minutes=23)
        told.deployed("8f14e45fceea167a5a36dedd4bea2543", f"{at:%Y-%m-%dT%H:%M:%SZ}")
        yield shop_config


@pytest_asyncio.fixture
async def shop_bot(start_bot: StartBot, large_database: str) -> Bot:
    """A running bot that may look at the shop, end idle sessions and roll back."""
    return await start_bot(
        SHOP_DATABASE_URL=large_database.replace("tocsin:root@", "diag:diag@"),
        SHOP_MITIGATION_URL=large_database.replace("tocsin:root@", "mitigate:mitigate@"),
        GITHUB_TOKEN=changes.TOKEN,
    )


async def test_the_leak_its_age_its_application_and_its_deploy_are_one_sentence_with_both_ways_out(
    practice: PracticeDriver, shop_bot: Bot, large_database: str
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    app = large_database.replace("tocsin:root@", "app:app@")
    async with leaked(app, LEAKED), at_rest(app, 1, "api"):
        await practice.person("alice").command("/diagnose", "all", channel=room)
        verdict = await practice.message(channel=room, contains="a connection leak", seconds=20)
        await practice.until(lambda: "Look again" in str(room.messages[str(verdict["ts"])]) or None)
    message = room.messages[str(verdict["ts"])]
    told = said(message)
    headline = (
        r"46 of 47 usable slots are taken, 44 sit idle in a transaction for up to \d+(\.\d)? m?s, "
        r"from reports-export, deployed 23 min ago: a connection leak\. "
        r"We are sure of it \(0\.95, \d+ of \d+ signs checked\)\."
    )
    assert re.search(headline, told), told
    assert "Also considered" not in told
    assert "bad deploy" not in told
    labels = [
        element["text"]["text"]
        for block in message["blocks"]
        for element in block.get("elements", ())
        if element.get("type") == "button"
    ]
    assert labels[:2] == [
        "End sessions that sit idle in a transaction…",
        "Roll back by the workflow on GitHub…",
    ]
    assert changes.TOKEN not in str(practice.messages(room))
    assert shop_bot.runs
