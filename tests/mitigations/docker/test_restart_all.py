"""A whole compose project restarted on a real engine, from the bottom up."""

import pytest

from incidents.errors import Refused
from incidents.mitigation import Fate
from tests.diagnostics.docker.dockerd import Dockerd
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.docker.stand import CHECK, NEVER, WELL_ONCE, health, service, started, until

PROJECT = {"kind": "docker", "actions": ["restart-all"], "project": "shop"} | {
    "settle": 0.2,
    "healthy_within": 20,
}
ON_DB, ON_API = "db:service_healthy:true", "api:service_started:false"


async def test_all_of_a_project_is_restarted_from_the_bottom_up(engine: Dockerd, changes: Changes) -> None:
    proxy, api = service(engine, "proxy", ON_API), service(engine, "api", ON_DB)
    db = service(engine, "db", script=WELL_ONCE, healthcheck=CHECK)
    other = engine.run("other-db-1", WELL_ONCE, labels={"com.docker.compose.project": "other"})
    until(lambda: health(db) == "healthy")
    db.exec_run(["/bin/rm", "/tmp/ok"])  # noqa: S108 -- within the container
    until(lambda: health(db) == "unhealthy")
    before = started(other)
    async with changes(PROJECT | {"url": engine.address}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart-all"))
        assert plan.sentence == (
            "Restart all of shop, 3 containers from the bottom up: db, then api, then proxy."
        )
        assert "2 to 3 min" in plan.effect
        result = await mitigators.carry_out(plan)
        assert (result.sentence, result.before, result.after, result.well) == (
            "shop-db-1, shop-api-1 and shop-proxy-1 were restarted.",
            "2 of 3 well (shop-db-1 unhealthy)",
            "3 of 3 well",
            True,
        )
        begun = [started(container) for container in (db, api, proxy)]
        assert begun == sorted(begun)
        again = await mitigators.carry_out(plan)
    assert fates(again) == {Fate.GONE: 3}
    assert [started(container) for container in (db, api, proxy)] == begun
    assert started(other) == before


async def test_a_layer_that_does_not_come_back_leaves_those_above_alone(
    engine: Dockerd, changes: Changes
) -> None:
    db = service(engine, "db", healthcheck=NEVER)
    api, before = (made := service(engine, "api", ON_DB)), started(made)
    begun = started(db)
    async with changes(PROJECT | {"url": engine.address, "healthy_within": 1}) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart-all")))
    assert fates(result) == {Fate.FAILED: 2}
    assert result.hits[1].words.startswith("It was left alone, since what stands below it")
    assert not result.well
    assert (started(db) == begun, started(api) == before) == (False, True)


async def test_a_restart_that_was_cut_off_goes_on_with_the_layers_that_are_left(
    engine: Dockerd, changes: Changes
) -> None:
    db, api = service(engine, "db"), service(engine, "api", ON_DB)
    async with changes(PROJECT | {"url": engine.address}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart-all"))
        db.restart(timeout=0)  # as the first try did
        begun, before = started(db), started(api)
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 1, Fate.GONE: 1}
    assert result.well
    assert (started(db) == begun, started(api) == before) == (True, False)


async def test_a_task_that_is_done_is_not_done_again(engine: Dockerd, changes: Changes) -> None:
    migrate = service(engine, "migrate", script="exit 0")
    migrate.wait()
    begun = started(migrate)
    service(engine, "api", "migrate:service_completed_successfully:false")
    async with changes(PROJECT | {"url": engine.address}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart-all"))
        assert plan.sentence.endswith("api. shop-migrate-1 stays as it is: its task is done.")
        assert (await mitigators.carry_out(plan)).well
    assert started(migrate) == begun


async def test_one_made_for_a_single_command_is_no_part_of_it(engine: Dockerd, changes: Changes) -> None:
    service(engine, "api")
    engine.client.containers.list()[0].rename("shop-api-9")
    console = service(engine, "api", more={"com.docker.compose.oneoff": "True"})
    begun = started(console)
    async with changes(PROJECT | {"url": engine.address}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart-all"))
        assert [aim.label.partition(",")[0] for aim in plan.aims] == ["shop-api-9"]
        await mitigators.carry_out(plan)
    assert started(console) == begun


async def test_what_an_older_compose_made_needs_the_operator_s_order(
    engine: Dockerd, changes: Changes
) -> None:
    service(engine, "api", None)
    service(engine, "db", None)
    async with changes(PROJECT | {"url": engine.address}) as mitigators:
        with pytest.raises(Refused, match='write order = \\["db", "api"\\]'):
            await mitigators.plan(offered(mitigators, "restart-all"))
    async with changes(PROJECT | {"url": engine.address, "order": ["db", "api"]}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart-all"))
        assert plan.sentence.endswith("db, then api.")


async def test_a_part_of_a_project_is_no_full_restart(engine: Dockerd, changes: Changes) -> None:
    service(engine, "api")
    service(engine, "db")
    async with changes(PROJECT | {"url": engine.address, "cap": 1}) as mitigators:
        with pytest.raises(Refused, match="2 containers, and 1 at once is the most"):
            await mitigators.plan(offered(mitigators, "restart-all"))


async def test_a_project_that_is_not_there_is_named(engine: Dockerd, changes: Changes) -> None:
    async with changes(PROJECT | {"url": engine.address}) as mitigators:
        with pytest.raises(Refused, match="No container of shop is to run on the engine of payments db"):
            await mitigators.plan(offered(mitigators, "restart-all"))
