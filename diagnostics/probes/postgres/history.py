"""What the sessions did in the last hours: counted with every sign of life, so that there is a before."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from diagnostics.probes.postgres.census import SESSIONS
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.session import Reading
from incidents.charts import Chart, Level, Series
from incidents.evidence import Finding, Health

KEPT = 1_000  # samples; of 30 s each, more than eight hours
LONGEST = 2 * 3600.0  # seconds that are shown
STATES = ("idle in transaction", "active", "idle")  # as they are stacked; what is left comes last
LEFT = "other"
SAMPLE = f"""
SELECT (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true), '0')::int) AS usable,
       count(*)::int AS clients,
       (count(*) FILTER (WHERE state LIKE 'idle in transaction%'))::int AS "idle in transaction",
       (count(*) FILTER (WHERE state = 'active'))::int AS "active",
       (count(*) FILTER (WHERE state = 'idle'))::int AS "idle"
  FROM ({SESSIONS}) AS sessions
"""  # noqa: S608 -- made of constants
SHOWN = frozenset({Code.SLOTS, Code.IDLE_IN_TRANSACTION})


@dataclass(frozen=True, slots=True)
class Sample:
    """How many sessions of each state there were, of how many that there may be; `at` in Unix seconds."""

    at: float
    usable: int
    counts: Mapping[str, int]


class History:
    """Remembers samples while the process lives.

    Args:
        clock: the time of day.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._samples: deque[Sample] = deque(maxlen=KEPT)

    async def sample(self, read: Reading) -> None:
        """Count the sessions now: one statement."""
        (row,) = await read(SAMPLE)
        counts = {state: row[state] for state in STATES}
        counts[LEFT] = row["clients"] - sum(counts.values())
        self._samples.append(Sample(self._clock().timestamp(), row["usable"], counts))

    def beside(self, finding: Finding) -> Finding:
        """The finding with the course of the sessions, if it is about their number and something is wrong."""
        if finding.health is Health.OK or finding.code not in SHOWN or not self._samples:
            return finding
        return replace(finding, chart=self._chart())

    def _chart(self) -> Chart:
        newest = self._samples[-1]
        shown = [sample for sample in self._samples if newest.at - sample.at <= LONGEST]
        return Chart(
            measure="client sessions",
            unit="",
            series=tuple(
                Series(state, tuple((sample.at, float(sample.counts[state])) for sample in shown))
                for state in (*STATES, LEFT)
                if state != LEFT or any(sample.counts[LEFT] for sample in shown)
            ),
            levels=(Level("usable slots", float(newest.usable)),),
            stacked=True,
        )
