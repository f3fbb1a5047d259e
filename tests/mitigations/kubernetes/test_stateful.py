"""A stateful set restarted over a stand-in for the API: pod by pod, waited for until the last is ready."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from incidents.errors import Refused
from incidents.mitigation import Fate
from mitigations.mitigators import Mitigators
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.kubernetes.standin import TOKEN, pod, serving
from tests.mitigations.kubernetes.stateful import UID, Ledger, is_ready


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitigations.kubernetes.rollout.STEP", 0.05)


@pytest.fixture
async def ledger() -> AsyncIterator[Ledger]:
    async with serving(Ledger()) as stand:
        yield stand


def changing(changes: Changes, api: Ledger, **settings: object) -> AbstractAsyncContextManager[Mitigators]:
    section = {"kind": "kubernetes", "namespace": "shop", "workload": "statefulset/ledger"}
    ways = {"actions": ["rollout-restart", "delete-pods"], "server": api.address, "token": TOKEN}
    return changes(section | ways | {"ready_within": 20} | settings)


async def test_it_is_restarted_from_the_last_pod_to_the_first_and_waited_for(
    ledger: Ledger, changes: Changes
) -> None:
    async with changing(changes, ledger) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "rollout-restart"))
        assert plan.sentence == "Restart the 2 pods of statefulset/ledger, as its strategy has it."
        assert plan.aims[0].identity == (("uid", UID), ("generation", "7"))
        assert ledger.renewed == []
        result = await mitigators.carry_out(plan)
        assert ledger.renewed == ["ledger-1", "ledger-0"]
        assert ledger.of_now() == ledger.pods
        assert all(map(is_ready, ledger.pods))
        again = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 1}
    assert (result.before, result.after, result.well) == ("2 of 2 ready", "2 of 2 ready", True)
    assert result.sentence == "statefulset/ledger was restarted, and all its pods are ready."
    marks = ledger.deployment["spec"]["template"]["metadata"]["annotations"]
    assert marks == {"kubectl.kubernetes.io/restartedAt": "2026-11-21T14:00:00+00:00"}
    assert fates(again) == {Fate.GONE: 1}
    assert sum(asked.startswith("PATCH") for asked in ledger.asked) == 1
    assert not any("/deployments" in asked or "/replicasets" in asked for asked in ledger.asked)


async def test_one_whose_last_pod_does_not_get_ready_is_no_success(ledger: Ledger, changes: Changes) -> None:
    async with changing(changes, ledger, ready_within=1) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "rollout-restart"))
        ledger.prompt = False
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.FAILED: 1}
    assert not result.well


async def test_only_its_own_pods_that_are_not_ready_are_deleted(ledger: Ledger, changes: Changes) -> None:
    ledger.prompt = False
    ledger.pods[1]["status"]["conditions"][0]["status"] = "False"
    ledger.pods.append(pod("payments-z", ready=False))
    async with changing(changes, ledger, ready_within=1) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "delete-pods"))
        assert [aim.label for aim in plan.aims] == ["ledger-1, Running"]
        assert fates(await mitigators.carry_out(plan)) == {Fate.DONE: 1}
    assert [each["metadata"]["name"] for each in ledger.pods] == ["ledger-0", "payments-z"]


async def test_one_that_is_not_there_is_told(ledger: Ledger, changes: Changes) -> None:
    async with changing(changes, ledger, workload="statefulset/nobody") as mitigators:
        with pytest.raises(Refused, match="There is no statefulset/nobody in shop"):
            await mitigators.plan(offered(mitigators, "rollout-restart"))
