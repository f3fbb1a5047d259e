"""Work that waits in queues: whether one grows faster than it is done."""

from dataclasses import dataclass
from statistics import median

from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.known import Question
from diagnostics.probes.prometheus.means import FEWEST, HISTORY, Means
from diagnostics.trend import trend
from diagnostics.wording import capital
from incidents import charts
from incidents.charts import Chart
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "prom.queues"
LATELY = 900.0  # seconds whose course tells whether it grows now
SHOWN = 3600.0  # seconds in a picture
MANY = 20  # rows of the table
HOUR = 3600
NAMES = ("consumergroup", "topic", "queue", "queue_name", "name")


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue: what waits now and usually, and by how much an hour that grows, if it does so steadily."""

    name: str
    waits: float
    usual: float | None
    growth: float
    points: tuple[tuple[float, float], ...]


async def queues(means: Means) -> tuple[Finding, ...]:
    """The queue that grows the most."""
    chosen = means.optional(Question.QUEUE)
    past = await means.history(chosen.query, seconds=HISTORY)
    found = [_queue(means, series) for series in past if series.points]
    if not found:
        return (means.absent(Code.QUEUE, PROBE, "queues", Question.QUEUE),)
    ranked = sorted(found, key=lambda queue: (_health(means, queue).rank, -queue.waits))
    return (_finding(means, ranked),)


def _queue(means: Means, series: Series) -> Queue:
    now, waits = series.points[-1]
    end = means.began - means.limits.usual_to
    before = [value for at, value in series.points if at <= end]
    line = trend([point for point in series.points if point[0] >= now - LATELY])
    grows = line is not None and line.restarts == 0 and line.steadiness >= means.limits.steady
    usual = median(before) if len(before) >= FEWEST else None
    return Queue(_name(series), waits, usual, HOUR * line.slope if line and grows else 0.0, series.points)


def _name(series: Series) -> str:
    told = [series.labels[label] for label in NAMES if series.labels.get(label)]
    return quoted(" ".join(told), 120) or "the queue"


def _health(means: Means, queue: Queue) -> Health:
    """Much waits, several times the usual, and it becomes more."""
    limits = means.limits
    if queue.waits < limits.queue_least or queue.growth <= 0:
        return Health.OK
    times = queue.waits / max(queue.usual, 1.0) if queue.usual is not None else None
    if times is None or times < limits.queue_times:
        return Health.OK
    return Health.CRITICAL if times >= limits.queue_times_critical else Health.WARN


def _finding(means: Means, ranked: list[Queue]) -> Finding:
    worst = ranked[0]
    health = _health(means, worst)
    ill = health is not Health.OK
    usually = "" if worst.usual is None else f", usually {worst.usual:,.0f}"
    more = f", and {worst.growth:,.0f} more each hour" if ill else ""
    return Finding(
        code=Code.QUEUE,
        probe=PROBE,
        target=means.target,
        health=health,
        sentence=capital(f"{worst.waits:,.0f} wait in {worst.name}{usually}{more}."),
        figures=(
            Figure("waiting", round(worst.waits)),
            Figure("usually waiting", None if worst.usual is None else round(worst.usual)),
            Figure("growth an hour", round(worst.growth)),
            Figure("queue", worst.name),
        ),
        meaning="Work comes in faster than it is done, so what is asked for now is done late." if ill else "",
        next_step="See whether its workers run and what they wait for; then whether more comes in than usual."
        if ill
        else "",
        table=(("queue", "waiting"), *((queue.name, f"{queue.waits:,.0f}") for queue in ranked[:MANY]))
        if ill
        else (),
        chart=_chart(worst) if ill else None,
    )


def _chart(queue: Queue) -> Chart:
    end = queue.points[-1][0]
    lately = tuple(point for point in queue.points if point[0] >= end - SHOWN)
    return Chart("waiting in the queue", "", (charts.Series(queue.name, lately),), ())
