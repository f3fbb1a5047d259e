"""An image rolled back on a real engine: tagged anew, deployed by a hook over TLS, seen to run."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer

from incidents.errors import Refused, Unavailable
from incidents.mitigation import Aim, Fate
from mitigations.docker import engine as engine_module
from tests.diagnostics.docker.dockerd import Dockerd
from tests.mitigations.conftest import Changes, fates, offered
from tests.mitigations.docker.stand import deployed, image, runs

REFERENCE = "shop/api:latest"


@dataclass
class Hook:
    """What deploys: `work` is done when it is called; `section` is what services.toml says."""

    work: Callable[[], Awaitable[object]] | None = None
    status: int = 202
    called: list[object] = field(default_factory=list)
    section: dict[str, object] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.Response:
        self.called.append((request.path_qs, await request.json()))
        if self.work:
            await self.work()
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@pytest.fixture
async def hook(engine: Dockerd, tmp_path: Path) -> AsyncIterator[Hook]:
    authority, stand = trustme.CA(), Hook()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    application = web.Application()
    application.router.add_post("/{path:.*}", stand.answer)
    server = TestServer(application, host="localhost", scheme="https")
    await server.start_server(ssl=tls)
    stand.section = {
        "kind": "docker",
        "actions": ["roll-back"],
        "url": engine.address,
        "container": "api",
        "deploy_hook": f"https://localhost:{server.port}/deploy?token=hunter2-hook",
        "hook_ca": str(tmp_path / "ca.pem"),
        "settle": 0.2,
        "deployed_within": 20,
    }
    yield stand
    await server.close()


@dataclass(frozen=True)
class Images:
    """Two versions; the newer one runs by the name that is deployed."""

    engine: Dockerd
    older: str
    newer: str

    def leads_to(self) -> str:
        return str(self.engine.client.images.get(REFERENCE).id)

    def running(self) -> str:
        return str(self.engine.client.containers.get("api").attrs["Image"])

    async def deploy(self) -> None:
        await deployed(self.engine, REFERENCE)


@pytest.fixture
def images(engine: Dockerd) -> Images:
    older = image(engine, "shop/api:1.4", hour=9)
    image(engine, "shop/api:1.3", hour=8)
    image(engine, "shop/worker:1.5", hour=10)  # another repository, made in between
    newer = image(engine, REFERENCE, hour=11)
    runs(engine, REFERENCE)
    return Images(engine, older, newer)


@pytest.fixture(autouse=True)
def _emptied(engine: Dockerd) -> None:
    """No image of the shop is left from the test before."""
    for name in (name for each in engine.client.images.list() for name in each.tags if "shop" in name):
        engine.client.images.remove(name)


async def test_the_image_before_is_tagged_deployed_and_seen_to_run(
    hook: Hook, images: Images, changes: Changes
) -> None:
    hook.work = images.deploy
    old, new = images.older.removeprefix("sha256:")[:12], images.newer.removeprefix("sha256:")[:12]
    async with changes(hook.section) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        assert plan.sentence == (
            f"Roll api back from image {new} (shop/api:latest, made 2026-11-20 11:00 UTC) to {old} "
            "(shop/api:1.4, made 2026-11-20 09:00 UTC): shop/api:latest is tagged anew, and the deploy hook "
            "is called."
        )
        assert f"docker tag {new} shop/api:latest" in plan.effect
        assert images.running() == images.newer == images.leads_to()
        result = await mitigators.carry_out(plan)
        assert fates(result) == {Fate.DONE: 1}
        assert (result.before, result.after, result.well) == (f"image {new}", f"image {old}", True)
        assert images.running() == images.older == images.leads_to()
        again = await mitigators.carry_out(plan)
    assert fates(again) == {Fate.GONE: 1}
    assert again.sentence == f"Image {old} runs already, so nothing was done."
    assert hook.called == [("/deploy?token=hunter2-hook", {"image": REFERENCE, "id": images.older})]
    assert "hunter2" not in f"{plan} {result}"


@pytest.mark.parametrize("status", [302, 403, 500])
async def test_a_hook_that_refuses_leaves_the_tag_where_it_was(
    hook: Hook, images: Images, changes: Changes, status: int
) -> None:
    hook.status = status
    async with changes(hook.section) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words.startswith(f"The deploy hook refuses (HTTP {status}). shop/api:latest leads")
    assert images.running() == images.newer == images.leads_to()
    assert len(hook.called) == 1  # and no redirect was followed


async def test_a_hook_that_cannot_be_reached_leaves_the_tag_where_it_was(
    hook: Hook, images: Images, changes: Changes
) -> None:
    async with changes(hook.section | {"deploy_hook": "https://localhost:1/deploy"}) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert "it cannot be spoken to" in result.hits[0].words
    assert images.leads_to() == images.newer


@pytest.mark.usefixtures("images")
async def test_a_deploy_that_does_nothing_is_told_with_what_runs(hook: Hook, changes: Changes) -> None:
    async with changes(hook.section | {"deployed_within": 1}) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert fates(result) == {Fate.FAILED: 1}
    assert result.hits[0].words.startswith(
        "the deploy hook answered (HTTP 202), and after 1 s api is running"
    )
    assert "shop/api:latest still leads to" in result.hits[0].words
    assert not result.well


async def test_a_deploy_that_pulls_the_newer_image_again_is_told(
    hook: Hook, images: Images, changes: Changes
) -> None:
    async def pulled() -> None:
        images.engine.client.images.get(images.newer).tag("shop/api", "latest")
        await images.deploy()

    hook.work = pulled
    images.engine.client.images.get(images.newer).tag("shop/api", "1.5")  # the registry keeps it
    async with changes(hook.section | {"deployed_within": 1}) as mitigators:
        result = await mitigators.carry_out(await mitigators.plan(offered(mitigators, "roll-back")))
    assert "The deploy moved shop/api:latest to" in result.hits[0].words
    assert "it must not pull" in result.hits[0].words


async def test_after_a_cut_between_tag_and_end_the_first_deploy_is_awaited_not_asked_for_again(
    hook: Hook, images: Images, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with changes(hook.section) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        images.engine.client.images.get(images.older).tag("shop/api", "latest")  # as the first try did
        seen = engine_module.Engine.image

        async def then_deployed(self: engine_module.Engine, reference: str) -> object:
            found = await seen(self, reference)
            if images.running() == images.newer:
                await images.deploy()
            return found

        monkeypatch.setattr(engine_module.Engine, "image", then_deployed)
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.DONE: 1}
    assert result.well
    assert hook.called == []


async def test_a_tag_that_somebody_moved_since_the_plan_is_left_alone(
    hook: Hook, images: Images, changes: Changes
) -> None:
    async with changes(hook.section) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        third = image(images.engine, REFERENCE, hour=12)
        result = await mitigators.carry_out(plan)
    assert fates(result) == {Fate.GONE: 1}
    assert images.leads_to() == third
    assert hook.called == []


async def test_the_version_before_may_be_kept_by_a_tag(hook: Hook, images: Images, changes: Changes) -> None:
    kept = images.engine.client.images.get("shop/api:1.3")
    kept.tag("shop/api", "last-good")
    async with changes(hook.section | {"previous": "last-good"}) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        assert dict(plan.aims[0].identity)["to"] == kept.id
        kept_wrong = images.engine.client.images.get(images.newer)
        kept_wrong.tag("shop/api", "last-good")
        with pytest.raises(Refused, match="shop/api:last-good is what runs"):
            await mitigators.plan(plan.offer)


async def test_where_the_image_is_gone_git_revert_is_left(
    hook: Hook, engine: Dockerd, changes: Changes
) -> None:
    image(engine, REFERENCE, hour=11)
    runs(engine, REFERENCE)
    async with changes(hook.section) as mitigators:
        with pytest.raises(Refused, match="Where the image is gone: `git revert --no-edit COMMIT`"):
            await mitigators.plan(offered(mitigators, "roll-back"))


async def test_two_images_of_the_same_second_are_not_guessed_between(
    hook: Hook, images: Images, changes: Changes
) -> None:
    image(images.engine, "shop/api:1.4-b", hour=9, author="another")
    async with changes(hook.section) as mitigators:
        with pytest.raises(Refused, match="name that as `previous`"):
            await mitigators.plan(offered(mitigators, "roll-back"))


async def test_a_container_made_from_a_digest_has_no_tag_to_move(
    hook: Hook, engine: Dockerd, changes: Changes
) -> None:
    runs(engine, image(engine, REFERENCE, hour=11))
    async with changes(hook.section) as mitigators:
        with pytest.raises(Refused, match="which is no tag"):
            await mitigators.plan(offered(mitigators, "roll-back"))


@pytest.mark.parametrize(
    ("key", "forged"),
    [
        ("reference", "shop/../../containers/api:latest"),
        ("reference", "shop/api:latest?x=1"),
        ("reference", "shop/api"),
        ("to", "sha256:" + "0" * 63),
        ("to", "../containers/api"),
    ],
)
async def test_an_identity_that_is_none_is_refused(
    hook: Hook, images: Images, changes: Changes, key: str, forged: str
) -> None:
    async with changes(hook.section) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        named = tuple((name, forged if name == key else value) for name, value in plan.aims[0].identity)
        with pytest.raises(Refused, match="cannot be read"):
            await mitigators.carry_out(replace(plan, aims=(Aim("api", named),)))
    assert images.leads_to() == images.newer
    assert hook.called == []


async def test_an_engine_that_stands_still_changes_nothing(
    hook: Hook, images: Images, changes: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with changes(hook.section) as mitigators:
        plan = await mitigators.plan(offered(mitigators, "roll-back"))
        monkeypatch.setattr(engine_module, "PATIENCE", 0.3)
        with images.engine.frozen(), pytest.raises(Unavailable):
            await mitigators.carry_out(plan)
    assert images.leads_to() == images.newer
    assert hook.called == []
