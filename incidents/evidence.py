"""What was looked at and what it showed: findings, causes and the verdict over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from incidents.charts import Chart, Mark
from incidents.errors import InvalidText

LONGEST = 100  # characters of a text to look for


class Health(StrEnum):
    """How a thing is. UNKNOWN means that it could not be seen, which is not the same as fine."""

    CRITICAL = "critical"
    WARN = "warn"
    UNKNOWN = "unknown"
    OK = "ok"

    @property
    def rank(self) -> int:
        """0 is the worst; findings are shown in this order."""
        return list(Health).index(self)


class Confidence(StrEnum):
    """How sure a cause is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Sought:
    """A text to look for in logs, character by character: never a pattern, a path or a query.

    Raises:
        InvalidText: there is none, it is too long, or it is more than one line.
    """

    text: str

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidText("Say which text to find, such as `/diagnose logs find connection refused`.")
        if len(self.text) > LONGEST:
            raise InvalidText(f"A text to find has at most {LONGEST} characters. Give the part that matters.")
        if not self.text.isprintable():
            raise InvalidText("A text to find is one line of printable characters.")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or word behind a finding, such as ("usable slots", 47, "")."""

    name: str
    value: int | float | str | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a probe saw.

    Attributes:
        code: stable, such as "PG101"; rules, documentation and tests refer to it.
        probe: which way of looking produced it, such as "pg.idle_in_txn".
        target: what was looked at, such as "payments db".
        sentence: what is so, in one plain sentence with its deciding figures.
        figures: the numbers behind the sentence.
        meaning: why it matters; empty where the sentence says it all.
        next_step: what to do now; empty where there is nothing to do.
        table: rows of raw figures shown folded, the first row being the heading.
        chart: how it came to be so, where that was measured over time.
        marks: what happened when, for the pictures of all that was looked at.
    """

    code: str
    probe: str
    target: str
    health: Health
    sentence: str
    figures: tuple[Figure, ...] = ()
    meaning: str = ""
    next_step: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    chart: Chart | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """A named reason for what is seen, with the codes of the findings that it rests on.

    Attributes:
        code: stable, such as "DB_DOWN".
        evidence: the codes of those findings.
        title: the cause in a few words, such as "a connection leak".
        score: hundredths, 5-95; of two with the same score neither is likelier.
        checked: how many of the signs for and against it could be checked.
        signs: how many there are, but for those that nothing is configured to check.
        held: the signs that speak for it, each with its figures.
        against: the signs that speak against it.
        missing: what would have told more and was not to be had, with why if nothing is configured for it.
        symptoms: what else is wrong because of it.
        next_probe: what to look at for what is missing.
        runbook: where the procedure stands.
        actions: what can be done about it, such as "pg.end_idle", the likeliest to help first.
    """

    code: str
    sentence: str
    confidence: Confidence
    evidence: tuple[str, ...] = ()
    next_step: str = ""
    title: str = ""
    score: int = 0
    checked: int = 0
    signs: int = 0
    held: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    next_probe: str = ""
    runbook: str = ""
    actions: tuple[str, ...] = ()

    @property
    def coverage(self) -> int:
        """Hundredths of its signs that could be checked."""
        return 100 * self.checked // self.signs if self.signs else 100


@dataclass(frozen=True, slots=True)
class Shared:
    """A look that was begun for somebody else: so many seconds before, by whom; None where nobody asked."""

    seconds: float
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """A run of probes over one target as it stands now; shown again each time it grows.

    Attributes:
        target: what was asked for, such as "db".
        health: the worst health found so far.
        sentence: the verdict in one sentence.
        findings: worst first.
        looking: names of probes still running.
        unseen: what could not be looked at, each with its reason.
        seconds: how long the run has taken until now.
        masked: how many secrets were taken out of the evidence.
        looked: what was looked at and could be seen.
        untested: causes that may be so, each with what was not to be had to tell.
        changes: what is different from the look before, in sentences.
        since: when that look began, UTC; None if there was none. Several targets are each compared with their
            own last look; then it is the earliest of them.
        sought: the text that was looked for, if that was the question.
        since_latest: when the latest of them began.
        shared: the look was begun for somebody else; None where it was begun for the one who asked.
    """

    target: str
    started_at: datetime
    health: Health
    sentence: str
    findings: tuple[Finding, ...] = ()
    causes: tuple[Cause, ...] = ()
    looking: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    seconds: float = 0.0
    masked: int = 0
    next_step: str = field(default="")
    looked: tuple[str, ...] = ()
    untested: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    since: datetime | None = None
    sought: Sought | None = None
    since_latest: datetime | None = None
    shared: Shared | None = None

    @property
    def complete(self) -> bool:
        """Whether every probe has answered or run out of its time."""
        return not self.looking
