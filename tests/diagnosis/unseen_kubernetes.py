"""Pods at the stand-in with faults that were thought of after its patterns, and odd but healthy services."""

from tests.diagnosis.case import NOTHING, Case, Group
from tests.diagnosis.kubernetes import (
    BACKING_OFF,
    UNHEALTHY,
    becomes,
    holds,
    instead,
    opened,
    put,
    rolled_out,
)
from tests.diagnosis.kubernetes_objects import (
    BACK_OFF,
    crashed,
    evicted,
    finished,
    homeless,
    made,
    name,
    once,
    pending,
    starting,
)
from tests.diagnostics.kubernetes.standin import Thing, deployment, ended, event, measured, pod, unready
from tests.diagnostics.remote import ago

QUOTA = (
    'pods "payments-7d4f5b6c8-x2k" is forbidden: exceeded quota: compute, requested: limits.memory=512Mi, '
    "used: limits.memory=2Gi, limited: limits.memory=2Gi"
)
NOT_MOUNTED = 'MountVolume.SetUp failed for volume "keys" : secret "payments-keys" not found'
SHUTDOWN = "Pod was terminated in response to imminent node shutdown."


def initialising() -> Thing:
    """Its first container, which the others wait for, crashes."""
    thing = pending("a", "PodInitializing", "")
    waits = {"waiting": {"reason": "CrashLoopBackOff", "message": BACK_OFF}}
    first = {"name": "migrate", "ready": False, "restartCount": 6, "image": "payments:2.4.1", "imageID": ""}
    first |= {"state": waits, "lastState": ended("Error", 1, ago(minutes=2))}
    thing["status"]["initContainerStatuses"] = [first]
    return thing


def with_sidecar() -> Thing:
    """Two containers, of which the second was killed for its memory."""
    thing = unready("a", ago(minutes=1))
    status = thing["status"]["containerStatuses"]
    other = dict(status[0], name="proxy", restartCount=3, lastState=ended("OOMKilled", 137, ago(minutes=1)))
    status[0] = dict(status[0], ready=True)
    status.append(other)
    return thing


def ending(which: str, **since: float) -> Thing:
    thing = unready(which, ago(**since))
    thing["metadata"]["deletionTimestamp"] = ago(**since)
    return thing


def shut_down(which: str) -> Thing:
    """What is left of a pod whose node was shut down in order."""
    thing = pod(which, phase="Failed", reason="Terminated", message=SHUTDOWN)
    status = {"ready": False, "started": False, "state": ended("Error", 143, ago(minutes=20))}
    thing["status"]["containerStatuses"][0] |= status
    for condition in thing["status"]["conditions"]:
        if condition["type"] in {"Ready", "ContainersReady"}:
            condition.update(status="False", reason="PodFailed", lastTransitionTime=ago(minutes=20))
    return thing


def tried() -> Thing:
    """A Job's first try, which failed."""
    thing = shut_down("migrate0")
    del thing["status"]["message"], thing["status"]["reason"]
    thing["status"]["containerStatuses"][0]["state"] = ended("Error", 1, ago(minutes=12))
    thing["metadata"]["creationTimestamp"] = ago(minutes=13)
    return thing


def over_quota() -> Thing:
    failed = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": QUOTA}
    moves = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated", "message": ""}
    when = {"lastUpdateTime": ago(minutes=9), "lastTransitionTime": ago(minutes=9)}
    counts = {"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2}
    thing = deployment()
    thing["status"] |= {**counts, "conditions": [failed | when, moves | when]}
    return thing


def paused() -> Thing:
    thing = deployment(updatedReplicas=1)
    thing["spec"]["paused"] = True
    return thing


GROUP = Group(
    "Kubernetes unseen (stand-in)",
    opened,
    (
        Case("its first container crashes", "CRASH_LOOP", holds(instead(initialising()))),
        Case("a second container out of memory", "OOM_KILLED", holds(instead(with_sidecar()))),
        Case(
            "ends at once, without an error",
            "CRASH_LOOP",
            holds(instead(crashed(code=0, reason="Completed")), put("events", BACKING_OFF)),
        ),
        Case(
            "a program that is not in its image",
            "CONFIG_ERROR",
            holds(instead(crashed(code=128, reason="StartError")), put("events", BACKING_OFF)),
        ),
        Case(
            "the new image missing, the old pods serve",
            "IMAGE_PULL",
            holds(rolled_out(8), put("pods", pending("d", "ErrImagePull", "not found"))),
        ),
        Case(
            "a volume that cannot be mounted",
            "VOLUME_NOT_MOUNTED",
            holds(
                instead(pending("a", "ContainerCreating", "")),
                put("events", event("FailedMount", name("a"), count=9, message=NOT_MOUNTED)),
            ),
        ),
        Case(
            "a quota used up",
            "ROLLOUT_STUCK",
            holds(becomes("deployments", over_quota()), becomes("pods", pod("a"), pod("b"))),
        ),
        Case(
            "a node lost, no room elsewhere",
            "UNSCHEDULABLE",
            holds(instead(ending("a", minutes=4), ending("b", minutes=4)), put("pods", homeless("d"))),
        ),
        Case(
            "its liveness check fails since a rollout",
            "BAD_DEPLOY",
            holds(
                rolled_out(26),
                instead(*(crashed(each, code=137) for each in "abc")),
                put("events", UNHEALTHY),
                onset=True,
            ),
        ),
        Case(
            "all pods new, none ready for two minutes",
            "BAD_DEPLOY",
            holds(rolled_out(2.2), instead(*(starting(each, minutes=2) for each in "abc"))),
        ),
        Case(
            "evicted, two pods are left",
            "EVICTED",
            holds(instead(evicted("a", minutes=4))),
        ),
        Case(
            "scaled up a moment ago",
            NOTHING,
            holds(put("pods", *(starting(each, seconds=50) for each in "de"))),
        ),
        Case("of a StatefulSet", NOTHING, holds(becomes("replicasets"), becomes("deployments"))),
        Case("one is being ended", NOTHING, holds(put("pods", ending("old", seconds=20)))),
        Case("forty restarts, weeks ago", NOTHING, holds(instead(once("a", restarts=40, days=20)))),
        Case("not ready for half a minute", NOTHING, holds(instead(unready("a", ago(seconds=30))))),
        Case(
            "a Job that succeeded at its second try",
            NOTHING,
            holds(put("pods", tried(), finished(minutes=10))),
        ),
        Case(
            "a node shut down in order, all replaced",
            NOTHING,
            holds(put("pods", shut_down("old")), instead(made("a", minutes=20))),
        ),
        Case("a rollout that is paused", NOTHING, holds(becomes("deployments", paused()))),
        Case(
            "memory at three quarters of its limit",
            NOTHING,
            holds(lambda api: setattr(api, "metrics", [measured("a", "390Mi", "120m")])),
        ),
    ),
)
