"""A workload changed over a stand-in for the API: only as planned, and if nobody changed it meanwhile."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Fate, Plan
from incidents.texts import timing
from mitigations.mitigators import Mitigators
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.kubernetes.standin import REVISION, TOKEN, Api, pod, replica_set, serving

ALL = ["rollout-restart", "undo", "scale-up", "delete-pods"]
ROLLOUTS = ["rollout-restart", "undo", "scale-up"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitigations.kubernetes.rollout.STEP", 0.05)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving(Api()) as stand:
        yield stand


def changing(changes: Changes, api: Api, **settings: object) -> AbstractAsyncContextManager[Mitigators]:
    section = {"kind": "kubernetes", "actions": ALL, "namespace": "shop", "workload": "deployment/payments"}
    ways = {"server": api.address, "token": TOKEN, "most": 3, "ready_within": 20}
    return changes(section | ways | settings)


def patches(api: Api) -> int:
    return sum(asked.startswith("PATCH") for asked in api.asked)


async def test_a_rollout_is_restarted_and_waited_for(api: Api, changes: Changes) -> None:
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "rollout-restart"))
        assert plan.sentence == "Restart the 2 pods of deployment/payments, as its strategy has it."
        assert plan.aims[0].identity == (("uid", "uid-1"), ("generation", "7"))
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 1}
    assert (result.before, result.after, result.well) == ("2 of 2 ready", "2 of 2 ready", True)
    marks = api.deployment["spec"]["template"]["metadata"]["annotations"]
    assert marks == {"kubectl.kubernetes.io/restartedAt": "2026-11-21T14:00:00+00:00"}


async def test_a_deployment_is_rolled_back_to_the_revision_before(api: Api, changes: Changes) -> None:
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "undo"))
        assert plan.sentence == "Roll deployment/payments back from revision 2 (shop:2) to 1 (shop:1)."
        result = await mitigators.carry_out(plan)
    assert (result.before, result.after) == ("shop:2, 2 of 2 ready", "shop:1, 2 of 2 ready")
    assert result.sentence == "deployment/payments was rolled back, and all its pods are ready."
    assert result.well
    assert api.image == "shop:1"
    assert api.deployment["spec"]["template"]["metadata"]["labels"] == {"app": "payments"}


async def test_replicas_are_added_up_to_the_bound_and_no_further(api: Api, changes: Changes) -> None:
    async with changing(changes, api, step=5) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "scale-up"))
        assert plan.sentence == "Scale deployment/payments from 2 to 3 replicas."
        assert (await mitigators.carry_out(plan)).after == "3 of 3 ready"
        with pytest.raises(Refused, match="has 3 replicas, and 3 is the most allowed"):
            await mitigators.plan(plan.offer)


@pytest.mark.parametrize("word", ROLLOUTS)
async def test_done_again_nothing_is_changed_twice(api: Api, changes: Changes, word: str) -> None:
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, word))
        await mitigators.carry_out(plan)
        again = await mitigators.carry_out(plan)
    assert fates(again) == {Fate.GONE: 1}
    assert patches(api) == 1
    assert again.sentence.endswith("was left alone: somebody or something has changed it since the plan.")


@pytest.mark.parametrize("word", ROLLOUTS)
async def test_one_that_somebody_changed_meanwhile_is_left_alone(
    api: Api, changes: Changes, word: str
) -> None:
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, word))
        api.deployment["metadata"]["generation"] += 1
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
    assert patches(api) == 0


@pytest.mark.parametrize("word", ROLLOUTS)
async def test_one_that_was_made_anew_is_left_alone(api: Api, changes: Changes, word: str) -> None:
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, word))
        api.deployment["metadata"]["uid"] = "uid-2"
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
    assert patches(api) == 0


@pytest.mark.parametrize("word", ROLLOUTS)
async def test_a_status_that_changes_in_between_is_no_reason_to_give_up(
    api: Api, changes: Changes, word: str
) -> None:
    api.meddle = 2
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, word))
        assert fates(await mitigators.carry_out(plan)) == {Fate.DONE: 1}
    assert patches(api) == 3


async def test_a_workload_that_was_short_of_pods_and_is_whole_again_is_not_restarted(
    api: Api, changes: Changes
) -> None:
    api.prompt = False
    api.settle(ready=1)
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "rollout-restart"))
        api.settle()
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.GONE: 1}
        assert result.sentence.endswith(
            "was left alone: it was 1 of 2 ready when the plan was made, and is 2 of 2 ready."
        )
        assert patches(api) == 0
        api.prompt = True
        wanted = await mitigators.plan(offered(mitigators, "rollout-restart"))
        assert fates(await mitigators.carry_out(wanted)) == {Fate.DONE: 1}


async def test_a_rollout_that_does_not_get_ready_is_said_with_how_it_is(api: Api, changes: Changes) -> None:
    async with changing(changes, api, ready_within=1) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "rollout-restart"))
        api.prompt = False
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.FAILED: 1}
    assert result.sentence.startswith("deployment/payments was restarted, but after ")
    assert result.sentence.endswith(" s it is 2 of 2 ready, its rollout not over.")
    assert not result.well


async def test_only_pods_that_are_not_ready_are_deleted_and_only_its_own(api: Api, changes: Changes) -> None:
    api.prompt = False
    ill = [pod("payments-x", ready=False), pod("payments-y", ready=False)]
    foreign = pod("payments-z", ready=False, owner="rs-uid-9-1")
    api.pods += [*ill, foreign]
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "delete-pods"))
        assert [aim.label for aim in plan.aims] == [
            "payments-x, CrashLoopBackOff",
            "payments-y, CrashLoopBackOff",
        ]
        back = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-21T03:12:00Z"}
        ill[1]["status"]["conditions"] = [back]  # meanwhile
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.DONE: 1, Fate.GONE: 1}
        assert result.sentence == (
            "1 pod of deployment/payments deleted; 1 pod left alone, gone or ready since the plan."
        )
        assert (
            result.hits[1].words
            == f"It is ready again since {timing(datetime(2026, 11, 21, 3, 12, tzinfo=UTC))}."
        )
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 2}
    assert [each["metadata"]["name"] for each in api.pods] == [
        "payments-a",
        "payments-b",
        "payments-y",
        "payments-z",
    ]


async def test_a_pod_of_the_same_name_that_is_another_is_left_alone(api: Api, changes: Changes) -> None:
    api.pods.append(pod("payments-0", ready=False))
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "delete-pods"))
        api.pods[-1]["metadata"]["uid"] = "uid-new"
        assert fates(await mitigators.carry_out(plan)) == {Fate.GONE: 1}
    assert not any(asked.startswith("DELETE") for asked in api.asked)


def forged(plan: Plan, *values: str) -> Plan:
    keys = (key for key, _ in plan.aims[0].identity)
    return replace(plan, aims=(replace(plan.aims[0], identity=tuple(zip(keys, values, strict=True))),))


@pytest.mark.parametrize("count", ["4", "2", "1000000", "-1", "x"])
async def test_a_plan_beyond_the_bounds_is_refused(api: Api, changes: Changes, count: str) -> None:
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "scale-up"))
        with pytest.raises(Refused, match="replicas are not allowed now"):
            await mitigators.carry_out(forged(plan, "uid-1", "7", count))
    assert patches(api) == 0


@pytest.mark.parametrize("name", ["../secrets", "a/b", "", "a?force=1"])
async def test_a_name_that_is_none_is_refused(api: Api, changes: Changes, name: str) -> None:
    api.pods.append(pod("payments-x", ready=False))
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "delete-pods"))
        with pytest.raises(Refused, match="cannot be read"):
            await mitigators.carry_out(forged(plan, name, "uid-payments-x"))


async def test_without_an_earlier_revision_there_is_no_way_back(api: Api, changes: Changes) -> None:
    api.deployment["metadata"]["annotations"][REVISION] = "1"
    async with changing(changes, api) as mitigators:
        with pytest.raises(Refused, match="has no earlier revision"):
            await mitigators.plan(offered(mitigators, "undo"))


async def test_a_revision_that_is_gone_is_refused(api: Api, changes: Changes) -> None:
    async with changing(changes, api) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "undo"))
        api.sets = [replica_set(2, "shop:2")]
        with pytest.raises(Refused, match=r"Revision 1 of deployment/payments is gone\. Nothing was changed"):
            await mitigators.carry_out(plan)


async def test_an_account_that_may_not_change_it_is_told(api: Api, changes: Changes) -> None:
    api.forbidden = {"PATCH"}
    async with changing(changes, api) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "rollout-restart")))
    assert result.sentence == (
        "deployment/payments could not be restarted: its API does not let Tocsin's account do that "
        "(HTTP 403). docs/operating.md has the role that it needs; until then, do it with kubectl."
    )


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"token": "wrong"}, Refused, r"may not get what belongs to deployment/payments \(HTTP 401\)"),
        ({"workload": "deployment/nobody"}, Refused, "There is no deployment/nobody in shop"),
        ({"server": "http://127.0.0.1:1"}, Unavailable, "cannot be spoken to"),
    ],
)
async def test_what_cannot_be_looked_up_is_told(
    api: Api, changes: Changes, settings: dict[str, object], error: type[Exception], said: str
) -> None:
    async with changing(changes, api, **settings) as mitigators:
        with pytest.raises(error, match=said):
            await mitigators.plan(offered(mitigators, "rollout-restart"))


async def test_outside_of_a_cluster_the_missing_account_is_told(api: Api, changes: Changes) -> None:
    async with changing(changes, api, server=None, token=None) as mitigators:
        with pytest.raises(Unavailable, match="no account in a cluster here"):
            await mitigators.plan(offered(mitigators, "rollout-restart"))
