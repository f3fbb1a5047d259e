"""Cancels statements that have been running for long; their sessions stay."""

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
    verb,
    visible,
    whose,
)
from mitigations.wording import counted, lasting

MOST = 10
# Those that wait for a lock are victims: they go on when the root of their queue ends.
RUNNING: Final = f"""
SELECT *, extract(epoch FROM moment - query_start)::float8 AS running FROM ({SESSIONS}) AS sessions
 WHERE state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock'
   AND moment - query_start >= make_interval(secs => $1::float8)
 ORDER BY query_start, pid
"""  # noqa: S608 -- made of constants
STROKE = Stroke(
    keys=("pid", "session since", "statement since"),
    hit=f"""
SELECT pg_cancel_backend(pid) AS signalled FROM ({SESSIONS}) AS sessions
 WHERE pid = $1::int AND backend_start = $2::timestamptz AND query_start = $3::timestamptz
   AND state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock'
""",  # noqa: S608 -- made of constants
    standing="""
SELECT pid, backend_start, query_start FROM pg_stat_activity WHERE pid = ANY($1::int[]) AND state = 'active'
""",
    unfinished="It was told to stop and still ran 5 s later; it may be rolling back.",
    unneeded="It waits for a lock by now, so it is held up itself.",
)


async def plan(reach: PostgresReach, cap: int) -> Draft:
    """The statements that have been running for long enough, the longest first."""
    role = await visible(reach)
    rows = await reach.ask(RUNNING, reach.running_after)
    permitted(reach, role, rows)
    if not rows:
        raise Refused(
            f"No statement on {reach.name} has been running for over {lasting(reach.running_after)}. "
            "There is nothing to do."
        )
    hit = rows[:cap]
    return Draft(
        sentence=f"Cancel {counted(len(hit), 'statement')} {whose(hit)}, "
        f"{'running' if len(hit) == 1 else 'the longest running'} for {lasting(rows[0]['running'])}.",
        effect="Each of these statements ends with an error and what it changed is undone; its session "
        "stays. The application may try it again. This cannot be taken back.",
        aims=tuple(_aim(row) for row in hit),
        before=_figure(reach, len(rows)),
        left_out=len(rows) - len(hit),
    )


def _aim(row: Row) -> Aim:
    return aim_of(f"{verb(row)} running", row["running"], STROKE, row)


async def carry_out(reach: PostgresReach, planned: Plan) -> Result:
    """Cancel those that still run the same statement."""
    hits = await strike(reach, planned, STROKE)
    sentence = summed(hits, "statement", "cancelled")
    return await outcome(planned, hits, sentence, _left(reach), lambda left: _figure(reach, left))


async def _left(reach: PostgresReach) -> int:
    return len(await reach.ask(RUNNING, reach.running_after))


def _figure(reach: PostgresReach, number: int) -> str:
    return f"{counted(number, 'statement')} running for over {lasting(reach.running_after)}"


CANCEL_QUERY = Action(
    "pg.cancel_query", "cancel-query", "Cancel statements that run for long", plan, carry_out, MOST
)
