"""Memory and CPU of containers against their limits, as the metrics API measured them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lightkube.models.core_v1 import Container
from lightkube.resources.core_v1 import Pod
from lightkube.utils.quantity import parse_quantity
from pydantic import BaseModel

from diagnostics.hold import Hold
from diagnostics.probes.kubernetes import ids
from diagnostics.probes.kubernetes.codes import Code
from diagnostics.probes.kubernetes.described import CODES
from diagnostics.probes.kubernetes.section import Limits
from diagnostics.wording import counted, duration, percent, size
from incidents.evidence import Figure, Finding, Health

PROBE = ids.USE
RESOURCES = {"memory": Code.MEMORY, "cpu": Code.CPU}


class _Measured(BaseModel):
    name: str
    usage: dict[str, str]


class _Meta(BaseModel):
    name: str


class Measurement(BaseModel):
    """One pod of the metrics API; what it says beyond this is left out."""

    metadata: _Meta
    timestamp: datetime
    containers: tuple[_Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """One container's use of one resource: bytes, or cores."""

    resource: str
    pod: str
    container: str
    used: Decimal
    limit: Decimal | None

    @property
    def share(self) -> int:
        """Percent of its limit; 0 without one."""
        return percent(float(self.used), float(self.limit)) if self.limit else 0


def uses(pods: Sequence[Pod], measurements: Sequence[Measurement]) -> tuple[Use, ...]:
    """What each container uses, beside its limit."""
    limits = {
        (pod.metadata.name, container.name, resource): _limit(container, resource)
        for pod in pods
        if pod.metadata and pod.spec
        for container in (*(pod.spec.containers or ()), *(pod.spec.initContainers or ()))
        for resource in RESOURCES
    }
    return tuple(
        Use(resource, each.metadata.name, container.name, used, limits.get(key))
        for each in measurements
        for container in each.containers
        for resource in RESOURCES
        if (used := parse_quantity(container.usage.get(resource))) is not None
        for key in [(each.metadata.name, container.name, resource)]
    )


def _limit(container: Container, resource: str) -> Decimal | None:
    limits = container.resources.limits if container.resources else None
    return parse_quantity((limits or {}).get(resource)) or None


def judged(target: str, found: Sequence[Use], limits: Limits, hold: Hold) -> tuple[Finding, ...]:
    """The findings about memory and CPU.

    Args:
        target: what was asked.
        found: each container's use.
        limits: when it is ill.
        hold: how each stood the last time.
    """
    return tuple(_judged(target, found, resource, limits, hold) for resource in RESOURCES)


def _judged(target: str, found: Sequence[Use], resource: str, limits: Limits, hold: Hold) -> Finding:
    code = RESOURCES[resource]
    mine = sorted((use for use in found if use.resource == resource), key=lambda use: -use.share)
    limited = [use for use in mine if use.limit]
    if not limited:
        return _unlimited(target, resource, mine)
    worst = limited[0]
    health = hold.judged(
        code,
        worst.share,
        warn=limits.use_warn,
        critical=limits.use_critical,
        release=limits.use_release,
    )
    described = next(each for each in CODES if each.code == code)
    ill = health is not Health.OK
    return Finding(
        code=code,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"{worst.pod}, container {worst.container}, uses {worst.share} % of its {resource} limit "
        f"({_said(worst.used, resource)} of {_said(worst.limit or Decimal(0), resource)}).",
        figures=(
            Figure("use", worst.share, "%"),
            Figure("pod", worst.pod),
            Figure("container", worst.container),
            Figure("used", float(worst.used), "bytes" if resource == "memory" else ""),
            Figure("limit", float(worst.limit or 0), "bytes" if resource == "memory" else ""),
            Figure("without a limit", len(mine) - len(limited)),
        ),
        meaning=described.meaning if ill else "",
        next_step=described.next_step if ill else "",
        table=tuple(_table(mine, resource)),
    )


def _unlimited(target: str, resource: str, mine: Sequence[Use]) -> Finding:
    why = f"no limit is set on {counted(len(mine), 'container')}" if mine else "nothing was measured yet"
    return Finding(
        code=Code.NO_METRICS,
        probe=PROBE,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"How much of their {resource} limit the pods use is not known: {why}.",
        figures=(Figure("without a limit", len(mine)),),
        meaning="Without a limit a container can take what its node has." if mine else "",
        next_step=f"Set a {resource} limit."
        if mine
        else "Ask again in a minute; new pods are measured later.",
        table=tuple(_table(mine, resource)),
    )


def stale(target: str, age: float) -> Finding:
    """The finding that the newest measurement is too old to be judged."""
    return Finding(
        code=Code.NO_METRICS,
        probe=PROBE,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"Use is not known: the newest measurement is {duration(age)} old.",
        figures=(Figure("age", round(age), "s"),),
        meaning="Memory and CPU are not known to be fine.",
        next_step="See whether metrics-server runs and reaches the nodes.",
    )


def absent(target: str, status: int) -> Finding:
    """The finding that there is no metrics API, or that it is registered and does not answer."""
    why = "its metrics API does not answer" if status else "it has no metrics API"
    there = "metrics-server is registered but not well" if status else "metrics-server is not installed"
    return Finding(
        code=Code.NO_METRICS,
        probe=PROBE,
        target=target,
        health=Health.UNKNOWN,
        sentence=f"Use is not known: {why}.",
        figures=(Figure("status", status or None),),
        meaning="Memory and CPU are not known to be fine.",
        next_step=f"Likely {there}: kubectl get apiservice v1beta1.metrics.k8s.io tells.",
    )


def _table(mine: Sequence[Use], resource: str) -> Iterator[tuple[str, ...]]:
    yield ("pod", "container", resource, "limit", "use")
    for use in mine[:50]:
        limit = _said(use.limit, resource) if use.limit else "none"
        yield (
            use.pod,
            use.container,
            _said(use.used, resource),
            limit,
            f"{use.share} %" if use.limit else "",
        )


def _said(amount: Decimal, resource: str) -> str:
    return size(float(amount)) if resource == "memory" else f"{float(amount):.2f} cores"
