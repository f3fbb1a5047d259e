"""A process killed for memory while its container goes on, as the engine's own events tell of it."""

from datetime import timedelta

from diagnostics.probes.docker.containers import Census, read
from diagnostics.probes.docker.events import Kill, judged
from diagnostics.probes.docker.section import Limits
from incidents.evidence import Health
from tests.diagnostics.docker.conftest import NOW, Opens
from tests.diagnostics.docker.dockerd import Dockerd
from tests.diagnostics.docker.proxy import proxied
from tests.diagnostics.docker.test_faults import IDLE, figures, looked, of

HUNGRY = "(x=a; while :; do x=$x$x$x$x; done)"
LIMITED = {"mem_limit": "16m", "memswap_limit": "16m", "oom_kill_disable": False}


async def test_a_killed_child_is_told_while_its_container_goes_on(engine: Dockerd, opens: Opens) -> None:
    container = engine.run("api", f"{HUNGRY}; {IDLE}", **LIMITED)
    engine.run("worker", IDLE)
    engine.heard(container, "oom")
    async with opens(containers=["api", "worker"]) as examiner:
        examination = await looked(examiner)
    told = {finding.code: finding for finding in examination.findings if finding.code in {"DK104", "DK113"}}
    (finding,) = told.values()  # a newer engine says it in the container's state
    assert finding.health is Health.CRITICAL
    assert finding.sentence.startswith("api ")
    assert "a process in it was killed" in finding.sentence
    assert examination.unseen == ()


async def test_a_child_that_takes_its_container_with_it_is_no_kill_from_outside(
    engine: Dockerd, opens: Opens
) -> None:
    container = engine.run("api", f"{HUNGRY}; exit 137", **LIMITED)
    container.wait()
    engine.heard(container, "oom")
    async with opens() as examiner:
        examination = await looked(examiner)
    assert {finding.code for finding in examination.findings} & {"DK104", "DK113"}
    if "DK113" in {finding.code for finding in examination.findings}:
        finding = of(examination, "DK113")
        assert "a process in it was killed, and it ended (137)" in finding.sentence
        assert figures(finding)["limit"] == 16 * 1024**2


async def test_a_container_killed_and_started_again_is_told_for_half_an_hour(
    engine: Dockerd, opens: Opens
) -> None:
    once = "test -e /tmp/again && while :; do sleep 0.1; done; touch /tmp/again"
    hungry = "exec sh -c 'x=a; while :; do x=$x$x$x$x; done'"
    container = engine.run("api", f"{once}; {hungry}", restart_policy={"Name": "always"}, **LIMITED)
    engine.heard(container, "oom")
    engine.heard(container, "start", times=2)
    async with opens() as examiner:
        lately = await looked(examiner)
    async with opens(limits={"oom_within": 1e-3}) as examiner:
        long_ago = await looked(examiner)
    finding = of(lately, "DK104")
    assert "because it ran out of memory (its limit of 16 MB)" in finding.sentence
    assert finding.next_step.startswith("It was started again since.")
    assert not {each.code for each in (*lately.findings, *long_ago.findings)} & {"DK113"}
    assert "DK104" not in {each.code for each in long_ago.findings}


def test_a_container_that_was_started_again_since_the_kill_is_told_so() -> None:
    told = {
        "Id": "1",
        "Name": "/api",
        "State": {"Status": "running", "StartedAt": "2026-11-21T13:58:00Z"},
        "HostConfig": {"Memory": 16 * 1024**2},
    }
    census = Census((read(told),), (), 0, NOW)
    two = [Kill("1", NOW - timedelta(minutes=5)), Kill("1", NOW - timedelta(minutes=3))]
    (finding,) = judged("shop app", Limits(), census, [*two, Kill("2", NOW)], NOW)
    assert finding.sentence == (
        "api ran out of memory 2 times in the last 30 min, last 3 min ago: "
        "it was killed, and started again since."
    )
    assert finding.next_step == "Raise its limit of 16 MB, or find what grows."


async def test_a_proxy_that_forbids_events_costs_them_alone_and_names_the_grant(
    engine: Dockerd, opens: Opens
) -> None:
    engine.run("api", IDLE)
    async with proxied(engine, forbidden=["/events"]) as proxy, opens(url=proxy.address) as examiner:
        examination = await looked(examiner)
    assert examination.unseen == ("kills for memory: the proxy forbids it: set EVENTS=1 there",)
    assert examination.health is Health.OK
