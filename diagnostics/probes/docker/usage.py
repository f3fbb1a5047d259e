"""What containers use, from a few samples: memory beside the limit, processors, throttling. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from diagnostics.hold import Hold
from diagnostics.probes.docker import ids
from diagnostics.probes.docker.codes import Code
from diagnostics.probes.docker.containers import Container, moment
from diagnostics.probes.docker.section import Limits
from diagnostics.wording import listed, percent, size
from incidents.evidence import Figure, Finding, Health

PROBE = ids.USAGE
NANO = 10**9
PERIODS = 5  # fewer say nothing about throttling


@dataclass(frozen=True, slots=True)
class Sample:
    """What a container used at one moment; bytes, seconds and counts since its start.

    Attributes:
        limit: of memory; that of the machine if it has none of its own.
        cores: of the machine.
    """

    at: datetime
    memory: int
    limit: int
    busy: float
    cores: int
    periods: int
    throttled: int


@dataclass(frozen=True, slots=True)
class Usage:
    """The samples of one running container, oldest first; at least one."""

    container: Container
    samples: tuple[Sample, ...]

    @property
    def allowed(self) -> float:
        """How many processors it may use."""
        return self.container.cores or self.samples[-1].cores

    @property
    def cores(self) -> tuple[float, ...]:
        """How many it used between each two samples."""
        return tuple(
            (after.busy - before.busy) / seconds
            for before, after in pairwise(self.samples)
            if (seconds := (after.at - before.at).total_seconds()) > 0
        )


def read(told: Mapping[str, Any]) -> Sample | None:
    """One answer to "stats"; None if the container has ended."""
    memory, cpu, at = told.get("memory_stats") or {}, told.get("cpu_stats") or {}, moment(told.get("read"))
    if at is None or "usage" not in memory:
        return None
    detail, times = memory.get("stats") or {}, cpu.get("throttling_data") or {}
    cache = detail.get("total_inactive_file", detail.get("inactive_file", 0))  # control groups 1, 2
    used = cpu.get("cpu_usage") or {}
    return Sample(
        at=at,
        memory=max(int(memory["usage"]) - int(cache), 0),
        limit=int(memory.get("limit") or 0),
        busy=int(used.get("total_usage") or 0) / NANO,
        cores=int(cpu.get("online_cpus") or len(used.get("percpu_usage") or ()) or 1),
        periods=int(times.get("periods") or 0),
        throttled=int(times.get("throttled_periods") or 0),
    )


def judged(target: str, limits: Limits, used: Sequence[Usage], hold: Hold) -> tuple[Finding, ...]:
    """The findings that are ill, container by container, and one about all the others."""
    found: list[Finding] = []
    for usage in used:
        found += (finding for finding in _one(target, limits, usage, hold) if finding)
    ill = {figure.value for finding in found for figure in finding.figures if figure.name == "container"}
    well = [usage for usage in used if usage.container.name not in ill]
    return (*found, *_well(target, well))


def _one(target: str, limits: Limits, usage: Usage, hold: Hold) -> Iterator[Finding | None]:
    yield _memory(target, limits, usage, hold)
    yield _cpu(target, limits, usage)
    yield _throttled(target, limits, usage)


def _share(usage: Usage) -> int:
    """Of the limit in percent, by the smallest of the samples, so that a moment's peak is no alarm."""
    limit = usage.container.memory_limit or usage.samples[-1].limit
    return percent(min(sample.memory for sample in usage.samples), limit)


def _memory(target: str, limits: Limits, usage: Usage, hold: Hold) -> Finding | None:
    share, own = _share(usage), usage.container.memory_limit
    health = hold.judged(
        usage.container.id,
        share,
        warn=limits.memory_warn,
        critical=limits.memory_critical,
        release=limits.memory_release,
    )
    if health is Health.OK:
        return None
    used, limit = usage.samples[-1].memory, own or usage.samples[-1].limit
    whose = "its limit" if own else "its machine's memory (it has no limit)"
    name = usage.container.name
    return Finding(
        code=Code.MEMORY,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"{name} uses {size(used)} of the {size(limit)} of {whose}: {share} %.",
        figures=(
            Figure("container", name),
            Figure("used memory", used, "bytes"),
            Figure("limit", limit, "bytes"),
            Figure("share", share, "%"),
        ),
        meaning="At the limit it is killed, and what it was doing is lost.",
        next_step=f"See whether it grows (look again later). docker restart {name} gives it back for now; "
        "raising the limit helps if it does not leak.",
    )


def _cpu(target: str, limits: Limits, usage: Usage) -> Finding | None:
    cores = usage.cores
    share = percent(min(cores, default=0.0), usage.allowed)
    if share < limits.cpu_warn:
        return None
    name = usage.container.name
    return Finding(
        code=Code.CPU,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"{name} uses {cores[-1]:.1f} of its {usage.allowed:g} processors: {share} %.",
        figures=(
            Figure("container", name),
            Figure("cores used", round(cores[-1], 2)),
            Figure("cores allowed", round(usage.allowed, 2)),
            Figure("share", share, "%"),
        ),
        meaning="Requests wait for their turn.",
        next_step="Compare with the traffic and the last deploy; docker top shows which process it is.",
    )


def _throttled(target: str, limits: Limits, usage: Usage) -> Finding | None:
    steps = [(b.throttled - a.throttled, b.periods - a.periods) for a, b in pairwise(usage.samples)]
    shares = [percent(held, periods) for held, periods in steps if periods >= PERIODS]
    if not shares or min(shares) < limits.throttled_warn:
        return None
    name = usage.container.name
    return Finding(
        code=Code.THROTTLED,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"{name} is held back by its processor limit in {min(shares)} % of all periods.",
        figures=(
            Figure("container", name),
            Figure("throttled", min(shares), "%"),
            Figure("periods", sum(periods for _, periods in steps)),
        ),
        meaning="It could work faster than it may, so its answers are late although the machine has time.",
        next_step="Raise its processor limit (cpus), or find what made it busier.",
    )


def _well(target: str, well: Sequence[Usage]) -> Iterator[Finding]:
    if not well:
        return
    most = max(well, key=_share)
    names = listed(tuple(usage.container.name for usage in well[:4]))
    which = names if len(well) <= 4 else f"{len(well)} containers"  # noqa: PLR2004 -- what a sentence bears
    room = "has room" if len(well) == 1 else "have room"
    rows = tuple(
        (usage.container.name, size(usage.samples[-1].memory), f"{_share(usage)} %", _cores(usage))
        for usage in well
    )
    yield Finding(
        code=Code.MEMORY,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"{which} {room}: at most {_share(most)} % of the memory is used ({most.container.name}).",
        figures=(
            Figure("container", most.container.name),
            Figure("used memory", most.samples[-1].memory, "bytes"),
            Figure("limit", most.container.memory_limit or None, "bytes"),
            Figure("share", _share(most), "%"),
        ),
        table=(("container", "memory", "of its limit", "processors"), *rows),
    )


def _cores(usage: Usage) -> str:
    return f"{usage.cores[-1]:.2f} of {usage.allowed:g}" if usage.cores else "not known"
