"""A leak is ended over the wire: on a real PostgreSQL, by two people, with everything on the record."""

from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_declare import declared
from tests.acceptance.test_shell import tocsin
from tests.acceptance.two_people import room_of
from tests.diagnostics.faults import filled
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json
from tocsin_practice.reading import said

ALLOWED = """
[[services.payments.mitigations]]
kind = "postgres"
name = "db"
actions = ["end-idle"]
dsn_env = "SHOP_MITIGATION_URL"
idle_after = 10
"""
IDLE = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND usename = 'app'"
# Only what has been idle for ten seconds may be ended; the server itself says when that is.
OLD = """
SELECT pg_sleep(greatest(0, extract(epoch FROM max(state_change) + interval '10.2 s' - clock_timestamp())))
  FROM pg_stat_activity WHERE state = 'idle in transaction' AND usename = 'app'
"""


@pytest.fixture
def config_folder(shop_config: Path) -> Path:
    with (shop_config / "services.toml").open("a") as file:
        file.write(ALLOWED)
    return shop_config


@pytest_asyncio.fixture
async def mending_bot(start_bot: StartBot, shop_database: str) -> Bot:
    """A running bot that may look at the shop's database, and with other credentials change it."""
    return await start_bot(
        SHOP_DATABASE_URL=shop_database.replace("tocsin:root@", "diag:diag@"),
        SHOP_MITIGATION_URL=shop_database.replace("tocsin:root@", "mitigate:mitigate@"),
    )


async def asked(database: str, query: str) -> object:
    """What the superuser is told."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        row = await (await connection.execute(query)).fetchone()
    return row[0] if row else None


async def test_a_leak_is_ended_by_two_people_and_the_record_tells_it_all(
    practice: PracticeDriver, mending_bot: Bot, shop_database: str
) -> None:
    room = await room_of(practice)
    async with filled(shop_database.replace("tocsin:root@", "app:app@")) as count:
        verdict = said(await room.diagnosed("db"))
        assert "a connection leak" in verdict
        assert "End sessions that sit idle" in verdict

        await asked(shop_database, OLD)
        plan = await room.asked("end-idle db")
        for words in (f"End {count} sessions", "of reports-export", "idle in transaction for ", ": pids "):
            assert words in said(plan)
        card = said(await room.heard("A fix waits for approval"))
        assert f"End {count} sessions" in card
        assert f"/{str(plan['ts']).replace('.', '')}" in card.replace("/p", "/")

        await room.refused(plan)
        assert await asked(shop_database, IDLE) == count
        assert f"{count} → 0 idle in a transaction" in await room.approved(plan)
        assert await asked(shop_database, IDLE) == 0

    await room.looked_again(plan)
    assert "A fix waits" not in said(room.channel.messages[room.channel.pins[0].ts])
    ts = str(plan["ts"])
    assert await practice.message(channel=room.channel, contains="idle in a transaction", thread_ts=ts)
    await room.on_record(
        "asked for a mitigation",
        f"proposed for {room.alice.mention}",
        f"{room.bob.mention} approved",
        "before changing it (critical)",
        "began on payments db",
        f"{count} → 0 idle",
        "after the change",
    )
    assert "mitigate:mitigate" not in str(practice.messages(room.channel))
    assert mending_bot.runs


async def test_from_the_shell_it_is_listed_and_asked_for_but_never_approved(
    practice: PracticeDriver, mending_bot: Bot, shop_database: str, environment: Json
) -> None:
    mine = environment | {"SHOP_MITIGATION_URL": shop_database.replace("tocsin:root@", "mitigate:mitigate@")}
    room = await declared(practice, "alice", "SEV3 payments down")
    line = ("incident", "mitigate", "INC-2026-001")
    async with filled(shop_database.replace("tocsin:root@", "app:app@")) as count:
        code, out = await tocsin(mine, *line)
        assert (code, "end-idle payments db: End sessions that sit idle" in out) == (0, True), out
        code, out = await tocsin(mine, *line, "end-idle", "db")
        assert (code, "--as" in out) == (1, True), out
        code, out = await tocsin(mine, *line, "approve")
        assert (code, "is not offered" in out) == (1, True), out

        await asked(shop_database, OLD)
        code, out = await tocsin(mine, *line, "end-idle", "db", "--as", practice.person("alice").id)
        assert (code, "proposed in the room" in out) == (0, True), out
        await practice.message(channel=room, contains="must approve it by", seconds=20)
        assert await asked(shop_database, IDLE) == count
    assert "mitigate:mitigate" not in out
    assert mending_bot.runs
