"""Pods and their containers as they stood when they were listed: only what is judged, no environment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lightkube.models.core_v1 import ContainerStatus, PodCondition
from lightkube.resources.core_v1 import Pod

from incidents.quoting import quoted

LONG = 240  # characters of a message


@dataclass(frozen=True, slots=True)
class Ended:
    """How a container ended, now or the last time; `began` is when that run of it had started."""

    code: int
    reason: str
    at: datetime | None
    began: datetime | None = None

    @property
    def ran(self) -> float | None:
        """Seconds for which it had run; None if that is not known."""
        return (self.at - self.began).total_seconds() if self.at and self.began else None


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a pod.

    Attributes:
        waiting: why it does not run, such as "CrashLoopBackOff"; empty if it does not wait.
        ended: how it ended, if it stands still now.
        before: how it ended the last time.
    """

    name: str
    ready: bool = False
    restarts: int = 0
    runs: bool = False
    waiting: str = ""
    message: str = ""
    ended: Ended | None = None
    before: Ended | None = None

    @property
    def last(self) -> Ended | None:
        """Its newest end."""
        return self.ended or self.before


@dataclass(frozen=True, slots=True)
class SeenPod:
    """One pod.

    Attributes:
        since: when it last turned ready or unready, or was made.
        ending: when it was to be gone; None if it is not being deleted.
        unscheduled: why it finds no node; empty if it has one.
    """

    name: str
    phase: str
    reason: str
    message: str
    made: datetime | None
    ready: bool
    since: datetime | None
    ending: datetime | None
    unscheduled: str
    unscheduled_since: datetime | None
    containers: tuple[Container, ...]

    @property
    def over(self) -> bool:
        """Whether it has done its work or was given up: it will not serve again."""
        return self.phase in {"Succeeded", "Failed"}

    @property
    def restarts(self) -> int:
        """Of all its containers."""
        return sum(container.restarts for container in self.containers)


def seen(pod: Pod) -> SeenPod:
    """The pod as it is judged."""
    meta, status = pod.metadata, pod.status
    conditions = {condition.type: condition for condition in (status and status.conditions) or ()}
    ready, placed = conditions.get("Ready"), conditions.get("PodScheduled")
    lost = placed is not None and placed.status == "False" and placed.reason == "Unschedulable"
    made = _when(meta.creationTimestamp if meta else None)
    return SeenPod(
        name=(meta and meta.name) or "?",
        phase=(status and status.phase) or "Unknown",
        reason=(status and status.reason) or "",
        message=quoted((status and status.message) or "", LONG),
        made=made,
        ready=ready is not None and ready.status == "True",
        since=_turned(ready) or made,
        ending=_when(meta.deletionTimestamp if meta else None),
        unscheduled=quoted((placed and placed.message) or "Unschedulable", LONG) if lost else "",
        unscheduled_since=(_turned(placed) or made) if lost else None,
        containers=tuple(_containers(pod)),
    )


def seconds(since: datetime | None, now: datetime) -> float | None:
    """How long ago; None if that is not known."""
    return max((now - since).total_seconds(), 0.0) if since else None


def _containers(pod: Pod) -> Iterator[Container]:
    status = pod.status
    if status is None:
        return
    for each in (*(status.initContainerStatuses or ()), *(status.containerStatuses or ())):
        yield _container(each)


def _container(status: ContainerStatus) -> Container:
    state, last = status.state, status.lastState
    waiting = state.waiting if state else None
    return Container(
        name=status.name,
        ready=bool(status.ready),
        restarts=status.restartCount,
        runs=bool(state and state.running),
        waiting=(waiting and waiting.reason) or "",
        message=quoted((waiting and waiting.message) or "", LONG),
        ended=_ended(state.terminated) if state else None,
        before=_ended(last.terminated) if last else None,
    )


def _ended(state: Any) -> Ended | None:  # noqa: ANN401 -- the library's ContainerStateTerminated or None
    if not state:
        return None
    return Ended(state.exitCode, state.reason or "", _when(state.finishedAt), _when(state.startedAt))


def _turned(condition: PodCondition | None) -> datetime | None:
    return _when(condition.lastTransitionTime) if condition else None


def _when(moment: object) -> datetime | None:
    return moment if isinstance(moment, datetime) else None
