"""A schema change that everybody queues behind is cancelled from the button under its verdict."""

from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_mitigate import ALLOWED
from tests.acceptance.two_people import room_of
from tests.diagnostics.faults import WAITING, locked, running
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

ALTER = "ALTER TABLE orders ADD note text"
READ = "SELECT count(*) FROM orders"


@pytest.fixture
def config_folder(shop_config: Path) -> Path:
    with (shop_config / "services.toml").open("a") as file:
        file.write(ALLOWED.replace("end-idle", "cancel-ddl"))
    return shop_config


@pytest_asyncio.fixture
async def mending_bot(start_bot: StartBot, shop_database: str) -> Bot:
    """A running bot that may look at the shop's database, and with other credentials change it."""
    async with await psycopg.AsyncConnection.connect(shop_database, autocommit=True) as connection:
        await connection.execute("CREATE TABLE orders (id int)")
        await connection.execute("ALTER TABLE orders OWNER TO app")
    return await start_bot(
        SHOP_DATABASE_URL=shop_database.replace("tocsin:root@", "diag:diag@"),
        SHOP_MITIGATION_URL=shop_database.replace("tocsin:root@", "mitigate:mitigate@"),
    )


async def test_the_verdict_offers_to_cancel_it_and_those_behind_it_go_on(
    practice: PracticeDriver, mending_bot: Bot, shop_database: str
) -> None:
    room = await room_of(practice)
    app = shop_database.replace("tocsin:root@", "app:app@")
    async with (
        locked(app, "orders", mode="ACCESS SHARE", application="report") as report,
        running(app, ALTER, application="migration", until=WAITING),
        AsyncExitStack() as behind,
    ):
        for _ in range(4):  # with the schema change five wait: few enough to be no news otherwise
            await behind.enter_async_context(running(app, READ, application="api", until=WAITING))
        verdict = await room.diagnosed("db")
        assert "Cancel the schema change that" in said(verdict)
        plan = await room.offered(verdict)
        assert "of migration, which has waited for its lock" in said(plan)
        assert "4 → 0 sessions queued behind a schema change" in await room.approved(plan)
        assert await report.fetchval("SELECT 1") == 1
    assert mending_bot.runs
