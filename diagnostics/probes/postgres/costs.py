"""The statements that cost most while we look; what they cost since the last reset is told, not judged."""

from dataclasses import dataclass

from diagnostics.probe import SkippedError
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Reading, Row
from diagnostics.sqltext import shape
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.statements_top"
EXTENSION = """
SELECT quote_ident(nspname) AS place, extversion FROM pg_extension
  JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_stat_statements'
"""
MOST = 1500  # statements of which the earlier costs are kept: some 54 KB in one row
HERE = "dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
BEFORE = f"""
SELECT coalesce(array_agg(id), '{{{{}}}}') AS ids, coalesce(array_agg(calls), '{{{{}}}}') AS calls,
       coalesce(array_agg(total), '{{{{}}}}') AS totals
  FROM (SELECT queryid AS id, sum(calls)::bigint AS calls, sum(total_exec_time)::float8 AS total
          FROM {{place}}.pg_stat_statements(false) WHERE queryid IS NOT NULL AND {HERE}
         GROUP BY 1 ORDER BY 3 DESC LIMIT {MOST}) AS costs
"""  # noqa: S608 -- made of constants
# After a reset all that is counted is new. What was not among the costliest before is not known to be new.
AFTER = f"""
WITH before AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::float8[]) AS b (id, calls, total)),
     now AS (SELECT queryid AS id, sum(calls)::bigint AS calls, sum(total_exec_time)::float8 AS total,
                    min(left(query, 600)) AS statement
               FROM {{place}}.pg_stat_statements WHERE queryid IS NOT NULL AND {HERE} GROUP BY 1),
     grown AS (SELECT now.*,
                      CASE WHEN before.id IS NULL AND cardinality($1::bigint[]) >= {MOST} THEN 0
                           WHEN now.calls < before.calls THEN now.calls
                           ELSE now.calls - coalesce(before.calls, 0) END AS new_calls,
                      CASE WHEN before.id IS NULL AND cardinality($1::bigint[]) >= {MOST} THEN 0
                           WHEN now.calls < before.calls THEN now.total
                           ELSE now.total - coalesce(before.total, 0) END AS new_total
                 FROM now LEFT JOIN before USING (id))
SELECT id::text, new_calls::bigint AS calls, new_total / 1000 AS seconds, statement,
       (sum(new_total) OVER () / 1000)::float8 AS everything,
       coalesce(100 * total / nullif(sum(total) OVER (), 0), 0)::float8 AS since_reset
  FROM grown ORDER BY new_total DESC, total DESC LIMIT 10
"""  # noqa: S608 -- made of constants
OLDEST = (1, 8)  # since PostgreSQL 13 the columns have these names
TWICE = 2  # fewer calls may be one report that ended just now
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a statement cost while we looked.

    Attributes:
        calls: that ended meanwhile.
        seconds: of execution that these took, some of it before we looked.
        everything: seconds of execution of all statements.
        since_reset: its share of all execution time since the counters were reset, in percent.
        within: seconds that we looked for.
    """

    queryid: str
    statement: str
    calls: int
    seconds: float
    everything: float
    since_reset: int
    within: float

    @property
    def mean(self) -> float:
        """Seconds of one call."""
        return self.seconds / self.calls if self.calls else 0.0

    @property
    def share(self) -> int:
        """Of all execution time, in percent."""
        return int(100 * self.seconds / self.everything) if self.everything > 0 else 0

    def heavy(self, limits: Limits) -> bool:
        """Whether it stands out now: by its share of much work, or since it is slow and often called."""
        if self.calls < TWICE or self.mean > self.within:
            return (
                False  # calls that began before we looked tell of then; those that still run are told as slow
            )
        busy = self.seconds / self.within >= limits.statement_busy
        often = self.calls * MINUTE / self.within >= limits.statement_calls
        return (busy and self.share >= limits.statement_share) or (often and self.mean >= limits.mean_warn)


async def statements_top(means: Means) -> tuple[Finding, ...]:
    """The statements that cost most between two samples."""
    async with means.session.reading(PROBE) as read:
        place = await _place(read)
        before = (await read(BEFORE.format(place=place)))[0] if place else None
        begun = means.monotonic()
    await means.pause(means.limits.sample)
    if before is None:
        raise SkippedError("the extension pg_stat_statements is not installed in this database")
    async with means.session.reading(PROBE) as read:
        rows = await read(AFTER.format(place=place), before["ids"], before["calls"], before["totals"])
        within = max(means.monotonic() - begun, means.limits.sample)
    return (costly(means.target, tuple(_cost(row, within) for row in rows), within, means.limits),)


async def _place(read: Reading) -> str:
    """The schema of the extension; empty where there is none."""
    installed = await read(EXTENSION)
    if not installed:
        return ""
    version = installed[0]["extversion"]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise SkippedError(
            f"pg_stat_statements {version} is too old; ALTER EXTENSION pg_stat_statements UPDATE"
        )
    return str(installed[0]["place"])


def _cost(row: Row, within: float) -> Cost:
    return Cost(
        queryid=row["id"],
        statement=row["statement"] or "",
        calls=row["calls"],
        seconds=max(row["seconds"], 0.0),
        everything=row["everything"],
        since_reset=int(row["since_reset"]),
        within=within,
    )


def costly(target: str, costs: tuple[Cost, ...], within: float, limits: Limits) -> Finding:
    """The finding about costs, the heaviest first."""
    heavy = [cost for cost in costs if cost.heavy(limits)]
    if not heavy:
        return _quiet(target, costs, within, limits)
    first = heavy[0]
    return Finding(
        code=Code.COSTLY,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"One statement takes {first.share} % of all execution time within {duration(within)}: "
        f"{counted(first.calls, 'call')}, {duration(first.mean)} each. {shape(first.statement, 90)}",
        figures=(
            Figure("costly", len(heavy)),
            Figure("share", first.share, "%"),
            Figure("mean", round(first.mean * 1000, 1), "ms"),
            Figure("calls", first.calls),
            Figure("since reset", first.since_reset, "%"),
            Figure("queryid", first.queryid),
        ),
        meaning=f"Since the counters were reset it took {first.since_reset} %: "
        f"{'it costs more now than it did' if first.share > first.since_reset else 'that is its way'}.",
        next_step="If it is new, look at what was deployed; EXPLAIN it for a missing index.",
        table=_table(costs),
    )


def _quiet(target: str, costs: tuple[Cost, ...], within: float, limits: Limits) -> Finding:
    most = max(costs, key=lambda cost: cost.since_reset, default=None)
    told = most is not None and most.since_reset >= limits.statement_share
    return Finding(
        code=Code.COSTLY,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"No statement stands out by its cost within {duration(within)}.",
        figures=(Figure("costly", 0), Figure("since reset", most.since_reset if most else None, "%")),
        meaning=f"Since the counters were reset, {most.since_reset} % went to {shape(most.statement, 90)}"
        if most and told
        else "",
        table=_table(costs),
    )


def _table(costs: tuple[Cost, ...]) -> tuple[tuple[str, ...], ...]:
    return (
        ("queryid", "calls", "mean", "share", "since the reset", "statement"),
        *(
            (
                cost.queryid,
                f"{cost.calls:,}",
                duration(cost.mean) if cost.calls else "",
                f"{cost.share} %",
                f"{cost.since_reset} %",
                shape(cost.statement, 80),
            )
            for cost in costs
        ),
    )
