"""A workload on Kubernetes changed over the wire, on a stand-in for the API that keeps its state."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.checked_shop import written
from tests.acceptance.conftest import Bot, StartBot
from tests.acceptance.two_people import room_of, well_if
from tests.diagnostics import serving as http
from tests.mitigations.kubernetes.standin import TOKEN, Api, pod, serving
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.reading import said

SERVICES = """
[services.payments]
name = "Payments"
[[services.payments.probes]]
kind = "http"
name = "k8s"
url = "{shop}"
health = "/health"
[[services.payments.mitigations]]
kind = "kubernetes"
name = "k8s"
actions = ["rollout-restart", "undo", "scale-up", "delete-pods"]
namespace = "shop"
workload = "deployment/payments"
server = "{api}"
token_env = "SHOP_CLUSTER_TOKEN"
most = 3
ready_within = 20
"""


@pytest_asyncio.fixture
async def api() -> AsyncIterator[Api]:
    """A deployment whose newest image does not come up."""
    async with serving(Api(broken="shop:2")) as stand:
        stand.settle()
        yield stand


@pytest_asyncio.fixture
async def config(tmp_path: Path, api: Api) -> AsyncIterator[Path]:
    def serves() -> bool:
        return bool(api.deployment["status"]["readyReplicas"])

    async with http.serving({"/health": well_if(serves)}) as shop:
        yield written(tmp_path / "config", SERVICES.format(shop=shop, api=api.address))


@pytest.fixture
def config_folder(config: Path) -> Path:
    return config


@pytest_asyncio.fixture
async def mending_bot(start_bot: StartBot) -> Bot:
    return await start_bot(SHOP_CLUSTER_TOKEN=TOKEN)


def patches(api: Api) -> int:
    return sum(asked.startswith("PATCH") for asked in api.asked)


async def test_a_deploy_that_does_not_come_up_is_rolled_back(
    practice: PracticeDriver, mending_bot: Bot, api: Api
) -> None:
    room = await room_of(practice)
    plan = await room.asked("undo k8s")
    told = said(plan)
    assert "Roll deployment/payments back from revision 2 (shop:2) to 1 (shop:1)." in told
    assert "*Exactly this:*\n• deployment/payments in shop, 0 of 2 ready" in told
    assert "What the newer one has changed in a database stays" in told
    assert patches(api) == 0

    done = await room.approved(plan)
    assert "deployment/payments was rolled back, and all its pods are ready." in done
    assert "*shop:2, 0 of 2 ready → shop:1, 2 of 2 ready.*" in done
    assert "After a rollback, verify: health" in done
    assert (api.image, patches(api)) == ("shop:1", 1)

    assert "✅ *ok* · After the change, *Payments k8s looks healthy*" in await room.looked_again(plan)
    kept = await practice.message(
        channel=room.channel, contains="before the change", thread_ts=str(plan["ts"])
    )
    assert "/health answers 500" in said(kept)
    await room.on_record(
        "asked for a mitigation: Roll back to the revision before (payments k8s)",
        f"{room.bob.mention} approved",
        "looked at payments k8s before changing it (critical)",
        "began on payments k8s",
        "shop:2, 0 of 2 ready → shop:1, 2 of 2 ready",
        "looked at payments k8s after the change (ok)",
    )
    assert TOKEN not in str(practice.messages(room.channel))
    assert mending_bot.runs


async def test_pods_are_added_restarted_and_deleted_each_with_its_own_approval(
    practice: PracticeDriver, mending_bot: Bot, api: Api
) -> None:
    api.broken = ""
    api.settle()
    room = await room_of(practice)
    plan = await room.asked("scale-up")
    assert "Scale deployment/payments from 2 to 3 replicas." in said(plan)
    done = await room.approved(plan)
    assert "was scaled to 3 replicas, and all its pods are ready. *2 of 2 ready → 3 of 3 ready.*" in done
    await room.looked_again(plan)

    plan = await room.asked("rollout-restart")
    assert "Restart the 3 pods of deployment/payments" in said(plan)
    assert "was restarted, and all its pods are ready. *3 of 3 ready, as before.*" in await room.approved(
        plan
    )
    await room.looked_again(plan)

    api.pods.append(pod("payments-c", ready=False))
    plan = await room.asked("delete-pods")
    assert "• payments-c, CrashLoopBackOff" in said(plan)
    assert "1 pod of deployment/payments deleted." in await room.approved(plan)
    await room.looked_again(plan)
    assert [each["metadata"]["name"] for each in api.pods] == ["payments-a", "payments-b"]
    assert patches(api) == 2
    assert mending_bot.runs


async def test_one_that_is_deployed_between_plan_and_approval_is_left_alone_and_looked_up_anew_at_once(
    practice: PracticeDriver, mending_bot: Bot, api: Api
) -> None:
    room = await room_of(practice)
    plan = await room.asked("undo")
    api.deployment["metadata"]["generation"] += 1

    told = await room.approved(plan)
    assert "was left alone: somebody or something has changed it since the plan." in told
    assert "I changed nothing." in told
    assert "After a rollback" not in told
    assert (api.image, patches(api)) == ("shop:2", 0)
    assert "⛔ *critical*" in await room.looked_again(plan, "Left alone")
    await room.on_record("did not carry out what", "looked at payments k8s again (critical)")

    await room.alice.press("mitigate:again", in_channel=room.channel)
    anew = await room.heard("must approve it by", after=str(plan["ts"]))
    assert "was rolled back" in await room.approved(anew)
    assert patches(api) == 1
    assert mending_bot.runs


async def test_what_the_cluster_refuses_is_said_with_what_helps_and_claims_nothing(
    practice: PracticeDriver, mending_bot: Bot, api: Api
) -> None:
    room = await room_of(practice)
    plan = await room.asked("undo")
    api.forbidden = {"PATCH"}

    told = await room.approved(plan)
    assert "could not be rolled back: its API does not let Tocsin's account do that (HTTP 403)." in told
    assert "docs/operating.md has the role that it needs; until then, do it with kubectl." in told
    assert "press *Look it up again*" in told
    assert "After a rollback" not in told
    assert (api.image, patches(api)) == ("shop:2", 1)
    assert "⛔ *critical*" in await room.looked_again(plan, "Failed")
    timeline = await room.on_record("tried to carry out what")
    assert "carried out what" not in timeline
    assert mending_bot.runs
