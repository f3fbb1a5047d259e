"""What is remembered of containers between looks: memory over time, and when each was started."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import linear_regression

from diagnostics.probes.docker.codes import Code
from diagnostics.probes.docker.containers import Container
from diagnostics.probes.docker.section import Limits
from diagnostics.wording import duration, size
from incidents.charts import Chart, Level, Series
from incidents.evidence import Figure, Finding, Health

PROBE = "docker.trend"
HOUR = 3600.0
FEWEST = 3  # samples
SHORTEST = 600.0  # seconds from the first to the last of them
APART = timedelta(seconds=20)  # samples closer together say no more
KEPT = 240
LONGEST = timedelta(hours=6)


@dataclass(slots=True)
class Memory:
    """The samples of one container since it was started: when, and bytes."""

    started_at: datetime | None
    samples: deque[tuple[datetime, int]] = field(default_factory=lambda: deque(maxlen=KEPT))


@dataclass(frozen=True, slots=True)
class Growth:
    """How memory grows: bytes a second, seconds observed, over which samples, and bytes grown."""

    rate: float
    observed: float
    points: tuple[tuple[datetime, int], ...]
    grown: float

    @property
    def samples(self) -> int:
        """How many there are."""
        return len(self.points)


class Trend:
    """Remembers containers while the process lives; a container that starts again begins anew."""

    def __init__(self) -> None:
        self._memories: dict[str, Memory] = {}
        self._started: dict[str, tuple[datetime | None, datetime]] = {}

    def note(self, container: Container, at: datetime, used: int) -> None:
        """Remember one sample."""
        memory = self._memories.get(container.id)
        if memory is None or memory.started_at != container.started_at:
            memory = self._memories[container.id] = Memory(container.started_at)
        while memory.samples and at - memory.samples[0][0] > LONGEST:
            memory.samples.popleft()
        if not memory.samples or at - memory.samples[-1][0] >= APART:
            memory.samples.append((at, used))

    def growth(self, container: Container) -> Growth | None:
        """How its memory grows; None until that can be told."""
        memory = self._memories.get(container.id)
        return growth(memory.samples) if memory else None

    def restarted(self, containers: Iterable[Container], now: datetime) -> dict[str, float]:
        """Seconds since the last look, by the id of each container that was started meanwhile."""
        found: dict[str, float] = {}
        kept = dict(self._started)
        self._started = {container.id: (container.started_at, now) for container in containers}
        for identity, (started_at, _) in self._started.items():
            before = kept.get(identity)
            if before and started_at != before[0]:
                found[identity] = (now - before[1]).total_seconds()
        self._memories = {identity: m for identity, m in self._memories.items() if identity in self._started}
        return found


def growth(samples: Iterable[tuple[datetime, int]]) -> Growth | None:
    """The straight line through samples, oldest first; None if they are too few or too close together."""
    points = tuple(samples)
    observed = (points[-1][0] - points[0][0]).total_seconds() if points else 0.0
    if len(points) < FEWEST or observed < SHORTEST:
        return None
    times = [(at - points[0][0]).total_seconds() for at, _ in points]
    rate = linear_regression(times, [used for _, used in points]).slope
    return Growth(rate, observed, points, rate * observed)


def judged(
    target: str, limits: Limits, found: Sequence[tuple[Container, int, Growth]]
) -> tuple[Finding, ...]:
    """The containers that will reach their limit soon if they go on like this.

    Args:
        target: what is looked at.
        limits: when that is soon.
        found: each with the bytes that it uses now, and how they grow.
    """
    every = (_one(target, limits, container, used, grows) for container, used, grows in found)
    return tuple(finding for finding in every if finding)


def _one(target: str, limits: Limits, container: Container, used: int, grows: Growth) -> Finding | None:
    limit = container.memory_limit
    if not limit or grows.grown < limits.trend_growth or grows.rate <= 0:
        return None
    left = max(limit - used, 0) / grows.rate
    if left > limits.trend_hours_warn * HOUR:
        return None
    name = container.name
    return Finding(
        code=Code.MEMORY_TREND,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL if left < limits.trend_hours_critical * HOUR else Health.WARN,
        sentence=f"{name} grows by {size(grows.rate * HOUR)} an hour and reaches its limit of {size(limit)} "
        f"in {duration(left)}.",
        figures=(
            Figure("container", name),
            Figure("growth", round(grows.rate * HOUR), "bytes per h"),
            Figure("until limit", round(left), "s"),
            Figure("samples", grows.samples),
            Figure("observed", round(grows.observed), "s"),
        ),
        meaning="At the limit it is killed. Memory that grows without more traffic is a leak.",
        next_step=f"docker restart {name} at a time of your choice gives it back; then find what grows since "
        "the last deploy.",
        chart=_chart(name, limit, left, grows),
    )


def _chart(name: str, limit: int, left: float, grows: Growth) -> Chart:
    points = tuple((at.timestamp(), float(used)) for at, used in grows.points)
    return Chart(
        measure="memory",
        unit="bytes",
        series=(Series(name, points),),
        levels=(Level("limit", float(limit)),),
        reaches=points[-1][0] + left,
    )
