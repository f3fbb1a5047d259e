"""Warnings, use against limits and rollouts: what is ill, what is quiet, and what is not known."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from incidents.evidence import Finding, Health
from tests.diagnostics.kubernetes.standin import (
    HASH,
    Thing,
    deployment,
    event,
    measured,
    pod,
    replica_set,
    section,
    serving,
    well,
)
from tests.diagnostics.remote import NOW, ago, codes, figures, looked_at, one

POD = f"payments-{HASH}-a"
STUCK = {
    "type": "Progressing",
    "status": "False",
    "reason": "ProgressDeadlineExceeded",
    "message": 'ReplicaSet "payments-h3" has timed out progressing.',
    "lastUpdateTime": ago(minutes=20),
}
QUOTA = {
    "type": "ReplicaFailure",
    "status": "True",
    "reason": "FailedCreate",
    "message": "exceeded quota: shop",
}


async def test_warnings_are_counted_by_reason_and_the_grave_one_is_named_first() -> None:
    async with serving() as api:
        well(api)
        api.put(
            "events",
            event("Unhealthy", POD, count=2),
            event("FailedMount", f"payments-{HASH}-b", message='secret "payments-tls" not found'),
            event(
                "Unhealthy", f"payments-{HASH}-c", at=ago(minutes=1), message="Readiness probe failed: 503"
            ),
        )
        finding = one(await looked_at(section(api)), "K8200")
    assert finding.health is Health.WARN
    assert finding.sentence.startswith("4 warnings within 30 min, FailedMount 1 time, last 2 min ago about ")
    assert finding.meaning == 'secret "payments-tls" not found'
    assert [row[:2] for row in finding.table[1:]] == [("FailedMount", "1"), ("Unhealthy", "3")]


async def test_a_blip_an_old_warning_and_another_services_are_quiet() -> None:
    async with serving() as api:
        well(api)
        api.put("events", event("Unhealthy", POD, count=2))
        api.put("events", event("FailedMount", POD, at=ago(minutes=50)))
        api.put("events", event("FailedScheduling", "shipping-1", count=9))
        api.put("events", event("Pulled", POD, count=9) | {"type": "Normal"})
        finding = one(await looked_at(section(api)), "K8200")
    assert finding.health is Health.OK
    assert figures(finding) == {
        "warnings": 2,
        "reasons": 1,
        "reason": "Unhealthy",
        "checks that end containers": 0,
        "latest": 120,
    }


async def test_a_series_of_the_newer_kind_is_counted() -> None:
    series = event("BackOff", POD, count=0) | {
        "count": None,
        "lastTimestamp": None,
        "eventTime": "2026-11-21T13:31:00.123456Z",
        "series": {"count": 12, "lastObservedTime": "2026-11-21T13:59:00.654321Z"},
    }
    async with serving() as api:
        well(api)
        api.put("events", series)
        finding = one(await looked_at(section(api)), "K8200")
    assert finding.health is Health.WARN
    assert "BackOff 12 times" in finding.sentence


async def test_a_warning_about_the_deployment_itself_counts() -> None:
    async with serving() as api:
        well(api)
        api.put("events", event("FailedCreate", f"payments-{HASH}"), event("FailedCreate", "payments"))
        assert "2 warnings" in one(await looked_at(section(api)), "K8200").sentence


async def test_where_no_pod_can_be_made_the_warning_about_its_replica_set_is_seen() -> None:
    async with serving() as api:
        api.put("replicasets", replica_set(2, ago(minutes=3), "x", replicas=3))
        api.put("deployments", deployment(replicas=0, updatedReplicas=0, availableReplicas=0))
        api.put("events", event("FailedCreate", "payments-h2", count=4, message="exceeded quota: shop"))
        examination = await looked_at(section(api))
    assert one(examination, "K8109").health is Health.WARN
    assert one(examination, "K8200").meaning == "exceeded quota: shop"


async def test_memory_and_cpu_near_their_limits_are_told_with_the_container() -> None:
    async with serving() as api:
        well(api)
        api.metrics = [measured("a", "480Mi", "410m"), measured("b", "100Mi", "10m")]
        examination = await looked_at(section(api))
    memory, cpu = one(examination, "K8301"), one(examination, "K8302")
    assert (memory.health, cpu.health) == (Health.CRITICAL, Health.WARN)
    assert memory.sentence == f"{POD}, container app, uses 93 % of its memory limit (480 MB of 512 MB)."
    assert cpu.sentence == f"{POD}, container app, uses 82 % of its cpu limit (0.41 cores of 0.50 cores)."


async def test_a_warning_of_use_ends_only_well_below_where_it_began() -> None:
    async with serving() as api:

        def used(memory: str) -> Callable[[], None]:
            return lambda: setattr(api, "metrics", [measured("a", memory, "1m")])

        async def health(*sizes: str) -> Health:
            examination = await looked_at(section(api), *(used(size) for size in sizes))
            return one(examination, "K8301").health

        well(api)
        assert await health("380Mi") is Health.OK  # 74 %
        assert await health("420Mi") is Health.WARN  # 82 %
        assert await health("420Mi", "380Mi") is Health.WARN
        assert await health("420Mi", "350Mi") is Health.OK  # 68 %


async def test_without_a_metrics_api_use_is_unknown_and_the_rest_is_seen() -> None:
    async with serving() as api:
        well(api)
        api.metrics = None
        examination = await looked_at(section(api))
    finding = one(examination, "K8303")
    assert finding.sentence == "Use is not known: it has no metrics API."
    assert examination.health is Health.UNKNOWN
    assert codes(examination)["K8100"] == "ok"


async def test_a_metrics_api_that_fails_is_another_thing() -> None:
    async with serving() as api:
        well(api)
        api.broken = {"metrics": 503}
        finding = one(await looked_at(section(api)), "K8303")
    assert finding.sentence == "Use is not known: its metrics API does not answer."
    assert figures(finding)["status"] == 503


async def test_an_old_measurement_is_not_judged() -> None:
    async with serving() as api:
        well(api)
        api.metrics = [measured("a", "511Mi", "1m", ago(minutes=9))]
        examination = await looked_at(section(api))
    assert one(examination, "K8303").sentence == "Use is not known: the newest measurement is 9 min old."
    assert "K8301" not in codes(examination)


async def test_without_a_limit_use_is_unknown_never_fine() -> None:
    async with serving() as api:
        boundless = pod("a")
        boundless["spec"]["containers"][0]["resources"] = {}
        api.put("pods", boundless)
        api.metrics = [measured("a", "9Gi", "4")]
        examination = await looked_at(section(api))
    unknown = [finding for finding in examination.findings if finding.code == "K8303"]
    assert [finding.health for finding in unknown] == [Health.UNKNOWN, Health.UNKNOWN]
    assert "no limit is set on 1 container" in unknown[0].sentence


async def rolled(
    *revisions: Thing, moved: str | None = None, onset: datetime | None = None, **status: object
) -> Finding:
    async with serving() as api:
        well(api)
        api.things["replicasets"] = list(revisions)
        api.things["deployments"] = [deployment(moved=moved, **status)]
        examination = await looked_at(section(api), onset=onset)
    return next(finding for finding in examination.findings if finding.probe == "k8s.rollout")


async def test_a_rollout_tells_its_age_and_what_changed() -> None:
    finding = await rolled(
        replica_set(1, ago(days=9), "payments:2.4.0", replicas=0),
        replica_set(2, ago(minutes=7), "payments:2.4.1"),
    )
    assert (finding.code, finding.health) == ("K8400", Health.OK)
    said = "payments was rolled out to revision 2 7 min ago, image payments:2.4.1 after payments:2.4.0."
    assert finding.sentence == said
    assert figures(finding)["minutes since rollout"] == 7
    assert figures(finding)["strength"] == "strong"
    assert len(finding.table) == 3
    assert [mark.name for mark in finding.marks] == ["rollout of revision 2"]


@pytest.mark.parametrize(
    ("minutes", "said", "age", "came"),
    [(63, "23 min before it began", 23, "before"), (35, "5 min after it began", None, "after")],
)
async def test_in_an_incident_a_rollout_is_told_to_when_that_began(
    minutes: int, said: str, age: int | None, came: str
) -> None:
    revision = replica_set(2, ago(minutes=minutes), "payments:2.4.1")
    finding = await rolled(revision, onset=NOW - timedelta(minutes=40))
    assert finding.sentence.startswith(f"payments was rolled out to revision 2 {said}")
    assert (figures(finding)["minutes since rollout"], figures(finding)["came"]) == (age, came)


@pytest.mark.parametrize(("minutes", "strength"), [(9, "strong"), (10, "medium"), (29, "medium"), (30, None)])
async def test_a_rollout_speaks_for_itself_for_half_an_hour(minutes: int, strength: str | None) -> None:
    finding = await rolled(replica_set(2, ago(minutes=minutes), "payments:2.4.1"))
    assert figures(finding)["strength"] == strength
    assert bool(finding.meaning) == bool(strength)


async def test_a_rollback_is_told_by_when_it_happened_not_by_its_old_replica_set() -> None:
    finding = await rolled(
        replica_set(3, ago(days=9), "payments:2.4.0"),
        replica_set(2, ago(hours=1), "payments:2.4.1", replicas=0),
        moved=ago(minutes=4),
    )
    assert finding.sentence.startswith("payments went back to revision 3 4 min ago")
    assert figures(finding)["rollback"] == "yes"


async def test_a_rollout_past_its_deadline_is_critical_with_the_reason() -> None:
    finding = await rolled(
        replica_set(3, ago(minutes=20), "payments:bad", replicas=1),
        replica_set(2, ago(hours=9), "payments:2.4.1"),
        updatedReplicas=1,
        replicas=4,
        conditions=[STUCK],
    )
    assert (finding.code, finding.health) == ("K8401", Health.CRITICAL)
    assert "is stuck (1 of 3 pods are of it, 3 serve): ProgressDeadlineExceeded" in finding.sentence
    assert finding.next_step.startswith("kubectl rollout undo deployment/payments")


async def test_pods_that_may_not_be_made_are_named_with_the_quota() -> None:
    finding = await rolled(replica_set(2, ago(minutes=3), "x"), replicas=1, conditions=[QUOTA])
    assert finding.code == "K8401"
    assert "FailedCreate: exceeded quota: shop" in finding.sentence


async def test_a_rollout_on_its_way_is_no_fault_before_a_quarter_of_an_hour() -> None:
    going = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"}
    finding = await rolled(
        replica_set(2, ago(minutes=2), "x"),
        updatedReplicas=1,
        replicas=4,
        conditions=[going | {"lastUpdateTime": ago(minutes=1)}],
    )
    assert (finding.code, finding.health) == ("K8402", Health.OK)
    late = await rolled(
        replica_set(2, ago(minutes=30), "x"),
        updatedReplicas=1,
        replicas=4,
        conditions=[going | {"lastUpdateTime": ago(minutes=16)}],
    )
    assert (late.code, late.health) == ("K8401", Health.WARN)


async def test_pods_without_a_deployment_have_no_rollouts_to_tell_of() -> None:
    async with serving() as api:
        api.put("pods", pod("a"))
        examination = await looked_at(section(api))
    assert "rollouts: no deployment owns these pods" in examination.unseen
