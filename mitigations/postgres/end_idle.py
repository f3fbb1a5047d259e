"""Ends sessions that sit idle in a transaction: a leak's, never those at rest in a pool."""

from typing import Final

from incidents.errors import Refused
from incidents.mitigation import Aim, Plan, Result
from mitigations.action import Action, Draft
from mitigations.postgres.outcome import outcome
from mitigations.postgres.reach import PostgresReach
from mitigations.postgres.session import Row
from mitigations.postgres.sessions import (
    SESSIONS,
    Stroke,
    aim_of,
    permitted,
    strike,
    summed,
    visible,
    whose,
)
from mitigations.wording import counted, lasting

LEFT_OPEN: Final = f"""
SELECT *, extract(epoch FROM moment - state_change)::float8 AS idle FROM ({SESSIONS}) AS sessions
 WHERE state IN ('idle in transaction', 'idle in transaction (aborted)') AND xact_start IS NOT NULL
   AND moment - state_change >= make_interval(secs => $1::float8)
 ORDER BY state_change, pid
"""  # noqa: S608 -- made of constants
STROKE = Stroke(
    keys=("pid", "session since", "transaction since", "idle since"),
    hit=f"""
SELECT pg_terminate_backend(pid) AS signalled FROM ({SESSIONS}) AS sessions
 WHERE pid = $1::int AND backend_start = $2::timestamptz AND xact_start = $3::timestamptz
   AND state_change = $4::timestamptz AND state IN ('idle in transaction', 'idle in transaction (aborted)')
""",  # noqa: S608 -- made of constants
    standing="SELECT pid, backend_start FROM pg_stat_activity WHERE pid = ANY($1::int[])",
    unfinished="It was told to end and still stood 5 s later.",
)


async def plan(reach: PostgresReach, cap: int) -> Draft:
    """The sessions that have been idle in a transaction for long enough, the longest first."""
    role = await visible(reach)
    rows = await reach.ask(LEFT_OPEN, reach.idle_after)
    permitted(reach, role, rows)
    if not rows:
        raise Refused(
            f"No session of {reach.name} has been idle in a transaction for over "
            f"{lasting(reach.idle_after)}. There is nothing to do."
        )
    hit = rows[:cap]
    return Draft(
        sentence=f"End {counted(len(hit), 'session')} {whose(hit)} that "
        f"{'sits' if len(hit) == 1 else 'sit'} idle in a transaction, "
        f"{'' if len(hit) == 1 else 'the longest '}for {lasting(rows[0]['idle'])}.",
        effect="What these sessions had not committed is rolled back, and their locks are released. Their "
        "application sees a broken connection and has to open a new one. This cannot be taken back.",
        aims=tuple(_aim(row) for row in hit),
        before=_figure(reach, len(rows)),
        left_out=len(rows) - len(hit),
    )


def _aim(row: Row) -> Aim:
    return aim_of(row["state"], row["idle"], STROKE, row)


async def carry_out(reach: PostgresReach, planned: Plan) -> Result:
    """End those that have done nothing since they were looked up."""
    hits = await strike(reach, planned, STROKE)
    sentence = summed(hits, "session", "ended")
    return await outcome(planned, hits, sentence, _left(reach), lambda left: _figure(reach, left))


async def _left(reach: PostgresReach) -> int:
    return len(await reach.ask(LEFT_OPEN, reach.idle_after))


def _figure(reach: PostgresReach, number: int) -> str:
    return f"{number} idle in a transaction for over {lasting(reach.idle_after)}"


END_IDLE = Action("pg.end_idle", "end-idle", "End sessions that sit idle in a transaction", plan, carry_out)
