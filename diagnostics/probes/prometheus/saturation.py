"""What the service may run out of: connections of its pools, CPU, files that may be open, threads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

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
WORKERS = "prom.workers"
THROTTLED = "prom.throttled"
MANY = 20  # rows of the table
Figures: TypeAlias = tuple[float | int | str, str]  # a value and its unit


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can run out, as a share of what there is.

    Attributes:
        what: in people's words, where nothing is known of it.
        figures: the names of the share, of whose it is and, if that tells something, of how many there are.
        sentence: takes the name and the share.
        measure: and `full`, the level of all, in pictures.
    """

    question: Question
    code: Code
    probe: str
    what: str
    figures: tuple[str, ...]
    sentence: str
    meaning: str
    next_step: str
    measure: str
    full: str


KINDS = (
    Kind(
        Question.POOL,
        Code.POOL,
        POOL,
        "connection pools",
        ("in use", "pool", "pools"),
        "{share} of the connections of {name} are in use.",
        "When none is left, requests wait for one and then fail.",
        "Look at the database's sessions and locks: who holds them, and for how long.",
        "connections in use",
        "all in use",
    ),
    Kind(
        Question.CPU,
        Code.CPU,
        CPU,
        "CPU",
        ("cpu", "instance"),
        "{name} uses {share} of the CPU that it may use.",
        "Requests wait for CPU; health checks may fail next.",
        "See whether traffic has grown or a deploy made it dearer; add an instance if it is traffic.",
        "CPU in use",
        "all that it may use",
    ),
    Kind(
        Question.FILES,
        Code.FILES,
        FILES,
        "open files",
        ("files used", "instance"),
        "{name} has {share} of the files open that it may open.",
        "When none is left, it can take no connection and open no file.",
        "Restart it before that, one instance at a time; then look for what it does not close.",
        "files open",
        "all that it may open",
    ),
    Kind(
        Question.WORKERS,
        Code.WORKERS,
        WORKERS,
        "threads that serve requests",
        ("busy", "instance"),
        "{share} of the threads of {name} that serve requests are busy.",
        "When none is free, requests wait until one is, whatever they ask for.",
        "Look at what they wait for: its database and locks first, then what it calls.",
        "threads busy",
        "all that there are",
    ),
    Kind(
        Question.THROTTLED,
        Code.THROTTLED,
        THROTTLED,
        "the processor's limit",
        ("throttled", "instance"),
        "{name} is held back by its processor limit in {share} of the periods.",
        "It stands still until the next period, in the middle of requests.",
        "Raise or remove its processor limit, or give its work to more instances.",
        "periods held back",
        "all periods",
    ),
)


async def pool(means: Means) -> tuple[Finding, ...]:
    """The fullest connection pool."""
    return await _looked(means, Question.POOL, means.limits.pool_warn, means.limits.pool_critical)


async def cpu(means: Means) -> tuple[Finding, ...]:
    """The busiest instance."""
    return await _looked(means, Question.CPU, means.limits.cpu_warn, means.limits.cpu_critical)


async def files(means: Means) -> tuple[Finding, ...]:
    """The instance with the most files open, of those that it may open."""
    return await _looked(means, Question.FILES, means.limits.files_warn, means.limits.files_critical)


async def workers(means: Means) -> tuple[Finding, ...]:
    """The instance with the most threads busy, of those that it may have for requests."""
    return await _looked(means, Question.WORKERS, means.limits.workers_warn, means.limits.workers_critical)


async def throttled(means: Means) -> tuple[Finding, ...]:
    """The container that its processor limit holds back most."""
    limits = means.limits
    return await _looked(means, Question.THROTTLED, limits.throttled_warn, limits.throttled_critical)


async def _looked(means: Means, question: Question, warn: float, critical: float) -> tuple[Finding, ...]:
    kind = next(kind for kind in KINDS if kind.question is question)
    means.optional(question)
    found = await means.ask(question)
    if not found:
        return (means.absent(kind.code, kind.probe, kind.what, question),)
    said = _finding(means, kind, found, warn, critical)
    if not said.meaning:
        return (said,)
    level = Level(kind.full, PERCENT)
    return (replace(said, chart=await drawn.shares(means, question, kind.measure, level, name_of)),)


def _finding(means: Means, kind: Kind, found: Sequence[Series], warn: float, critical: float) -> Finding:
    ranked = sorted(found, key=lambda series: -series.points[-1][1])
    name, percent = name_of(ranked[0]), PERCENT * ranked[0].points[-1][1]
    health = judged(percent, warn=warn, critical=critical)
    ill = health is not Health.OK
    rows = ((name_of(series), share(PERCENT * series.points[-1][1])) for series in ranked[:MANY])
    sentence = kind.sentence.format(name=name, share=share(percent))
    values: tuple[Figures, ...] = ((round(percent, 1), "%"), (name, ""), (len(found), ""))
    return Finding(
        code=kind.code,
        probe=kind.probe,
        target=means.target,
        health=health,
        sentence=sentence[:1].upper() + sentence[1:],
        figures=tuple(Figure(each, *value) for each, value in zip(kind.figures, values, strict=False)),
        meaning=kind.meaning if ill else "",
        next_step=kind.next_step if ill else "",
        table=(("name", "share"), *rows) if ill else (),
    )
