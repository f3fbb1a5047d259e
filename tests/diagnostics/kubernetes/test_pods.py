"""Pods against a stand-in for the Kubernetes API: every reason by name, and what must stay quiet."""

import pytest

from incidents.evidence import Health
from tests.diagnostics.kubernetes.standin import (
    Thing,
    ended,
    pod,
    section,
    serving,
    unready,
    waiting,
    well,
)
from tests.diagnostics.remote import ago, codes, figures, looked_at, one

NO_KEY = "couldn't find key API_KEY in Secret shop/payments"


async def judged(*things: Thing, **limits: object) -> dict[str, str]:
    async with serving() as api:
        api.put("pods", *things)
        return codes(await looked_at(section(api, limits=limits)))


async def test_a_service_that_is_well_says_so_and_how_it_knows() -> None:
    async with serving() as api:
        well(api)
        examination = await looked_at(section(api))
    assert examination.health is Health.OK
    assert examination.unseen == ()
    assert one(examination, "K8100").sentence == "3 of 3 pods are ready."
    assert codes(examination) == dict.fromkeys(("K8100", "K8200", "K8301", "K8302", "K8400", "LG001"), "ok")


@pytest.mark.parametrize(
    ("thing", "code", "words"),
    [
        (
            waiting(
                "a",
                "CrashLoopBackOff",
                restartCount=14,
                lastState=ended("Error", 1, ago(minutes=3)),
            ),
            "K8101",
            ("crashes again and again", "container app", "exit code 1", "14 restarts"),
        ),
        (
            waiting("a", "ImagePullBackOff", 'Back-off pulling image "payments:2.4.2"'),
            "K8102",
            ("cannot get its image", "ImagePullBackOff", "payments:2.4.2"),
        ),
        (waiting("a", "ErrImagePull"), "K8102", ("cannot get its image", "ErrImagePull")),
        (waiting("a", "InvalidImageName"), "K8102", ("InvalidImageName",)),
        (
            waiting("a", "CreateContainerConfigError", NO_KEY),
            "K8103",
            ("cannot be started from its configuration", "find key API_KEY"),
        ),
        (waiting("a", "RunContainerError"), "K8103", ("RunContainerError",)),
        (
            unready("a", ago(minutes=20), state=ended("Error", 3, ago(seconds=20))),
            "K8110",
            ("has ended with an error", "exit code 3"),
        ),
        (
            unready("a", ago(minutes=1), restartCount=3, lastState=ended("OOMKilled", 137, ago(minutes=1))),
            "K8106",
            ("was killed for its memory", "exit code 137"),
        ),
        (unready("a", ago(minutes=16)), "K8108", ("is not ready", "container app", "for 16 min")),
    ],
)
async def test_each_reason_is_critical_and_named(thing: Thing, code: str, words: tuple[str, ...]) -> None:
    async with serving() as api:
        api.put("pods", thing, pod("b"))
        examination = await looked_at(section(api))
    finding = one(examination, code)
    assert finding.health is Health.CRITICAL
    assert all(word in finding.sentence for word in words), finding.sentence
    assert figures(finding)["affected pods"] == 1
    assert finding.meaning
    assert finding.next_step
    assert one(examination, "K8100").health is Health.OK  # the other pod serves


async def test_the_command_that_shows_why_names_pod_and_container() -> None:
    async with serving() as api:
        api.put("pods", waiting("a", "CrashLoopBackOff", lastState=ended("Error", 1, ago(minutes=3))))
        examination = await looked_at(section(api))
    step = one(examination, "K8101").next_step
    assert step == "kubectl -n shop logs payments-7d4f5b6c8-a -c app --previous shows why it ended."


async def test_several_pods_of_one_reason_are_one_finding() -> None:
    things = [waiting(name, "CrashLoopBackOff", restartCount=6) for name in "ab"]
    async with serving() as api:
        api.put("pods", *things, pod("c"))
        examination = await looked_at(section(api))
    finding = one(examination, "K8101")
    assert finding.sentence.startswith(
        "2 of 3 pods crash again and again: payments-7d4f5b6c8-a, container app"
    )
    assert len(finding.table) == 3


async def test_a_container_killed_for_memory_in_a_crash_loop_shows_both() -> None:
    thing = waiting(
        "a", "CrashLoopBackOff", restartCount=9, lastState=ended("OOMKilled", 137, ago(minutes=2))
    )
    assert (await judged(thing)).keys() >= {"K8101", "K8106"}


async def test_a_pod_that_finds_no_node_waits_a_moment_before_it_is_critical() -> None:
    def lost(since: str) -> Thing:
        thing = pod("a", phase="Pending", containerStatuses=[])
        thing["status"]["conditions"] = [
            {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": "0/3 nodes are available: 3 Insufficient memory.",
                "lastTransitionTime": since,
            }
        ]
        return thing

    assert (await judged(lost(ago(seconds=30)), pod("b")))["K8104"] == "warn"
    async with serving() as api:
        api.put("pods", lost(ago(minutes=4)), pod("b"))
        finding = one(await looked_at(section(api)), "K8104")
    assert finding.health is Health.CRITICAL
    assert "finds no node: Unschedulable, for 4 min, 0/3 nodes are available" in finding.sentence


async def test_an_eviction_counts_while_it_is_fresh() -> None:
    def evicted(at: str) -> Thing:
        status = {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}
        return pod("a", **status, containerStatuses=[], conditions=[]) | {
            "metadata": pod("a")["metadata"] | {"creationTimestamp": at}
        }

    assert (await judged(evicted(ago(minutes=5)), pod("b")))["K8105"] == "critical"
    assert "K8105" not in await judged(evicted(ago(days=3)), pod("b"))


