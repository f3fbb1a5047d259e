"""Pods and rollouts at a stand-in for the Kubernetes API: each reason that keeps pods from serving, and well.

The objects are as kubelets, the scheduler and the controllers write them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from incidents.evidence import Examination
from tests.diagnosis.case import NOTHING, Case, Group, at_noon, looked_at
from tests.diagnosis.kubernetes_objects import (
    between,
    crashed,
    evicted,
    finished,
    from_scheduler,
    homeless,
    made,
    name,
    once,
    pending,
    scaled_to_nothing,
    starting,
)
from tests.diagnostics.kubernetes import standin
from tests.diagnostics.kubernetes.standin import (
    HASH,
    Api,
    Thing,
    deployment,
    ended,
    event,
    measured,
    replica_set,
    unready,
)
from tests.diagnostics.redis.server import free_port
from tests.diagnostics.remote import NOW, ago

Act = Callable[[None], Awaitable[Examination]]
Change = Callable[[Api], None]
BEGAN = NOW - timedelta(minutes=20)
PULL = (
    'Back-off pulling image "registry.example.com/payments:2.4.2": ErrImagePull: rpc error: code = NotFound '
    'desc = failed to pull and unpack image "registry.example.com/payments:2.4.2": not found'
)
LATE = 'Liveness probe failed: Get "http://10.1.2.3:8080/health": context deadline exceeded'
DEADLINE = f'ReplicaSet "payments-{HASH}" has timed out progressing.'


@asynccontextmanager
async def opened() -> AsyncIterator[None]:
    yield


def holds(*changes: Change, onset: bool = False, **settings: object) -> Act:
    """A service of three pods that is well but for these changes; with an onset, trouble of 20 minutes."""

    async def act(_nothing: None) -> Examination:
        async with standin.serving() as api:
            standin.well(api)
            for change in changes:
                change(api)
            section = standin.section(api, **settings)
            return await looked_at(targets=at_noon(section), onset=BEGAN if onset else None)

    return act


def instead(*pods: Thing) -> Change:
    """These pods in place of those of the same name."""

    def change(api: Api) -> None:
        names = {each["metadata"]["name"] for each in pods}
        api.things["pods"] = [each for each in api.things["pods"] if each["metadata"]["name"] not in names]
        api.put("pods", *pods)

    return change


def put(plural: str, *things: Thing) -> Change:
    """Also these."""
    return lambda api: api.put(plural, *things)


def becomes(plural: str, *things: Thing) -> Change:
    """These instead of all others."""
    return lambda api: api.things.update({plural: list(things)})


def uses(memory: str) -> Change:
    return lambda api: setattr(api, "metrics", [measured("a", memory, "120m")])


def without_metrics(api: Api) -> None:
    api.metrics = None


def told(which: str, *lines: str) -> Change:
    """A container's log, the last line of a moment ago; with a minus, of the one before its restart."""
    text = "".join(f"{ago(seconds=20 * (len(lines) - n))} {line}\n" for n, line in enumerate(lines))
    sign, bare = ("-", which[1:]) if which.startswith("-") else ("", which)
    return lambda api: api.logs.update({sign + name(bare): text})


def rolled_out(minutes: float) -> Change:
    """The newest revision came so long ago."""
    return becomes(
        "replicasets",
        replica_set(1, ago(days=9), "payments:2.4.0", replicas=0),
        replica_set(2, ago(minutes=minutes), "payments:2.4.1"),
    )


def stuck() -> Change:
    failed = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    failed |= {"message": DEADLINE, "lastUpdateTime": ago(minutes=30), "lastTransitionTime": ago(minutes=30)}
    return becomes(
        "deployments", deployment(replicas=4, updatedReplicas=1, unavailableReplicas=1, conditions=[failed])
    )


def on_its_way() -> Change:
    moves = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated", "message": "progresses"}
    moves |= {"lastUpdateTime": ago(seconds=20), "lastTransitionTime": ago(minutes=3)}
    return becomes("deployments", deployment(replicas=4, updatedReplicas=1, conditions=[moves]))


async def no_api(_nothing: None) -> Examination:
    gone = Api(url=f"http://127.0.0.1:{free_port()}")
    return await looked_at(targets=at_noon(standin.section(gone)))


def churn() -> tuple[Change, ...]:
    """Evicted one after another, and each replaced."""
    gone = [evicted(f"old{n}", minutes=10 * n) for n in (1, 2, 3)]
    return put("pods", *gone), instead(*(made(each, minutes=10 * n) for n, each in enumerate("abc", 1)))


