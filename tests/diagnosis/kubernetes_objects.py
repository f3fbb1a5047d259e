"""Pods, events and deployments as kubelets, the scheduler and the controllers write them."""

from tests.diagnostics.kubernetes.standin import HASH, Thing, deployment, ended, event, pod, unready, waiting
from tests.diagnostics.remote import ago

BACK_OFF = f"back-off 5m0s restarting failed container=app pod=payments-{HASH}-a_shop(0c1f)"
NO_ROOM = (
    "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: "
    "3 No preemption victims found for incoming pod."
)
PRESSURE = (
    "The node was low on resource: memory. Threshold quantity: 100Mi, available: 83544Ki. Container app was "
    "using 498Mi, request is 256Mi, has larger consumption of memory."
)


def name(which: str) -> str:
    return f"payments-{HASH}-{which}"


def crashed(which: str = "a", code: int = 1, reason: str = "Error", restarts: int = 9) -> Thing:
    """In CrashLoopBackOff."""
    last = ended(reason, code, ago(minutes=3))
    return waiting(which, "CrashLoopBackOff", BACK_OFF, restartCount=restarts, started=False, lastState=last)


def between(code: int, reason: str = "Error", restarts: int = 7) -> Thing:
    """Started again eight seconds ago, and ready as far as Kubernetes can tell."""
    thing = pod("a")
    thing["status"]["containerStatuses"][0] |= {
        "restartCount": restarts,
        "state": {"running": {"startedAt": ago(seconds=8)}},
        "lastState": ended(reason, code, ago(minutes=3)),
    }
    for condition in thing["status"]["conditions"]:
        if condition["type"] in {"Ready", "ContainersReady"}:
            condition["lastTransitionTime"] = ago(seconds=8)
    return thing


def pending(which: str, reason: str, message: str) -> Thing:
    """A container that has never run."""
    thing = waiting(which, reason, message, started=False, imageID="")
    thing["status"]["phase"] = "Pending"
    return thing


def homeless(which: str = "a") -> Thing:
    thing = pod(which, phase="Pending", containerStatuses=[])
    del thing["spec"]["nodeName"]
    lost = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": NO_ROOM}
    thing["status"]["conditions"] = [lost | {"lastTransitionTime": ago(minutes=12)}]
    thing["metadata"]["creationTimestamp"] = ago(minutes=12)
    return thing


def evicted(which: str, **when: float) -> Thing:
    thing = pod(which, phase="Failed", reason="Evicted", message=PRESSURE, containerStatuses=[])
    gone = {"type": "DisruptionTarget", "status": "True", "reason": "TerminationByKubelet"}
    unready = {"type": "Ready", "status": "False", "reason": "PodFailed", "lastTransitionTime": ago(**when)}
    thing["status"]["conditions"] = [gone | {"lastTransitionTime": ago(**when)}, unready]
    return thing


def from_scheduler(about: str) -> Thing:
    """As the events API writes them: no count, no first or last time."""
    thing = event("FailedScheduling", about, message=NO_ROOM)
    empty: Thing = {"count": None, "firstTimestamp": None, "lastTimestamp": None, "source": {}}
    return thing | empty | {"eventTime": ago(minutes=2), "reportingComponent": "default-scheduler"}


def made(which: str, **since: float) -> Thing:
    """Well, made so long ago."""
    thing = pod(which)
    thing["metadata"]["creationTimestamp"] = ago(**since)
    return thing


def once(which: str, *, restarts: int = 1, **when: float) -> Thing:
    """Restarted, and well since."""
    thing = pod(which)
    thing["status"]["containerStatuses"][0] |= {
        "restartCount": restarts,
        "lastState": ended("Error", 1, ago(**when)),
    }
    return thing


def scaled_to_nothing() -> Thing:
    thing = deployment(replicas=0, updatedReplicas=0, readyReplicas=0, availableReplicas=0)
    thing["spec"]["replicas"] = 0
    return thing


def finished(**since: float) -> Thing:
    """A pod of a Job that is done, made so long ago."""
    thing = pod("migrate", phase="Succeeded")
    thing["metadata"]["creationTimestamp"] = ago(**(since or {"minutes": 11}))
    thing["status"]["containerStatuses"][0] |= {
        "ready": False,
        "state": ended("Completed", 0, ago(minutes=9)),
    }
    for condition in thing["status"]["conditions"]:
        if condition["type"] in {"Ready", "ContainersReady"}:
            condition |= {"status": "False", "reason": "PodCompleted", "lastTransitionTime": ago(minutes=9)}
    return thing


def starting(which: str, **since: float) -> Thing:
    """A new pod that has not been ready yet."""
    thing = unready(which, ago(**since), state={"running": {"startedAt": ago(**since)}})
    thing["metadata"]["creationTimestamp"] = ago(**since)
    return thing
