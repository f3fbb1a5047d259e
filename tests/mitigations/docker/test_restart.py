"""Containers restarted on a real engine: exactly those planned, and waited for until they are well."""

import re
from dataclasses import replace

import pytest

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Aim, Fate
from mitigations.docker import engine as engine_module
from mitigations.docker.container import read
from tests.diagnostics.docker.dockerd import IMAGE, Dockerd, labels
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.docker.stand import CHECK, IDLE, NEVER, WELL_ONCE, health, started, until

DOCKER = {"kind": "docker", "actions": ["restart"], "settle": 0.2, "healthy_within": 20}


async def test_an_unhealthy_container_is_restarted_and_waited_for_until_it_is_healthy(
    engine: Dockerd, changes: Changes
) -> None:
    api = engine.run("api", WELL_ONCE, healthcheck=CHECK)
    until(lambda: health(api) == "healthy")
    api.exec_run(["/bin/rm", "/tmp/ok"])  # noqa: S108 -- within the container
    until(lambda: health(api) == "unhealthy")
    async with changes(DOCKER | {"url": engine.address, "container": "api"}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        assert (plan.sentence, plan.before) == ("Restart api.", "api unhealthy")
        assert plan.aims[0].identity == (("container", api.id), ("started", started(api)))
        assert plan.aims[0].label.startswith("api, unhealthy, started 20")
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 1}
    assert (result.sentence, result.before, result.after, result.well) == (
        "api was restarted.",
        "api unhealthy",
        "api healthy",
        True,
    )


