"""A bot with something that it may change: its connection for that stands while it runs and ends with it."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import StartBot
from tests.diagnostics.faults import gone, seen

KEPT = "application_name = 'tocsin:mitigation' AND usename = 'diag'"
MITIGATIONS = """
[[services.payments.mitigations]]
kind = "postgres"
name = "db"
actions = ["end-idle"]
dsn_env = "SHOP_MITIGATION_URL"
"""


@pytest.fixture
def config_folder(shop_config: Path) -> Path:
    with (shop_config / "services.toml").open("a") as file:
        file.write(MITIGATIONS)
    return shop_config


async def test_the_connection_for_changing_is_kept_while_the_bot_runs(
    start_bot: StartBot, shop_database: str
) -> None:
    address = shop_database.replace("tocsin:root@", "diag:diag@")
    bot = await start_bot(SHOP_DATABASE_URL=address, SHOP_MITIGATION_URL=address)
    await seen(shop_database, KEPT)
    await bot.stop()
    await gone(shop_database, KEPT)
    assert "diag:diag" not in bot.said()


async def test_a_database_that_does_not_answer_keeps_no_bot_from_starting(start_bot: StartBot) -> None:
    nowhere = "postgresql://diag:diag@127.0.0.1:1/shop"
    bot = await start_bot(SHOP_DATABASE_URL=nowhere, SHOP_MITIGATION_URL=nowhere)
    assert bot.runs
    assert "diag:diag" not in bot.said()
