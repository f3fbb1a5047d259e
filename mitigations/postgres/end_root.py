"""Ends the session at the root of a lock queue: it waits for nobody, and all others wait for it."""

from collections.abc import Mapping, Sequence
from typing import Final

from incidents.errors import Refused
from incidents.mitigation import Aim, Plan, Result
from incidents.quoting import quoted
from mitigations.action import Action, Draft
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
    visible,
)
from mitigations.wording import counted, lasting

MOST = 1  # a queue's root; the next one is looked up anew
PREPARED = 0  # pg_blocking_pids says so of a prepared transaction

WAITERS: Final = """
SELECT pid, pg_blocking_pids(pid) AS blockers,
       coalesce(extract(epoch FROM clock_timestamp() - query_start), 0)::float8 AS waited
  FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
 ORDER BY query_start LIMIT 100
"""
ROOT: Final = f"""
SELECT *, extract(epoch FROM moment - state_change)::float8 AS lasting FROM ({SESSIONS}) AS sessions
 WHERE pid = $1::int AND xact_start IS NOT NULL
   AND state IN ('active', 'idle in transaction', 'idle in transaction (aborted)')
"""  # noqa: S608 -- made of constants
SPARED: Final = """
SELECT coalesce(nullif(application_name, ''), backend_type, 'unknown') AS application
  FROM pg_stat_activity WHERE pid = $1::int
"""
STROKE = Stroke(
    keys=("pid", "session since", "transaction since", "state", "unmoved since"),
    hit=f"""
SELECT pg_terminate_backend(pid) AS signalled FROM ({SESSIONS}) AS sessions
 WHERE pid = $1::int AND backend_start = $2::timestamptz AND xact_start = $3::timestamptz
   AND state = $4::text AND unmoved = $5::timestamptz AND wait_event_type IS DISTINCT FROM 'Lock'
   AND NOT (state = 'active' AND upper(coalesce(verb, '')) = ANY(ARRAY['COMMIT', 'END', 'ROLLBACK', 'ABORT']))
   AND EXISTS (SELECT FROM pg_stat_activity AS waiting
                WHERE waiting.wait_event_type = 'Lock' AND $1::int = ANY(pg_blocking_pids(waiting.pid)))
""",  # noqa: S608 -- made of constants
    standing="SELECT pid, backend_start FROM pg_stat_activity WHERE pid = ANY($1::int[])",
    unfinished="It was told to end and still stood 5 s later.",
    unneeded="Nobody waits for a lock behind it any more, or it is ending its transaction.",
)


async def plan(reach: PostgresReach, _cap: int) -> Draft:
    """The root of the longest queue."""
    role = await visible(reach)
    waiters = await reach.ask(WAITERS)
    queues = behind({row["pid"]: row["blockers"] for row in waiters})
    if not queues:
        raise Refused(f"Nobody waits for a lock behind another session of {reach.name}: nothing to do.")
    pid, number = queues[0]
    row = await _root(reach, pid, number)
    permitted(reach, role, [row])
    waited = lasting(max(waiter["waited"] for waiter in waiters))
    return Draft(
        sentence=f"End {named(row)}: {counted(number, 'session')} {'waits' if number == 1 else 'wait'} for a "
        f"lock behind it, up to {waited}.",
        effect="What its transaction has not committed is rolled back, and its locks are released; those who "
        "wait go on. Its application sees a broken connection. This cannot be taken back.",
        aims=(_aim(row),),
        before=_figure(len(waiters)),
        left_out=len(queues) - 1,
    )


def behind(blockers: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    """The roots and how many wait behind each, directly or not; the longest queue first.

    Args:
        blockers: of each process that waits, those that it waits for.
    """
    roots = {pid for each in blockers.values() for pid in each} - set(blockers)
    return sorted(
        ((root, waiting_behind(root, blockers)) for root in roots), key=lambda pair: (-pair[1], pair[0])
    )


def waiting_behind(root: int, blockers: Mapping[int, Sequence[int]]) -> int:
    """How many wait behind that process, directly or not; see `behind`."""
    reached = {root}
    while found := {pid for pid, each in blockers.items() if reached & set(each)} - reached:
        reached |= found
    return len(reached) - 1


async def _root(reach: PostgresReach, pid: int, number: int) -> Row:
    """Raises Refused: it is none that may be ended."""
    if pid == PREPARED:
        raise Refused(
            f"{counted(number, 'session')} wait behind a prepared transaction, which no session holds. "
            "Find it in pg_prepared_xacts; its owner must COMMIT PREPARED or ROLLBACK PREPARED."
        )
    rows = await reach.ask(ROOT, pid)
    if rows:
        return rows[0]
    spared = await reach.ask(SPARED, pid)
    if not spared:
        raise Refused(f"The session that held up the others on {reach.name} has gone. Look again.")
    raise Refused(
        f"The root of the queue is pid {pid} of {quoted(spared[0]['application'], 60)}: a superuser's "
        "session, a worker of the server, in another database or our own. Tocsin does not end such a session."
    )


def _aim(row: Row) -> Aim:
    return aim_of(row["state"], row["lasting"], STROKE, row)


async def carry_out(reach: PostgresReach, planned: Plan) -> Result:
    """End it if it is as it was and somebody waits for it still.

    One that sat idle must have done nothing since; one that runs may be at another statement of the same
    transaction, unless that ends it.
    """
    hits = await strike(reach, planned, STROKE)
    left = settled(reach, lambda: _waiting(reach))
    return await outcome(planned, hits, summed(hits, "session", "ended"), left, _figure)


async def _waiting(reach: PostgresReach) -> int:
    return len(await reach.ask(WAITERS))


def _figure(number: int) -> str:
    return f"{counted(number, 'session')} waiting for a lock"


END_ROOT = Action(
    "pg.end_root", "end-root", "End the session that all others wait for", plan, carry_out, MOST
)
