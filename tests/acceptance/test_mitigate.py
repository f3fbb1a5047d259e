"""A leak is ended over the wire: on a real PostgreSQL, by two people, with everything on the record."""

from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.test_declare import declared
from tests.acceptance.test_shell import tocsin
from tests.diagnostics.faults import filled
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel, Json
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


async def proposed(practice: PracticeDriver, room: Channel, database: str) -> str:
    """Alice asks for it once the leak is old enough; the timestamp of the plan's message."""
    await asked(database, OLD)
    alice = practice.person("alice")
    await alice.command("/incident", "mitigate end-idle db", channel=room)
    await alice.ephemeral("Looking up what", channel=room)
    plan = await practice.message(channel=room, contains="must approve it by", seconds=20)
    return str(plan["ts"])


async def test_a_leak_is_ended_by_two_people_and_the_record_tells_it_all(
    practice: PracticeDriver, mending_bot: Bot, shop_database: str
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice, bob = practice.person("alice"), practice.person("bob")
    bob.join(room)
    async with filled(shop_database.replace("tocsin:root@", "app:app@")) as count:
        await alice.command("/diagnose", "db", channel=room)
        verdict = await practice.message(channel=room, contains="End sessions that sit idle")
        assert "a connection leak" in said(verdict)

        ts = await proposed(practice, room, shop_database)
        plan = said(room.messages[ts])
        assert f"End {count} sessions" in plan
        assert "of reports-export" in plan
        assert "idle in transaction for " in plan
        assert ": pids " in plan
        card = said(await practice.message(channel=room, contains="A fix waits for approval"))
        assert f"End {count} sessions" in card
        assert f"/{ts.replace('.', '')}" in card.replace("/p", "/")

        await alice.press("approve", ts=ts, in_channel=room)
        await alice.ephemeral("somebody else must approve it", channel=room)
        assert await asked(shop_database, IDLE) == count

        await bob.press("approve", ts=ts, in_channel=room)
        done = said(await practice.message(channel=room, contains="Asked for by", seconds=30))
        assert f"{count} → 0 idle in a transaction" in done
        assert await asked(shop_database, IDLE) == 0

    await practice.message(channel=room, contains="After the change", seconds=30)
    assert "*Done* at" in said(room.messages[ts])
    assert "A fix waits" not in said(room.messages[room.pins[0].ts])
    assert await practice.message(channel=room, contains="idle in a transaction", thread_ts=ts)
    await alice.command("/incident", "timeline", channel=room)
    timeline = said(await alice.ephemeral("Timeline of", channel=room))
    for step in (
        "asked for a mitigation",
        f"proposed for {alice.mention}",
        f"{bob.mention} approved",
        "before changing it (critical)",
        "began on payments db",
        f"{count} → 0 idle",
        "after the change",
    ):
        assert step in timeline, timeline
    assert "mitigate:mitigate" not in str(practice.messages(room))
    assert mending_bot.runs


async def test_the_commander_alone_breaks_the_glass_and_the_room_is_told(
    practice: PracticeDriver, mending_bot: Bot, shop_database: str
) -> None:
    room = await declared(practice, "alice", "SEV1 payments down")
    alice = practice.person("alice")
    await alice.press("take:commander", in_channel=room)
    async with filled(shop_database.replace("tocsin:root@", "app:app@")) as count:
        ts = await proposed(practice, room, shop_database)
        await alice.press("break_glass", ts=ts, in_channel=room)
        form = await alice.view(callback_id="break_glass")
        await alice.submit(form, {"reason": "nobody else is awake"})

        told = said(await practice.message(channel=room, contains="broke the glass"))
        assert "nobody else is awake" in told
        await practice.message(channel=room, contains=f"{count} → 0 idle", seconds=30)
    assert await asked(shop_database, IDLE) == 0
    assert mending_bot.runs


async def test_what_nobody_approves_expires_and_changes_nothing(
    practice: PracticeDriver, mending_bot: Bot, shop_database: str
) -> None:
    room = await declared(practice, "alice", "SEV3 payments down")
    async with filled(shop_database.replace("tocsin:root@", "app:app@")) as count:
        ts = await proposed(practice, room, shop_database)
        await mending_bot.advance(minutes=10.1)
        await practice.message(channel=room, contains="Nobody approved this in time", seconds=20)

        def has_expired() -> bool | None:
            return "*Expired* at" in said(room.messages[ts]) or None

        await practice.until(has_expired)
        await practice.until(lambda: "A fix waits" not in said(room.messages[room.pins[0].ts]) or None)
        assert await asked(shop_database, IDLE) == count


async def test_from_the_shell_it_is_listed_and_asked_for_but_never_approved(
    practice: PracticeDriver, mending_bot: Bot, shop_database: str, environment: Json
) -> None:
    mine = environment | {"SHOP_MITIGATION_URL": shop_database.replace("tocsin:root@", "mitigate:mitigate@")}
    room = await declared(practice, "alice", "SEV3 payments down")
    line = ("incident", "mitigate", "INC-2026-001")
    code, out = await tocsin(mine, *line)
    assert (code, "end-idle payments db: End sessions that sit idle" in out) == (0, True), out
    code, out = await tocsin(mine, *line, "end-idle", "db")
    assert (code, "--as" in out) == (1, True), out
    code, out = await tocsin(mine, *line, "approve")
    assert (code, "is not offered" in out) == (1, True), out

    async with filled(shop_database.replace("tocsin:root@", "app:app@")) as count:
        await asked(shop_database, OLD)
        code, out = await tocsin(mine, *line, "end-idle", "db", "--as", practice.person("alice").id)
        assert (code, "proposed in the room" in out) == (0, True), out
        await practice.message(channel=room, contains="must approve it by", seconds=20)
        assert await asked(shop_database, IDLE) == count
    assert "mitigate:mitigate" not in out
    assert mending_bot.runs