UNHEALTHY = event("Unhealthy", name("a"), count=12, message=LATE)
BACKING_OFF = event(
    "BackOff",
    name("a"),
    count=31,
    message=f"Back-off restarting failed container app in pod {name('a')}_shop",
)
FAULTS = (
    Case(
        "killed for its memory, running again",
        "OOM_KILLED",
        holds(instead(between(137, "OOMKilled", restarts=2)), uses("498Mi")),
    ),
    Case(
        "killed for its memory, again and again",
        "OOM_KILLED",
        holds(instead(crashed(code=137, reason="OOMKilled")), put("events", BACKING_OFF)),
    ),
    Case("an image that is not there", "IMAGE_PULL", holds(instead(pending("a", "ImagePullBackOff", PULL)))),
    Case(
        "a Secret that is not there",
        "CONFIG_ERROR",
        holds(instead(pending("a", "CreateContainerConfigError", 'secret "payments" not found'))),
    ),
    Case(
        "a variable missing at start",
        "CONFIG_ERROR",
        holds(
            instead(crashed()),
            put("events", BACKING_OFF),
            told("a", "Traceback (most recent call last):", "KeyError: 'DATABASE_URL'"),
        ),
    ),
    Case(
        "no node has room",
        "UNSCHEDULABLE",
        holds(instead(homeless()), put("events", from_scheduler(name("a")))),
    ),
    Case(
        "evicted, and no room for the next",
        "EVICTED",
        holds(instead(evicted("a", minutes=4)), put("pods", unready("d", ago(minutes=4)))),
    ),
    Case("crashes, waits to be started", "CRASH_LOOP", holds(instead(crashed()), put("events", BACKING_OFF))),
    Case(
        "crashes, running at the moment",
        "CRASH_LOOP",
        holds(instead(between(1)), put("events", BACKING_OFF)),
    ),
    Case(
        "crashed this moment",
        "CRASH_LOOP",
        holds(
            instead(unready("a", ago(seconds=2), restartCount=7, state=ended("Error", 1, ago(seconds=2)))),
            put("events", BACKING_OFF),
        ),
    ),
    Case(
        "crashes since a rollout, in an incident",
        "BAD_DEPLOY",
        holds(rolled_out(26), instead(*map(crashed, "abc")), put("events", BACKING_OFF), onset=True),
    ),
    Case(
        "not ready since a rollout, in an incident",
        "BAD_DEPLOY",
        holds(rolled_out(22), instead(*(unready(each, ago(minutes=20)) for each in "abc")), onset=True),
    ),
    Case("a rollout that is stuck", "ROLLOUT_STUCK", holds(stuck())),
    Case(
        "ended by its liveness check",
        "PROBE_MISCONFIG",
        holds(instead(between(137)), put("events", UNHEALTHY)),
    ),
    Case(
        "ended by its liveness check, backing off",
        "PROBE_MISCONFIG",
        holds(instead(crashed(code=137)), put("events", UNHEALTHY, BACKING_OFF)),
    ),
    Case(
        "two of three not ready", "POD_NOT_READY", holds(instead(*(unready(n, ago(minutes=9)) for n in "ab")))
    ),
    Case(
        "scaled to nothing",
        "NO_PODS",
        holds(becomes("pods"), becomes("deployments", scaled_to_nothing())),
    ),
    Case(
        "one has ended with an error, once",
        "CONTAINER_DOWN",
        holds(instead(unready("a", ago(seconds=90), state=ended("Error", 2, ago(seconds=90))))),
    ),
    Case("restarted six times, two hours ago", "CRASH_LOOP", holds(instead(once("a", restarts=6, hours=2)))),
    Case(
        "its readiness check fails",
        "POD_NOT_READY",
        holds(
            instead(*(unready(each, ago(minutes=9)) for each in "ab")),
            put("events", event("Unhealthy", name("a"), count=50, message=LATE.replace("Live", "Readi"))),
        ),
    ),
    Case("three evicted, each replaced", "EVICTED", holds(*churn())),
    Case("the API is away", "CLUSTER_API_DOWN", no_api),
)


def refused(api: Api) -> None:
    api.forbidden = {"list events", "list replicasets.apps", "get pods/log"}


CONTROLS = (
    Case("three pods, well", NOTHING, holds()),
    Case(
        "a rollout on its way",
        NOTHING,
        holds(rolled_out(2), on_its_way(), put("pods", starting("d", seconds=20))),
    ),
    Case(
        "a rollout on its way, a slow start",
        NOTHING,
        holds(rolled_out(2), on_its_way(), put("pods", starting("d", seconds=100))),
    ),
    Case("a Job that is done", NOTHING, holds(put("pods", finished()))),
    Case("one restart, long ago", NOTHING, holds(instead(once("a", days=1)))),
    Case("one restart, an hour ago", NOTHING, holds(instead(once("a", hours=1)))),
    Case(
        "old warnings",
        NOTHING,
        holds(put("events", event("Unhealthy", name("a"), count=40, at=ago(minutes=50), message=LATE))),
    ),
    Case(
        "two failed checks at a start",
        NOTHING,
        holds(put("events", event("Unhealthy", name("a"), count=2, at=ago(minutes=9), message=LATE))),
    ),
    Case(
        "an evicted pod, already replaced",
        NOTHING,
        holds(put("pods", evicted("old", minutes=40)), instead(made("a", minutes=40))),
    ),
    Case("no metrics API", NOTHING, holds(without_metrics)),
    Case("a role that may not read events", NOTHING, holds(refused)),
    Case("credentials that are refused", NOTHING, holds(token="an-old-token")),
)
GROUP = Group("Kubernetes (stand-in)", opened, (*FAULTS, *CONTROLS))
