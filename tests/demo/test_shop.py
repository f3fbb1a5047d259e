"""The shop's faults on a real PostgreSQL: what they do to it, and that healing ends them."""

from http import HTTPStatus

import aiohttp
import asyncpg
import pytest

from demo.shop.accounts import Program, Role
from demo.shop.open import Shop
from demo.shop.scene import Deed, DeedFailedError

PATIENT = aiohttp.ClientTimeout(total=20)


async def pay(client: aiohttp.ClientSession, shop: Shop) -> tuple[int, str]:
    async with client.post(f"{shop.api}/pay", timeout=PATIENT) as answer:
        return answer.status, (await answer.json()).get("reason", "")


async def test_a_healthy_shop_takes_payments(shop: Shop, client: aiohttp.ClientSession) -> None:
    assert await pay(client, shop) == (HTTPStatus.CREATED, "")
    state = await shop.scene.state()
    assert (state.database, state.api, state.leaked, state.locked) == ("running", HTTPStatus.OK, 0, False)


async def test_a_leak_takes_every_usable_slot_and_new_connections_are_refused_with_53300(shop: Shop) -> None:
    await shop.scene.do(Deed.LEAK)
    with pytest.raises(asyncpg.TooManyConnectionsError) as refused:
        await shop.database.connect(Role.DIAGNOSIS, Program.PANEL)
    assert refused.value.sqlstate == "53300"
    state = await shop.scene.state()
    assert (state.used, state.usable) == (47, 47)


async def test_a_leak_stops_payments_while_the_service_itself_is_alive(
    shop: Shop, client: aiohttp.ClientSession
) -> None:
    await shop.scene.do(Deed.LEAK)
    no_slot = "The database has no free connection slot."
    assert await pay(client, shop) == (HTTPStatus.SERVICE_UNAVAILABLE, no_slot)
    async with client.get(f"{shop.api}/ready") as ready, client.get(f"{shop.api}/health") as health:
        assert (ready.status, health.status) == (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.OK)


async def test_a_connection_opened_before_the_leak_sees_idle_transactions_of_one_application(
    shop: Shop,
) -> None:
    warm = await shop.database.connect(Role.DIAGNOSIS, Program.PANEL)
    await shop.scene.do(Deed.LEAK)
    rows = await warm.fetch(
        "SELECT application_name, count(*) FROM pg_stat_activity "
        "WHERE state = 'idle in transaction' GROUP BY 1"
    )
    await warm.close()
    assert [row["application_name"] for row in rows] == ["reports-export"]
    assert rows[0]["count"] > 40


async def test_healing_ends_a_leak_and_payments_go_through(shop: Shop, client: aiohttp.ClientSession) -> None:
    await shop.scene.do(Deed.LEAK)
    await shop.scene.do(Deed.HEAL)
    assert await pay(client, shop) == (HTTPStatus.CREATED, "")
    assert (await shop.scene.state()).leaked == 0


async def test_a_leak_whose_connections_somebody_ends_does_not_come_back(shop: Shop) -> None:
    await shop.scene.do(Deed.LEAK)
    owner = await shop.database.connect_owner()
    await owner.fetch(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE application_name = 'reports-export'"
    )
    await shop.scene.do(Deed.START)  # looks at the database, and changes nothing
    left = await owner.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'reports-export'"
    )
    await owner.close()
    assert left == 0


async def test_whoever_needs_the_orders_waits_behind_a_held_lock(shop: Shop) -> None:
    await shop.scene.do(Deed.LOCK)
    waiter = await shop.database.connect(Role.REPORTS, Program.EXPORT)
    with pytest.raises(TimeoutError):
        await waiter.fetchval("SELECT count(*) FROM orders", timeout=0.3)
    await waiter.close()
    state = await shop.scene.state()
    assert state.locked
    assert (state.api, state.reason) == (503, "The database did not answer in time.")


async def test_the_lock_is_held_by_an_idle_migration(shop: Shop, client: aiohttp.ClientSession) -> None:
    await shop.scene.do(Deed.LOCK)
    owner = await shop.database.connect_owner()
    async with client.get(f"{shop.api}/ready", timeout=PATIENT) as ready:
        assert ready.status == HTTPStatus.SERVICE_UNAVAILABLE
    locks = await owner.fetch(
        "SELECT application_name, state FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE relation = 'orders'::regclass AND mode = 'AccessExclusiveLock' AND granted"
    )
    await owner.close()
    assert [tuple(row) for row in locks] == [("schema-migration", "idle in transaction")]


async def test_healing_releases_the_lock(shop: Shop, client: aiohttp.ClientSession) -> None:
    await shop.scene.do(Deed.LOCK)
    await shop.scene.do(Deed.HEAL)
    assert await pay(client, shop) == (HTTPStatus.CREATED, "")
    assert not (await shop.scene.state()).locked


async def test_stopping_and_starting_the_database_stops_and_resumes_payments(
    shop: Shop, client: aiohttp.ClientSession
) -> None:
    await shop.scene.do(Deed.STOP)
    assert await pay(client, shop) == (HTTPStatus.SERVICE_UNAVAILABLE, "The database cannot be reached.")
    assert (await shop.scene.state()).database == "stopped"
    await shop.scene.do(Deed.START)
    assert await pay(client, shop) == (HTTPStatus.CREATED, "")


async def test_a_database_that_was_killed_is_healed_too(shop: Shop, client: aiohttp.ClientSession) -> None:
    owner = await shop.database.connect_owner()
    await owner.execute("SELECT 1")
    await shop.scene.do(Deed.STOP)
    await shop.scene.do(Deed.HEAL)
    owner.terminate()
    assert await pay(client, shop) == (HTTPStatus.CREATED, "")


async def test_healing_leaves_nothing_of_the_outage_in_the_counters(shop: Shop) -> None:
    await shop.scene.do(Deed.LEAK)
    await shop.scene.do(Deed.HEAL)
    owner = await shop.database.connect_owner()
    rolled_back = await owner.fetchval(
        "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()"
    )
    owner.terminate()
    assert rolled_back < 10


async def test_a_stopped_database_cannot_leak_and_says_what_to_do(shop: Shop) -> None:
    await shop.scene.do(Deed.STOP)
    with pytest.raises(DeedFailedError, match="Start it first"):
        await shop.scene.do(Deed.LEAK)