def made(name: str, **age: float) -> Thing:
    thing = pod(name)
    thing["metadata"]["creationTimestamp"] = ago(**age)
    return thing


def evicted(name: str, at: str) -> Thing:
    status = {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}
    failed = {"type": "Ready", "status": "False", "reason": "PodFailed", "lastTransitionTime": at}
    return pod(name, **status, containerStatuses=[], conditions=[failed])


@pytest.mark.parametrize(
    ("things", "health"),
    [
        ((evicted("old", ago(minutes=40)), made("a", minutes=39), pod("b")), "ok"),
        ((evicted("old", ago(minutes=40)), made("a", minutes=41), pod("b")), "critical"),
        ((evicted("old", ago(minutes=40)), unready("a", ago(minutes=39)), pod("b")), "critical"),
        (
            (
                *(evicted(f"old{n}", ago(minutes=10 * n)) for n in (1, 2, 3)),
                *(made(f"new{n}", minutes=10 * n) for n in (1, 2, 3)),
            ),
            "critical",
        ),
    ],
)
async def test_an_eviction_is_over_once_another_pod_serves_unless_it_goes_on_and_on(
    things: tuple[Thing, ...], health: str
) -> None:
    assert (await judged(*things))["K8105"] == health


@pytest.mark.parametrize(
    ("code", "restarts", "at", "named"),
    [
        (1, 7, ago(minutes=3), "K8101"),
        (1, 7, ago(minutes=30), "K8107"),
        (137, 7, ago(minutes=3), "K8107"),  # ended from outside: no crash
        (1, 2, ago(minutes=3), None),
    ],
)
async def test_a_crash_loop_is_one_also_at_the_moment_at_which_it_runs(
    code: int, restarts: int, at: str, named: str | None
) -> None:
    thing = pod("a")
    thing["status"]["containerStatuses"][0] |= {
        "restartCount": restarts,
        "state": {"running": {"startedAt": ago(seconds=8)}},
        "lastState": ended("Error", code, at),
    }
    found = set(await judged(thing, pod("b"))) & {"K8101", "K8107", "K8110"}
    assert found == ({named} if named else set())


async def test_a_new_pod_may_take_a_while_to_become_ready() -> None:
    def starting(**age: float) -> Thing:
        thing = unready("a", ago(**age))
        thing["metadata"]["creationTimestamp"] = ago(**age)
        return thing

    assert "K8108" not in await judged(starting(seconds=150), pod("b"))
    assert (await judged(starting(seconds=150)))["K8108"] == "warn"
    assert (await judged(starting(minutes=4), pod("b")))["K8108"] == "warn"
    assert (await judged(starting(minutes=2), pod("b"), starting=60))["K8108"] == "warn"


async def test_restarts_are_a_warning_from_five_on_and_only_lately() -> None:
    def restarted(times: int, at: str) -> Thing:
        thing = pod("a")
        thing["status"]["containerStatuses"][0] |= {
            "restartCount": times,
            "lastState": ended("Error", 1, at),
        }
        return thing

    assert (await judged(restarted(5, ago(hours=2))))["K8107"] == "warn"
    assert "K8107" not in await judged(restarted(4, ago(hours=2)))
    assert "K8107" not in await judged(restarted(60, ago(days=20)))
    assert (await judged(restarted(2, ago(hours=2)), restarts_warn=2))["K8107"] == "warn"


async def test_a_memory_kill_of_last_week_is_quiet() -> None:
    thing = pod("a")
    thing["status"]["containerStatuses"][0] |= {
        "restartCount": 1,
        "lastState": ended("OOMKilled", 137, ago(days=7)),
    }
    assert set(await judged(thing)) & {"K8106", "K8107"} == set()


async def test_a_pod_that_just_starts_is_no_fault_while_others_serve() -> None:
    found = await judged(unready("a", ago(seconds=20)), pod("b"))
    assert found["K8100"] == "ok"
    assert "K8108" not in found
    assert (await judged(unready("a", ago(minutes=3)), pod("b")))["K8108"] == "warn"


async def test_no_ready_pod_at_all_is_critical_after_a_minute() -> None:
    assert (await judged(unready("a", ago(minutes=2))))["K8100"] == "critical"
    assert (await judged(unready("a", ago(seconds=20))))["K8100"] == "warn"


async def test_finished_and_ending_pods_are_left_out_until_they_hang() -> None:
    def ending(since: str) -> Thing:
        thing = pod("b")
        thing["metadata"]["deletionTimestamp"] = since
        return thing

    finished = pod("job", phase="Succeeded", conditions=[])
    async with serving() as api:
        api.put("pods", pod("a"), finished, ending(ago(seconds=5)))
        examination = await looked_at(section(api))
    assert one(examination, "K8100").sentence == "1 of 1 pod is ready."
    assert figures(one(examination, "K8100"))["ending pods"] == 1
    assert (await judged(pod("a"), ending(ago(minutes=30))))["K8108"] == "critical"


async def test_no_pod_of_these_labels_is_said_with_namespace_and_selector() -> None:
    async with serving() as api:
        examination = await looked_at(section(api))
    finding = one(examination, "K8109")
    assert finding.health is Health.WARN
    assert finding.sentence == "No pod in shop carries app=payments."


async def test_other_services_pods_are_not_looked_at() -> None:
    other = waiting("x", "CrashLoopBackOff")
    other["metadata"]["labels"] = {"app": "shipping"}
    assert "K8101" not in await judged(other, pod("a"))


async def test_what_stands_in_a_pods_environment_is_never_seen() -> None:
    async with serving() as api:
        well(api)
        examination = await looked_at(section(api))
    assert "hunter2" not in repr(examination)
