"""Memory of the service: how full it is, and when it will be full if it goes on like this."""

from collections.abc import Sequence
from dataclasses import dataclass

from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.known import Question
from diagnostics.probes.prometheus.means import PERCENT, STEP, Means, judged
from diagnostics.trend import Trend, trend
from diagnostics.wording import counted, duration, size
from incidents import charts
from incidents.charts import Chart, Level
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "prom.memory_trend"
HOUR = 3600.0
MANY = 20  # instances in the table
FEWEST = 10  # points that make a trend; after a start, memory grows for a while in any case
REACH = 10  # times its own length a line may be drawn on; ten minutes after a deploy tell nothing of tonight
FAR = 10  # times the warning; what is farther away is not worth a word
NEAR = 0.9  # of the limit: what falls from there was probably killed


@dataclass(frozen=True, slots=True)
class Instance:
    """One process or container and its memory over the last hour."""

    name: str
    used: float
    limit: float | None
    line: Trend | None
    points: tuple[tuple[float, float], ...] = ()

    @property
    def percent(self) -> float | None:
        """How much of its limit it uses; None without one."""
        return PERCENT * self.used / self.limit if self.limit else None

    def left(self, steady: float) -> float | None:
        """Seconds until the limit; None if it does not grow steadily towards one."""
        line = self.line
        if line is None or self.limit is None or line.steadiness < steady or line.points < FEWEST:
            return None
        left = None if self._falls_in_time(line, self.limit) else line.reaches(self.limit)
        return None if left is None or left > REACH * line.points * STEP else left

    @property
    def killed(self) -> bool:
        """It has fallen from near its limit, as a process does that is killed there."""
        peak = self.line.peak if self.line else None
        return peak is not None and self.limit is not None and peak >= NEAR * self.limit

    def _falls_in_time(self, line: Trend, limit: float) -> bool:
        """It has come down by itself, again and again, well below its limit: memory is given back."""
        return line.restarts > 1 and (line.peak or limit) < NEAR * limit


async def memory(means: Means) -> tuple[Finding, ...]:
    """The instance that is nearest to its limit, or will be there first."""
    chosen = means.optional(Question.MEMORY)
    lines = [one for one in await means.history(chosen.query, seconds=HOUR) if _still_there(means, one)]
    limits = await means.ask(Question.MEMORY_LIMIT)
    instances = [_instance(series, limits) for series in lines]
    if not instances:
        return (means.absent(Code.MEMORY, PROBE, "memory", Question.MEMORY),)
    ranked = sorted(instances, key=lambda instance: _urgency(means, instance))
    return (_finding(means, ranked),)


def _still_there(means: Means, series: Series) -> bool:
    """An instance that ended within the hour is no longer the service's."""
    return bool(series.points) and series.points[-1][0] > means.now - 2 * STEP


def _instance(series: Series, limits: Sequence[Series]) -> Instance:
    line = trend(series.points)
    return Instance(name_of(series), series.points[-1][1], _limit(series, limits), line, series.points)


def name_of(series: Series) -> str:
    """What people call a series: its pod, container, instance or name."""
    told = [
        series.labels[label] for label in ("pod", "container", "name", "pool") if series.labels.get(label)
    ]
    return quoted("/".join(told) or series.labels.get("instance", "") or "the service", 120)


def _limit(series: Series, limits: Sequence[Series]) -> float | None:
    same = [limit.value for limit in limits if limit.labels == series.labels]
    for_all = [limit.value for limit in limits] if len(limits) == 1 else []
    return next((value for value in (*same, *for_all) if value and value > 0), None)


def _health(means: Means, instance: Instance) -> Health:
    limits = means.limits
    left = instance.left(limits.steady)
    soon = (
        Health.OK
        if left is None
        else judged(-left, warn=-limits.time_to_limit_warn, critical=-limits.time_to_limit_critical)
    )
    full = judged(instance.percent or 0, warn=limits.memory_warn, critical=limits.memory_critical)
    unknown = Health.UNKNOWN if instance.limit is None else Health.OK
    killed = Health.WARN if instance.killed else Health.OK
    return min((soon, full, killed, unknown), key=lambda health: health.rank)


