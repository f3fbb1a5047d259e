"""What a PostgreSQL probe is given to look with, and what it is itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from diagnostics.hold import Hold
from diagnostics.probe import Pause
from diagnostics.probes.postgres.counts import Tally
from diagnostics.probes.postgres.lag import Lags
from diagnostics.probes.postgres.rowcounts import RowCounts
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Session
from incidents.evidence import Finding


@dataclass(frozen=True, slots=True)
class Means:
    """The warm session to the target, its limits, how to wait between samples, and what was seen before."""

    target: str
    session: Session
    limits: Limits
    pause: Pause
    monotonic: Callable[[], float]
    tally: Tally
    lags: Lags
    rows: RowCounts
    hold: Hold


Method: TypeAlias = Callable[[Means], Awaitable[tuple[Finding, ...]]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to look at a PostgreSQL: its id, what it looks for in people's words, and how."""

    id: str
    title: str
    look: Method
    sampled: bool = False
