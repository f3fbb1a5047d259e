"""Cancels the schema change that waits for its lock while everything else queues behind it."""

from typing import Final

from incidents.errors import Refused
from incidents.mitigation import Aim, Plan, Result
from incidents.quoting import quoted
from mitigations.action import Action, Draft
from mitigations.postgres.end_root import SPARED, WAITERS, waiting_behind
from mitigations.postgres.outcome import outcome, settled
from mitigations.postgres.reach import PostgresReach
from mitigations.postgres.session import Row
from mitigations.postgres.sessions import (
    SESSIONS,
    Stroke,
    aim_of,
    named,
    permitted,
    strike,
    summed,
    verb,
    visible,
)
from mitigations.wording import counted, lasting

MOST = 1  # the next one is looked up anew

CHANGES: Final = """
SELECT DISTINCT pid FROM pg_locks
 WHERE NOT granted AND locktype = 'relation' AND mode = 'AccessExclusiveLock'
"""
CHANGE: Final = f"""
SELECT *, extract(epoch FROM moment - query_start)::float8 AS waited FROM ({SESSIONS}) AS sessions
 WHERE pid = $1::int AND state = 'active' AND wait_event_type = 'Lock'
"""  # noqa: S608 -- made of constants
STROKE = Stroke(
    keys=("pid", "session since", "statement since"),
    hit=f"""
SELECT pg_cancel_backend(pid) AS signalled FROM ({SESSIONS}) AS sessions
 WHERE pid = $1::int AND backend_start = $2::timestamptz AND query_start = $3::timestamptz
   AND state = 'active' AND wait_event_type = 'Lock'
   AND EXISTS (SELECT FROM pg_locks AS wanted WHERE wanted.pid = $1::int AND NOT wanted.granted
                AND wanted.locktype = 'relation' AND wanted.mode = 'AccessExclusiveLock')
   AND EXISTS (SELECT FROM pg_stat_activity AS waiting
                WHERE waiting.wait_event_type = 'Lock' AND $1::int = ANY(pg_blocking_pids(waiting.pid)))
""",  # noqa: S608 -- made of constants
    standing="""
SELECT pid, backend_start, query_start FROM pg_stat_activity WHERE pid = ANY($1::int[]) AND state = 'active'
""",
    unfinished="It was told to stop and still stood 5 s later.",
    unneeded="It does not hold up others any more.",
)


async def plan(reach: PostgresReach, _cap: int) -> Draft:
    """The schema change that holds up the most."""
    role = await visible(reach)
    queues = await _queues(reach)
    if not queues:
        raise Refused(
            f"No schema change on {reach.name} holds up others while it waits for its lock: nothing to do."
        )
    pid, number = queues[0]
    row = await _change(reach, pid)
    permitted(reach, role, [row])
    return Draft(
        sentence=f"Cancel {verb(row)} of {named(row)}, which has waited for its lock for "
        f"{lasting(row['waited'])} with {counted(number, 'session')} queued behind it.",
        effect="The schema change ends with an error and has changed nothing; its migration stops there. "
        "Those behind it go on unless they wait for somebody else too. Run it again later, with a "
        "lock_timeout.",
        aims=(_aim(row),),
        before=_figure(sum(behind for _, behind in queues)),
        left_out=len(queues) - 1,
    )


async def _queues(reach: PostgresReach) -> list[tuple[int, int]]:
    """The schema changes that wait and how many wait behind each; the longest queue first."""
    blockers = {row["pid"]: row["blockers"] for row in await reach.ask(WAITERS)}
    changes = {row["pid"] for row in await reach.ask(CHANGES)} & set(blockers)
    queues = ((pid, waiting_behind(pid, blockers)) for pid in changes)
    return sorted(((pid, number) for pid, number in queues if number), key=lambda pair: (-pair[1], pair[0]))


async def _change(reach: PostgresReach, pid: int) -> Row:
    """Raises Refused: it is none that may be cancelled."""
    rows = await reach.ask(CHANGE, pid)
    if rows:
        return rows[0]
    spared = await reach.ask(SPARED, pid)
    if not spared:
        raise Refused(f"The schema change that held up the others on {reach.name} has gone. Look again.")
    raise Refused(
        f"The schema change is of pid {pid}, {quoted(spared[0]['application'], 60)}: a superuser's session, "
        "or a worker of the server. Tocsin does not cancel it; ask whoever runs it."
    )


def _aim(row: Row) -> Aim:
    return aim_of(f"{verb(row)} waiting for its lock", row["waited"], STROKE, row)


async def carry_out(reach: PostgresReach, planned: Plan) -> Result:
    """Cancel it if it is the same statement, still waits, and somebody still waits behind it."""
    hits = await strike(reach, planned, STROKE)
    left = settled(reach, lambda: _queued(reach))
    return await outcome(planned, hits, summed(hits, "schema change", "cancelled"), left, _figure)


async def _queued(reach: PostgresReach) -> int:
    return sum(number for _, number in await _queues(reach))


def _figure(number: int) -> str:
    return f"{counted(number, 'session')} queued behind a schema change"


CANCEL_DDL = Action(
    "pg.cancel_ddl",
    "cancel-ddl",
    "Cancel the schema change that everybody queues behind",
    plan,
    carry_out,
    MOST,
)