def _urgency(means: Means, instance: Instance) -> tuple[int, float, float]:
    left = instance.left(means.limits.steady)
    return (_health(means, instance).rank, float("inf") if left is None else left, -(instance.percent or 0))


def _finding(means: Means, instances: Sequence[Instance]) -> Finding:
    worst = instances[0]
    health = _health(means, worst)
    ill = health in {Health.WARN, Health.CRITICAL}
    return Finding(
        code=Code.MEMORY,
        probe=PROBE,
        target=means.target,
        health=health,
        sentence=_sentence(means, worst),
        figures=_figures(means, worst),
        meaning="A process that reaches its limit is killed, with the requests that it was serving."
        if ill
        else "",
        next_step=_next_step(worst, ill=ill),
        table=_table(means, instances) if ill else (),
        chart=_chart(means, worst) if ill else None,
    )


def _chart(means: Means, worst: Instance) -> Chart:
    left = worst.left(means.limits.steady)
    near = left is not None and left <= FAR * means.limits.time_to_limit_warn
    return Chart(
        measure="memory",
        unit="bytes",
        series=(charts.Series(worst.name, worst.points),),
        levels=(Level("limit", worst.limit),) if worst.limit else (),
        reaches=means.now + left if near and left else None,
    )


def _sentence(means: Means, worst: Instance) -> str:
    of = f" of {size(worst.limit)} ({worst.percent:.0f} %)" if worst.limit else ""
    held = f"{worst.name} uses {size(worst.used)}{of} of memory"
    left = worst.left(means.limits.steady)
    line = worst.line
    if line and worst.killed:
        times = counted(line.restarts, "time")
        return f"{held}; it fell from {size(line.peak or 0)} {times} in the last hour."
    if left is not None and line and left <= FAR * means.limits.time_to_limit_warn:
        grown = line.slope * HOUR
        return f"{held}, grows by {size(grown)} an hour and reaches its limit in {duration(left)}."
    if worst.limit is None:
        return f"{held}{_growth(means, worst)}; its limit is not known."
    return f"{held}{'' if worst.line else '; its growth is not known yet'}."


def _growth(means: Means, worst: Instance) -> str:
    line = worst.line
    if line is None or line.slope <= 0 or line.steadiness < means.limits.steady:
        return ""
    return f" and grows by {size(line.slope * HOUR)} an hour"


def _figures(means: Means, worst: Instance) -> tuple[Figure, ...]:
    line = worst.line
    left = worst.left(means.limits.steady)
    return (
        Figure("used memory", round(worst.used), "bytes"),
        Figure("memory limit", round(worst.limit) if worst.limit else None, "bytes"),
        Figure("memory used", round(worst.percent, 1) if worst.percent is not None else None, "%"),
        Figure("growth an hour", round(line.slope * HOUR) if line else None, "bytes"),
        Figure("time to limit", round(left) if left is not None else None, "s"),
        Figure("restarts in the hour", line.restarts if line else None),
        Figure("steadiness", round(line.steadiness, 2) if line else None),
        Figure("instance", worst.name),
    )


def _next_step(worst: Instance, *, ill: bool) -> str:
    if ill:
        return f"Restart {worst.name} before it is killed, one instance at a time; then look for the leak."
    return "" if worst.limit else "Name its limit in bytes: queries.memory_limit."


def _table(means: Means, instances: Sequence[Instance]) -> tuple[tuple[str, ...], ...]:
    rows = [
        (
            each.name,
            size(each.used),
            size(each.limit) if each.limit else "not known",
            size(each.line.slope * HOUR) if each.line and each.line.slope > 0 else "0",
            duration(left) if (left := each.left(means.limits.steady)) is not None else "",
        )
        for each in instances[:MANY]
    ]
    return (("instance", "used", "limit", "growth an hour", "full in"), *rows)
