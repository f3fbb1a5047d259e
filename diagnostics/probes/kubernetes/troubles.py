"""What is wrong with one pod: the reason that Kubernetes gives, how long, and how bad that is. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnostics.probes.kubernetes.codes import Code
from diagnostics.probes.kubernetes.section import Limits
from diagnostics.probes.kubernetes.seen import Container, Ended, SeenPod, seconds
from incidents.evidence import Health

WAITING = {
    "CrashLoopBackOff": Code.CRASH_LOOP,
    "ImagePullBackOff": Code.IMAGE_PULL,
    "ErrImagePull": Code.IMAGE_PULL,
    "ErrImageNeverPull": Code.IMAGE_PULL,
    "InvalidImageName": Code.IMAGE_PULL,
    "CreateContainerConfigError": Code.CONFIG_ERROR,
    "CreateContainerError": Code.CONFIG_ERROR,
    "RunContainerError": Code.CONFIG_ERROR,
}
OOM = "OOMKilled"
STOPPED = frozenset({0, 137, 143})  # it was told to end, or did so of itself; any other code is a crash
FORGIVEN = 600.0  # seconds that a container runs before kubelets start it again without waiting
NEVER_RAN = frozenset({"StartError", "ContainerCannotRun"})  # the program is missing or may not be run
CHURN = 3  # pods lost that are too many to be over, even where each pod was replaced


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong with one pod or one of its containers; seconds, where they are known."""

    code: Code
    health: Health
    pod: str
    container: str = ""
    reason: str = ""
    message: str = ""
    restarts: int = 0
    exit_code: int | None = None
    ran: float | None = None
    seconds: float | None = None


def troubles(pod: SeenPod, limits: Limits, now: datetime) -> Iterator[Trouble]:
    """Everything that is wrong with a pod; that it is not ready only if nothing else explains it."""
    if pod.phase == "Succeeded":
        return
    if pod.phase == "Failed" and pod.reason == "Evicted":
        yield from _evicted(pod, limits, now)
        return
    found = [trouble for container in pod.containers for trouble in _container(pod, container, limits, now)]
    found += _unscheduled(pod, limits, now)
    yield from found
    if not found and not pod.over:
        yield from _unready(pod, limits, now)


def _container(pod: SeenPod, container: Container, limits: Limits, now: datetime) -> Iterator[Trouble]:
    last = container.last
    recent = bool(last) and _within(last, limits.ended_within, now)
    code = _code(container, limits, now)
    if code:
        reason = container.waiting or (last.reason if last else "")
        yield _of(code, Health.CRITICAL, pod, container, reason, now)
    if last and last.reason == OOM and recent:
        settled = container.ready and container.restarts < limits.restarts_warn
        yield _of(Code.OOM_KILLED, Health.WARN if settled else Health.CRITICAL, pod, container, OOM, now)
    elif container.ended and container.ended.code and recent and not code:
        yield _of(Code.EXITED, Health.CRITICAL, pod, container, container.ended.reason, now)
    elif not code and _often(container, limits, now):
        yield _of(Code.RESTARTS, Health.WARN, pod, container, last.reason if last else "", now)


def _code(container: Container, limits: Limits, now: datetime) -> Code | None:
    """What keeps it from running, or from running for long."""
    last = container.last
    code = WAITING.get(container.waiting) or (Code.CRASH_LOOP if _between(container, limits, now) else None)
    never = code is Code.CRASH_LOOP and last is not None and last.reason in NEVER_RAN
    return Code.CONFIG_ERROR if never else code


def _between(container: Container, limits: Limits, now: datetime) -> bool:
    """Whether it crashes again and again though it does not wait just now: it runs, or has just ended."""
    last = container.last
    if not last or last.reason == OOM or last.code in STOPPED or container.restarts < limits.restarts_warn:
        return False
    return _within(last, FORGIVEN, now)


def _often(container: Container, limits: Limits, now: datetime) -> bool:
    within = _within(container.last, limits.restarts_within, now)
    return within and container.restarts >= limits.restarts_warn


def _of(
    code: Code, health: Health, pod: SeenPod, container: Container, reason: str, now: datetime
) -> Trouble:
    last = container.last
    return Trouble(
        code=code,
        health=health,
        pod=pod.name,
        container=container.name,
        reason=reason,
        message=container.message,
        restarts=container.restarts,
        exit_code=last.code if last else None,
        ran=last.ran if last else None,
        seconds=seconds(last.at if last else pod.made, now),
    )


def _within(ended: Ended | None, window: float, now: datetime) -> bool:
    """Whether it ended lately; an end of unknown time counts as lately."""
    age = seconds(ended.at, now) if ended else None
    return age is None or age <= window


def _evicted(pod: SeenPod, limits: Limits, now: datetime) -> Iterator[Trouble]:
    ends = [container.last.at for container in pod.containers if container.last and container.last.at]
    age = seconds(max(ends, default=None) or pod.since, now)
    if age is None or age <= limits.ended_within:
        health = Health.WARN if age is None else Health.CRITICAL
        yield Trouble(Code.EVICTED, health, pod.name, "", pod.reason, pod.message, seconds=age)


def settled(lost: Sequence[Trouble], pods: Sequence[SeenPod], now: datetime) -> bool:
    """Whether the pods that these troubles ended were replaced, and it has not become a habit."""
    ages = [each.seconds for each in lost]
    count = len({each.pod for each in lost})
    if not lost or count >= CHURN or None in ages:
        return False
    live = [pod for pod in pods if not pod.over and not pod.ending]
    oldest = max(age for age in ages if age is not None)
    newer = [
        pod
        for pod in pods
        if (pod.ready or pod.phase == "Succeeded")
        and (made := seconds(pod.made, now)) is not None
        and made <= oldest
    ]
    return len(newer) >= count and all(pod.ready for pod in live)


def _unscheduled(pod: SeenPod, limits: Limits, now: datetime) -> Iterator[Trouble]:
    if pod.unscheduled and not pod.over:
        age = seconds(pod.unscheduled_since, now)
        late = age is None or age >= limits.unscheduled_critical
        health = Health.CRITICAL if late else Health.WARN
        yield Trouble(Code.UNSCHEDULABLE, health, pod.name, "", "Unschedulable", pod.unscheduled, seconds=age)


def _unready(pod: SeenPod, limits: Limits, now: datetime) -> Iterator[Trouble]:
    age = seconds(pod.ending, now) if pod.ending else seconds(pod.since, now)
    if (pod.ready and not pod.ending) or age is None or age < limits.unready_warn:
        return
    if not pod.ending and (seconds(pod.made, now) or limits.starting) < limits.starting:
        return
    critical = age >= limits.unready_critical
    if pod.ending and not critical:
        return
    slow = next((container for container in pod.containers if not container.ready), None)
    yield Trouble(
        Code.NOT_READY,
        Health.CRITICAL if critical else Health.WARN,
        pod.name,
        slow.name if slow else "",
        "Terminating" if pod.ending else (slow.waiting if slow else "") or pod.phase,
        slow.message if slow else "",
        pod.restarts,
        seconds=age,
    )
