"""Several targets of one service at once: the cause stands first, what follows from it stands below."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from incidents.evidence import Examination
from tests.diagnosis import cache, postgres
from tests.diagnosis.case import NOTHING, Case, Group, looking, looking_at_several
from tests.diagnostics.faults import filled
from tests.diagnostics.redis.server import fill, free_port
from tests.diagnostics.serving import says, serving

WELL = says({"status": "ok"})
UNREADY = {"/health": WELL, "/ready": says({"status": "down", "checks": {"db": "down"}}, 503)}
FRONT = {"orders": ("store",), "users": ("store",), "web": ("orders", "users")}
FAILING = {"/health": says({"status": "down"}, 500), "/ready": says({"status": "down"}, 500)}


def api(url: str) -> dict[str, object]:
    return {"kind": "http", "name": "api", "url": url, "health": "/health", "ready": "/ready"}


async def all_well(small: str) -> Examination:
    with postgres.shop(small) as dsn, cache.server() as redis:
        async with (
            serving({"/health": WELL, "/ready": WELL}) as url,
            looking(postgres.of(dsn), cache.of(redis.url), api(url)) as look,
        ):
            return await look()


async def leak_below_a_service(small: str) -> Examination:
    with postgres.shop(small) as dsn, cache.server() as redis:
        async with (
            serving(UNREADY) as url,
            looking(postgres.of(dsn), cache.of(redis.url), api(url)) as look,
            filled(postgres.app(dsn)),
        ):
            return await look()


async def full_cache_below_a_service(small: str) -> Examination:
    with postgres.shop(small) as dsn, cache.server(*cache.FULL, "noeviction") as redis:
        with redis.client() as client:
            fill(client, 10_000)
        async with (
            serving(FAILING) as url,
            looking(postgres.of(dsn), cache.of(redis.url), api(url)) as look,
        ):
            return await look()


async def database_down_below_a_service(_small: str) -> Examination:
    gone = f"postgresql://diag@127.0.0.1:{free_port()}/shop"
    async with serving(FAILING) as url, looking(postgres.of(gone), api(url)) as look:
        return await look()


async def above_one_database(small: str, *, leak: bool) -> Examination:
    """Three services over HTTP, two on the database of a fourth and one on those, and that database."""
    answers = UNREADY if leak else {"/health": WELL, "/ready": WELL}
    with postgres.shop(small) as dsn:
        async with AsyncExitStack() as stack:
            services = {"store": [postgres.of(dsn)]}
            for key in FRONT:
                services[key] = [api(await stack.enter_async_context(serving(answers)))]
            look = await stack.enter_async_context(looking_at_several(services, FRONT))
            if leak:
                await stack.enter_async_context(filled(postgres.app(dsn)))
            return await look()


async def leak_below_three_services(small: str) -> Examination:
    return await above_one_database(small, leak=True)


async def three_services_well(small: str) -> Examination:
    return await above_one_database(small, leak=False)


async def one_database_down_for_three(_small: str) -> Examination:
    gone = f"postgresql://diag@127.0.0.1:{free_port()}/shop"
    async with looking_at_several({key: [postgres.of(gone)] for key in FRONT}, {}) as look:
        return await look()


@asynccontextmanager
async def opened() -> AsyncIterator[str]:
    async with postgres.opened() as small, cache.opened():
        yield small


GROUP = Group(
    "Together",
    opened,
    (
        Case("database, cache and service well", NOTHING, all_well),
        Case("a leak, the service not ready", "DB_CONN_EXHAUSTION_LEAK", leak_below_a_service),
        Case("a full Redis, the service failing", "REDIS_OOM", full_cache_below_a_service),
        Case("a database down, the service failing", "DB_DOWN", database_down_below_a_service),
        Case("three services on one database, well", NOTHING, three_services_well),
        Case("a leak below three services", "CASCADING", leak_below_three_services),
        Case("one database down for three services", "SHARED_FAILURE", one_database_down_for_three),
    ),
)
