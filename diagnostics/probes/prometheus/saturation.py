"""What the service may run out of: connections of its pools, CPU, files that may be open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from diagnostics.probes.prometheus import drawn
from diagnostics.probes.prometheus.api import Series
from diagnostics.probes.prometheus.codes import Code
from diagnostics.probes.prometheus.known import Question
from diagnostics.probes.prometheus.means import PERCENT, Means, judged, share
from diagnostics.probes.prometheus.memory import name_of
from incidents.charts import Level
from incidents.evidence import Figure, Finding, Health

POOL = "prom.pool"
CPU = "prom.cpu"
FILES = "prom.fds"
MANY = 20  # rows of the table


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind of saturation is spoken of; `sentence` takes the name and the share."""

    sentence: str
    meaning: str
    next_step: str


POOL_WORDS = Words(
    "{share} of the connections of {name} are in use.",
    "When none is left, requests wait for one and then fail.",
    "Look at the database's sessions and locks: who holds them, and for how long.",
)
CPU_WORDS = Words(
    "{name} uses {share} of the CPU that it may use.",
    "Requests wait for CPU; health checks may fail next.",
    "See whether traffic has grown or a deploy made it dearer; add an instance if it is traffic.",
)

FILES_WORDS = Words(
    "{name} has {share} of the files open that it may open.",
    "When none is left, it can take no connection and open no file.",
    "Restart it before that, one instance at a time; then look for what it does not close.",
)


async def pool(means: Means) -> tuple[Finding, ...]:
    """The fullest connection pool."""
    means.optional(Question.POOL)
    found = await means.ask(Question.POOL)
    if not found:
        return (means.absent(Code.POOL, POOL, "connection pools", Question.POOL),)
    fullest, percent = _fullest(found)
    limits = means.limits
    health = judged(percent, warn=limits.pool_warn, critical=limits.pool_critical)
    figures = (
        Figure("in use", round(percent, 1), "%"),
        Figure("pool", name_of(fullest)),
        Figure("pools", len(found)),
    )
    said = _finding(means, (Code.POOL, POOL), POOL_WORDS, health, figures, found)
    full = Level("all in use", PERCENT)
    chart = (
        await drawn.shares(means, Question.POOL, "connections in use", full, name_of)
        if said.meaning
        else None
    )
    return (replace(said, chart=chart),)


async def cpu(means: Means) -> tuple[Finding, ...]:
    """The busiest instance."""
    means.optional(Question.CPU)
    found = await means.ask(Question.CPU)
    if not found:
        return (means.absent(Code.CPU, CPU, "CPU", Question.CPU),)
    busiest, percent = _fullest(found)
    health = judged(percent, warn=means.limits.cpu_warn, critical=means.limits.cpu_critical)
    figures = (Figure("cpu", round(percent, 1), "%"), Figure("instance", name_of(busiest)))
    said = _finding(means, (Code.CPU, CPU), CPU_WORDS, health, figures, found)
    full = Level("all that it may use", PERCENT)
    chart = await drawn.shares(means, Question.CPU, "CPU in use", full, name_of) if said.meaning else None
    return (replace(said, chart=chart),)


async def files(means: Means) -> tuple[Finding, ...]:
    """The instance with the most files open, of those that it may open."""
    means.optional(Question.FILES)
    found = await means.ask(Question.FILES)
    if not found:
        return (means.absent(Code.FILES, FILES, "open files", Question.FILES),)
    fullest, percent = _fullest(found)
    health = judged(percent, warn=means.limits.files_warn, critical=means.limits.files_critical)
    figures = (Figure("files used", round(percent, 1), "%"), Figure("instance", name_of(fullest)))
    said = _finding(means, (Code.FILES, FILES), FILES_WORDS, health, figures, found)
    full = Level("all that it may open", PERCENT)
    chart = await drawn.shares(means, Question.FILES, "files open", full, name_of) if said.meaning else None
    return (replace(said, chart=chart),)


def _fullest(found: Sequence[Series]) -> tuple[Series, float]:
    series = max(found, key=lambda series: series.points[-1][1])
    return series, PERCENT * series.points[-1][1]


def _finding(
    means: Means,
    whose: tuple[Code, str],
    words: Words,
    health: Health,
    figures: tuple[Figure, ...],
    found: Sequence[Series],
) -> Finding:
    fullest, percent = _fullest(found)
    ill = health is not Health.OK
    ranked = sorted(found, key=lambda series: -series.points[-1][1])[:MANY]
    rows = tuple((name_of(series), share(PERCENT * series.points[-1][1])) for series in ranked)
    sentence = words.sentence.format(name=name_of(fullest), share=share(percent))
    return Finding(
        code=whose[0],
        probe=whose[1],
        target=means.target,
        health=health,
        sentence=sentence[:1].upper() + sentence[1:],
        figures=figures,
        meaning=words.meaning if ill else "",
        next_step=words.next_step if ill else "",
        table=(("name", "share"), *rows) if ill else (),
    )