async def test_one_that_was_unhealthy_and_has_recovered_by_itself_is_left_alone(
    engine: Dockerd, changes: Changes
) -> None:
    api = engine.run("api", WELL_ONCE, healthcheck=CHECK)
    until(lambda: health(api) == "healthy")
    api.exec_run(["/bin/rm", "/tmp/ok"])  # noqa: S108 -- within the container
    until(lambda: health(api) == "unhealthy")
    begun = started(api)
    async with changes(DOCKER | {"url": engine.address, "container": "api"}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        api.exec_run(["/bin/touch", "/tmp/ok"])  # noqa: S108 -- within the container
        until(lambda: health(api) == "healthy")
        result = await mitigators.carry_out(plan)
        (hit,) = result.hits
        again = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert hit.fate is Fate.GONE
    assert hit.words.startswith("It was unhealthy when the plan was made, and is healthy again")
    assert (result.sentence, result.well) == ("api was left alone, well again since the plan.", True)
    assert fates(again) == {Fate.DONE: 1}  # who wants a healthy one restarted gets that
    assert started(api) != begun


async def test_one_that_was_paused_and_goes_on_is_left_alone(engine: Dockerd, changes: Changes) -> None:
    api = engine.run("api", IDLE)
    api.pause()
    async with changes(DOCKER | {"url": engine.address, "container": "api"}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        api.unpause()
        (hit,) = (await mitigators.carry_out(plan)).hits
    assert hit.words == "It was paused when the plan was made, and is running again."


@pytest.mark.parametrize(
    ("codes", "since"), [((1, 0, 0), "T1"), ((0, 0), ""), ((1, 1), ""), ((), ""), ((0, 1, 0), "T2")]
)
def test_a_check_passes_again_since_the_first_time_after_it_failed(
    codes: tuple[int, ...], since: str
) -> None:
    log = [{"ExitCode": code, "End": f"T{number}"} for number, code in enumerate(codes)]
    told = {"Id": "1", "State": {"Status": "running", "Health": {"Status": "healthy", "Log": log}}}
    assert read(told).passing_since == since


async def test_done_again_it_is_not_restarted_twice(engine: Dockerd, changes: Changes) -> None:
    api = engine.run("api", IDLE)
    async with changes(DOCKER | {"url": engine.address, "container": "api"}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        before = started(api)
        assert fates(await mitigators.carry_out(plan)) == {Fate.DONE: 1}
        after = started(api)
        again = await mitigators.carry_out(plan)
    assert fates(again) == {Fate.GONE: 1}
    assert again.sentence == "api was left alone, gone or started anew since the plan."
    assert before != after == started(api)


async def test_a_container_of_the_same_name_that_is_another_by_now_is_left_alone(
    engine: Dockerd, changes: Changes
) -> None:
    engine.run("api", IDLE)
    async with changes(DOCKER | {"url": engine.address, "container": "api"}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        engine.clear()
        new = engine.run("api", IDLE)
        begun = started(new)
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
    assert started(new) == begun


async def test_a_compose_service_is_found_by_its_labels_and_no_other_is_touched(
    engine: Dockerd, changes: Changes
) -> None:
    both = [engine.run(f"shop-api-{n}", IDLE, labels=labels("shop", "api")) for n in (1, 2)]
    others = [
        engine.run("shop-db-1", IDLE, labels=labels("shop", "db")),
        engine.run("other-api-1", IDLE, labels=labels("other", "api")),
    ]
    before = [started(container) for container in (*both, *others)]
    section = DOCKER | {"url": engine.address, "project": "shop", "service": "api"}
    async with changes(section) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        assert plan.sentence == "Restart shop-api-1 and shop-api-2, one after another."
        result = await mitigators.carry_out(plan)
    assert result.after == "shop-api-1 running and shop-api-2 running"
    after = [started(container) for container in (*both, *others)]
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, True, True]


async def test_the_rest_is_left_alone_when_one_does_not_come_back(engine: Dockerd, changes: Changes) -> None:
    first = engine.run("shop-api-1", IDLE, labels=labels("shop", "api"), healthcheck=NEVER)
    second = engine.run("shop-api-2", IDLE, labels=labels("shop", "api"))
    before = (started(first), started(second))
    section = DOCKER | {"url": engine.address, "project": "shop", "service": "api", "healthy_within": 1}
    async with changes(section) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert [hit.fate for hit in result.hits] == [Fate.FAILED, Fate.FAILED]
    assert re.fullmatch(r"It was restarted, and after \d+ s it is \w+\.", result.hits[0].words)
    assert "left alone, since the one before it did not come back" in result.hits[1].words
    assert not result.well
    assert (started(first) == before[0], started(second) == before[1]) == (False, True)


async def test_one_that_ends_at_once_is_not_waited_for(engine: Dockerd, changes: Changes) -> None:
    broken = engine.run("api", "exit 3")
    broken.wait()
    async with changes(DOCKER | {"url": engine.address, "container": "api", "settle": 10}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        assert plan.before == "api exited with 3"
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words.endswith("it is exited with 3.")
    assert result.sentence == "api was not brought back."


async def test_the_engine_s_own_reason_is_said(engine: Dockerd, changes: Changes) -> None:
    engine.client.containers.create(IMAGE, ["/no/such/program"], name="api", network_mode="none")
    async with changes(DOCKER | {"url": engine.address, "container": "api"}) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "restart")))
    assert fates(result) == {Fate.FAILED: 1}
    assert "The engine refuses: " in result.hits[0].words
    assert "/no/such/program" in result.hits[0].words


async def test_no_more_than_the_cap_are_restarted(engine: Dockerd, changes: Changes) -> None:
    for number in (1, 2):
        engine.run(f"shop-api-{number}", IDLE, labels=labels("shop", "api"))
    section = DOCKER | {"url": engine.address, "project": "shop", "service": "api", "cap": 1}
    async with changes(section) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
    assert (len(plan.aims), plan.left_out) == (1, 1)
    assert plan.sentence == "Restart shop-api-1. 1 more must wait: 1 at once is the most."


async def test_a_container_that_is_not_there_is_named(engine: Dockerd, changes: Changes) -> None:
    async with changes(DOCKER | {"url": engine.address, "container": "nobody"}) as mitigators:
        with pytest.raises(Refused, match="There is no container nobody on the engine of payments db"):
            await mitigators.plan(offered(mitigators, "restart"))


@pytest.mark.parametrize("forged", ["../../volumes/prune", "api", "", "abc/../def?t=1"])
async def test_an_id_that_is_none_is_refused(engine: Dockerd, changes: Changes, forged: str) -> None:
    api = engine.run("api", IDLE)
    begun = started(api)
    async with changes(DOCKER | {"url": engine.address, "container": "api"}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        aim = Aim("api", (("container", forged), ("started", begun)))
        with pytest.raises(Refused, match=r"cannot be read. Nothing was changed"):
            await mitigators.carry_out(replace(plan, aims=(*plan.aims, aim)))
    assert started(api) == begun


async def test_an_engine_that_stands_still_ends_the_attempt(
    engine: Dockerd, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.run("api", IDLE)
    async with changes(DOCKER | {"url": engine.address, "container": "api"}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "restart"))
        monkeypatch.setattr(engine_module, "PATIENCE", 0.3)
        with engine.frozen():
            with pytest.raises(Unavailable, match="The Docker engine of payments db: it does not answer in"):
                await mitigators.carry_out(plan)
            with pytest.raises(Unavailable, match="it does not answer in time"):
                await mitigators.plan(plan.offer)
        monkeypatch.setattr(engine_module, "PATIENCE", 10.0)
        assert (await mitigators.carry_out(plan)).well


async def test_an_engine_that_is_not_there_is_told(changes: Changes) -> None:
    async with changes(DOCKER | {"url": "unix:///nowhere/docker.sock", "container": "api"}) as mitigators:
        with pytest.raises(Unavailable, match="it cannot be spoken to"):
            await mitigators.plan(offered(mitigators, "restart"))
