"""Containers that have failed, on a real engine: each by its code, its figures and its words."""

import pytest
from docker.errors import APIError

from diagnostics.examine import Examiner
from diagnostics.probes.docker.family import FAMILY
from incidents.evidence import Examination, Finding, Health
from tests.diagnostics.docker.conftest import Opens
from tests.diagnostics.docker.dockerd import IMAGE, Dockerd, labels

IDLE = "trap 'exit 0' TERM; while :; do sleep 0.1; done"
FIGURES = {str(entry.code): set(entry.figures) for entry in FAMILY.codes}


async def looked(examiner: Examiner, asked: str = "app") -> Examination:
    """The whole examination; every finding carries only what is described."""
    examination = [snapshot async for snapshot in examiner.examine(asked, "shop")][-1]
    for finding in examination.findings:
        assert {figure.name for figure in finding.figures} <= FIGURES[finding.code]
    return examination


def of(examination: Examination, code: str) -> Finding:
    (finding,) = (finding for finding in examination.findings if finding.code == code)
    return finding


def figures(finding: Finding) -> dict[str, object]:
    return {figure.name: figure.value for figure in finding.figures}


async def test_a_healthy_container_stays_quiet(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", IDLE, mem_limit="64m", nano_cpus=500_000_000)
    async with opens() as examiner:
        examination = await looked(examiner)
    assert examination.health is Health.OK
    assert {finding.code for finding in examination.findings} == {"DK001", "DK302", "LG001", "DK201", "DK301"}
    assert examination.sentence.startswith("Shop app looks healthy: api runs, the youngest for ")
    assert not examination.unseen


async def test_a_container_that_ended_with_an_error_is_told_with_its_code(
    engine: Dockerd, opens: Opens
) -> None:
    engine.run("api", "echo KeyError: \\'DATABASE_URL\\'; exit 3").wait()
    async with opens() as examiner:
        examination = await looked(examiner)
    finding = of(examination, "DK102")
    assert finding.sentence.startswith("api ended ")
    assert finding.sentence.endswith("ago: exit code 3.")
    assert figures(finding)["exit code"] == 3
    assert "docker logs --tail 50 api" in finding.next_step
    assert of(examination, "LG113").health is Health.WARN
    assert examination.health is Health.CRITICAL


async def test_a_command_that_is_not_there_is_told_by_what_the_engine_says(
    engine: Dockerd, opens: Opens
) -> None:
    container = engine.client.containers.create(IMAGE, ["/bin/nothing"], name="api", network_mode="none")
    with pytest.raises(APIError, match="no such file"):
        container.start()
    async with opens() as examiner:
        finding = of(await looked(examiner), "DK107")
    assert finding.health is Health.CRITICAL
    assert "no such file or directory" in finding.sentence


async def test_a_crash_loop_is_told_with_its_restarts(engine: Dockerd, opens: Opens) -> None:
    container = engine.run("api", "exit 1", restart_policy={"Name": "always"})
    engine.heard(container, "start", times=4)
    async with opens() as examiner:
        finding = of(await looked(examiner), "DK105")
    assert finding.sentence.startswith("api is in a crash loop: ")
    assert int(str(figures(finding)["restarts"])) >= 3
    assert finding.health is Health.CRITICAL


async def test_an_out_of_memory_kill_is_told_from_any_other_kill(engine: Dockerd, opens: Opens) -> None:
    hungry = "x=a; while :; do x=$x$x$x$x; done"
    container = engine.run("api", hungry, mem_limit="16m", memswap_limit="16m", oom_kill_disable=False)
    killed = engine.run("worker", IDLE)
    container.wait()
    engine.heard(container, "oom")  # which can come after the end
    killed.kill()
    killed.wait()
    async with opens(containers=["api", "worker"]) as examiner:
        examination = await looked(examiner)
    told = {found.code: found.sentence for found in examination.findings if "out of memory" in found.sentence}
    assert set(told) in ({"DK104"}, {"DK113"})  # a busy engine's state can miss it; its events do not
    assert "its limit of 16 MB" in told.get("DK104", "its limit of 16 MB")
    (kill,) = (
        found
        for found in examination.findings
        if found.code == "DK103" and figures(found)["container"] == "worker"
    )
    assert figures(kill)["exit code"] == 137
    assert "not for reaching a memory limit of its own" in kill.sentence


async def test_a_failing_health_check_is_shown_without_its_secrets(engine: Dockerd, opens: Opens) -> None:
    check = "echo refused for password=swordfish-2026; exit 1"
    probe = {"test": ["CMD-SHELL", check], "interval": 300_000_000, "retries": 2, "timeout": 2_000_000_000}
    container = engine.run("api", IDLE, healthcheck=probe)
    engine.heard(container, "health_status: unhealthy")
    async with opens() as examiner:
        examination = await looked(examiner)
    finding = of(examination, "DK106")
    assert "its own health check fails" in finding.sentence
    assert "refused for password=[redacted:secret]" in finding.sentence
    assert "swordfish" not in repr(examination)
    assert int(str(figures(finding)["failing checks"])) >= 2


async def test_memory_near_its_limit_is_told_and_the_rest_has_room(engine: Dockerd, opens: Opens) -> None:
    fill = f"dd if=/dev/zero of=/fill/x bs=1M count=59; touch /filled; {IDLE}"
    filled = {"test": ["CMD", "test", "-e", "/filled"], "interval": 200_000_000}
    container = engine.run("api", fill, mem_limit="64m", tmpfs={"/fill": "size=96m"}, healthcheck=filled)
    engine.run("worker", IDLE, mem_limit="64m")
    engine.heard(container, "health_status: healthy")
    async with opens(containers=["api", "worker"]) as examiner:
        examination = await looked(examiner)
    near, well = (finding for finding in examination.findings if finding.code == "DK201")
    assert near.health is Health.CRITICAL
    assert near.sentence.startswith("api uses ")
    assert " of the 64 MB of its limit: 9" in near.sentence
    assert well.sentence.startswith("worker has room")


async def test_a_busy_container_is_told_by_processors_and_by_what_holds_it_back(
    engine: Dockerd, opens: Opens
) -> None:
    engine.run("api", "while :; do :; done", nano_cpus=100_000_000)
    async with opens() as examiner:
        examination = await looked(examiner)
    assert of(examination, "DK202").sentence.startswith("api uses 0.1 of its 0.1 processors: ")
    assert int(str(figures(of(examination, "DK203"))["throttled"])) >= 25


async def test_containers_are_found_by_their_compose_labels_and_a_missing_service_is_told(
    engine: Dockerd, opens: Opens
) -> None:
    engine.run("shop-web-1", IDLE, labels=labels("shop", "web"))
    engine.run("strange-web-1", "exit 9", labels=labels("strange", "web"))
    async with opens(containers=[], project="shop", services=["web", "db"]) as examiner:
        examination = await looked(examiner)
    assert of(examination, "DK101").sentence == "There is no container shop db."
    assert of(examination, "DK001").sentence.startswith("shop-web-1 runs")
    assert "strange" not in repr(examination)


async def test_a_container_started_again_between_two_looks_is_told(engine: Dockerd, opens: Opens) -> None:
    container, now = engine.run("api", IDLE), [0.0]
    async with opens(monotonic=lambda: now[0]) as examiner:
        assert (await looked(examiner)).health is Health.OK
        container.restart(timeout=5)
        now[0] += 60
        finding = of(await looked(examiner), "DK110")
    assert finding.sentence.startswith("api was started again within the last ")
    assert finding.health is Health.WARN


async def test_a_container_that_was_stopped_and_one_that_is_done_differ(
    engine: Dockerd, opens: Opens
) -> None:
    engine.run("api", IDLE, restart_policy={"Name": "unless-stopped"}).stop(timeout=5)
    engine.run("migrate", "exit 0").wait()
    engine.run("asleep", IDLE).pause()
    async with opens(containers=["api", "migrate", "asleep"]) as examiner:
        examination = await looked(examiner)
    ended = {str(figures(f)["container"]): f.health for f in examination.findings if f.code == "DK111"}
    assert ended == {"api": Health.WARN, "migrate": Health.OK}
    assert of(examination, "DK108").next_step == "docker unpause asleep"


async def test_nothing_of_the_environment_is_ever_collected(engine: Dockerd, opens: Opens) -> None:
    engine.run("api", IDLE, environment={"QUIET_NAME": "unmistakable-value"})
    async with opens() as examiner:
        examination = await looked(examiner)
    assert "unmistakable" not in repr(examination)
    assert "QUIET_NAME" not in repr(examination)
