"""Statements that run for long now, and transactions that stay open."""

from diagnostics.probes.postgres.census import SESSIONS, census, unless_hidden
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.sqltext import shape
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health

SLOW = "pg.slow_now"
LONG = "pg.long_xact"
PEOPLE = "coalesce(nullif(application_name, ''), 'an application without a name') AS application"
RUNNING = f"""
SELECT pid, backend_start::text AS since, {PEOPLE}, coalesce(wait_event_type, '') AS waits_for,
       extract(epoch FROM moment - query_start)::float8 AS seconds, left(query, 600) AS statement
  FROM ({SESSIONS}) AS sessions
 WHERE state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock'
   AND moment - query_start >= make_interval(secs => $1::float8)
 ORDER BY query_start LIMIT 20
"""  # noqa: S608 -- made of constants
OPEN = f"""
SELECT pid, backend_start::text AS since, {PEOPLE}, state,
       extract(epoch FROM moment - xact_start)::float8 AS seconds,
       coalesce(age(backend_xmin), 0)::int AS held, left(query, 600) AS statement
  FROM ({SESSIONS}) AS sessions
 WHERE xact_start IS NOT NULL AND state NOT LIKE 'idle in transaction%'
   AND moment - xact_start >= make_interval(secs => $1::float8)
   AND query_start - xact_start >= interval '1 second'
 ORDER BY xact_start LIMIT 20
"""  # noqa: S608 -- made of constants
PREPARED = """
SELECT count(*)::int AS transactions, extract(epoch FROM max(clock_timestamp() - prepared))::float8 AS oldest
  FROM pg_prepared_xacts
"""


async def slow_now(means: Means) -> tuple[Finding, ...]:
    """Statements that have been at work for long and do not merely wait for a lock."""
    async with means.session.reading(SLOW) as read:
        now = await census(read)
        rows = await read(RUNNING, means.limits.slow_note)
    if not rows:
        unless_hidden(now)
    return (running(means.target, rows, means.limits),)


def running(target: str, rows: list[Row], limits: Limits) -> Finding:
    """The finding about statements that run now, the longest first."""
    after = duration(limits.slow_note)
    if not rows:
        return Finding(
            Code.SLOW_NOW,
            SLOW,
            target,
            Health.OK,
            f"No statement has been running for over {after}.",
            (Figure("slow", 0),),
        )
    first = rows[0]
    health = _by_age(first["seconds"], limits.slow_warn, limits.slow_critical)
    return Finding(
        code=Code.SLOW_NOW,
        probe=SLOW,
        target=target,
        health=health,
        sentence=f"{counted(len(rows), 'statement')} running for over {after}, "
        f"the longest for {duration(first['seconds'])}, from {first['application']}.",
        figures=(
            Figure("slow", len(rows)),
            Figure("longest", round(first["seconds"], 1), "s"),
            Figure("application", first["application"]),
            Figure("statement", shape(first["statement"] or "")),
        ),
        meaning="It takes time and locks from the others." if health is not Health.OK else "",
        next_step="Ask its owner whether it may be cancelled; cancel before ending the session."
        if health is not Health.OK
        else "",
        table=_table(rows, "running for"),
    )


async def long_transactions(means: Means) -> tuple[Finding, ...]:
    """Transactions open for long although their statements are short, and prepared ones left behind."""
    async with means.session.reading(LONG) as read:
        now = await census(read)
        rows = await read(OPEN, means.limits.transaction_warn)
        (prepared,) = await read(PREPARED)
    if not rows and not prepared["transactions"]:
        unless_hidden(now)
    found = (open_for_long(means.target, rows, means.limits),)
    return (
        (*found, left_prepared(means.target, prepared, means.limits)) if prepared["transactions"] else found
    )


def open_for_long(target: str, rows: list[Row], limits: Limits) -> Finding:
    """The finding about transactions at work for long."""
    after = duration(limits.transaction_warn)
    if not rows:
        sentence = f"No transaction of many statements has been open for over {after}."
        return Finding(Code.LONG_TRANSACTION, LONG, target, Health.OK, sentence, (Figure("transactions", 0),))
    first = rows[0]
    return Finding(
        code=Code.LONG_TRANSACTION,
        probe=LONG,
        target=target,
        health=_by_age(first["seconds"], limits.transaction_warn, limits.transaction_critical),
        sentence=f"{counted(len(rows), 'transaction')} open for over {after}, "
        f"the oldest for {duration(first['seconds'])}, from {first['application']}.",
        figures=(Figure("transactions", len(rows)), Figure("oldest", round(first["seconds"], 1), "s")),
        meaning="Until it ends, VACUUM cannot remove what was deleted since it began, and its locks stay.",
        next_step="Ask its owner to commit in smaller parts.",
        table=_table(rows, "open for"),
    )


def left_prepared(target: str, row: Row, limits: Limits) -> Finding:
    """The finding about transactions that were prepared and never finished."""
    oldest = row["oldest"] or 0.0
    return Finding(
        code=Code.PREPARED,
        probe=LONG,
        target=target,
        health=_by_age(oldest, limits.prepared_warn, limits.prepared_critical),
        sentence=f"{counted(row['transactions'], 'prepared transaction')} unfinished, "
        f"the oldest for {duration(oldest)}.",
        figures=(Figure("prepared", row["transactions"]), Figure("oldest", round(oldest, 1), "s")),
        meaning="It keeps its locks through restarts, and nobody is connected who could end it.",
        next_step="Find its owner by its name in pg_prepared_xacts: they know how to end it.",
    )


def _by_age(seconds: float, warn: float, critical: float) -> Health:
    if seconds >= critical:
        return Health.CRITICAL
    return Health.WARN if seconds >= warn else Health.OK


def _table(rows: list[Row], heading: str) -> tuple[tuple[str, ...], ...]:
    return (
        ("pid, since", "application", heading, "statement"),
        *(
            (
                f"{row['pid']} {row['since']}",
                row["application"],
                duration(row["seconds"]),
                shape(row["statement"] or "", 80),
            )
            for row in rows
        ),
    )
