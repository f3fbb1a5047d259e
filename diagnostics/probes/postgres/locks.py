"""Lock waits and their root, asked for only when somebody waits, since the asking takes locks of its own."""

from collections.abc import Mapping

import asyncpg

from diagnostics.probes.postgres import lock_table
from diagnostics.probes.postgres.census import SESSIONS, Census, census
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.connect import no_memory
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.queue import Queue, Waiter, circle, queues
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.sqltext import shape
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.lock_roots"
COUNT = f"""
SELECT count(*)::int AS waiters,
       coalesce(extract(epoch FROM max(moment - coalesce(query_start, moment))), 0)::float8 AS longest
  FROM ({SESSIONS}) AS sessions WHERE wait_event_type = 'Lock'
"""  # noqa: S608 -- made of constants
WAITERS = f"""
SELECT pid, pg_blocking_pids(pid) AS blockers,
       extract(epoch FROM moment - coalesce(l.since, query_start, moment))::float8 AS seconds,
       coalesce(l.relation, '') AS relation, coalesce(l.mode, '') AS mode,
       coalesce(nullif(application_name, ''), 'an application without a name') AS application,
       left(query, 600) AS statement
  FROM (SELECT * FROM ({SESSIONS}) AS sessions WHERE wait_event_type = 'Lock'
         ORDER BY query_start LIMIT 100) AS waiting
  LEFT JOIN LATERAL (
       SELECT (to_jsonb(k) ->> 'waitstart')::timestamptz AS since, k.mode,
              CASE WHEN k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   THEN k.relation::regclass::text END AS relation
         FROM pg_locks AS k WHERE k.pid = waiting.pid AND NOT k.granted LIMIT 1) AS l ON true
"""  # noqa: S608 -- made of constants
ROOTS = """
SELECT pid, coalesce(state, backend_type, 'unknown') AS state, coalesce(usename::text, '') AS role,
       coalesce(nullif(application_name, ''), backend_type, 'an application without a name') AS application,
       coalesce(extract(epoch FROM clock_timestamp() - xact_start), 0)::float8 AS transaction,
       coalesce(extract(epoch FROM clock_timestamp() - state_change), 0)::float8 AS in_state,
       backend_start::text AS since, left(query, 600) AS statement
  FROM pg_stat_activity WHERE pid = ANY($1::int[])
"""
PREPARED = 0
SETTLED = 1.0  # seconds; who comes to rest for less may have given its lock back since the waiters were read
PREPARED_ROOT = {
    "state": "prepared",
    "role": "",
    "application": "a prepared transaction",
    "transaction": 0.0,
    "in_state": 0.0,
    "since": "",
    "statement": "",
}


async def lock_roots(means: Means) -> tuple[Finding, ...]:
    """Who is at the root of the lock waits, and how many wait behind; or who leaves no room for locks.

    Raises:
        asyncpg.PostgresError: what the server says.
    """
    try:
        return await _roots(means)
    except asyncpg.OutOfMemoryError as error:
        if no_memory(error) is not Code.LOCKS_FULL:
            raise
        return await lock_table.holder(means, PROBE)


async def _roots(means: Means) -> tuple[Finding, ...]:
    async with means.session.reading(PROBE) as read:
        now = await census(read)
        (row,) = await read(COUNT)
        if not row["waiters"]:
            return (nobody_waits(means.target, now),)
        waiters = tuple(_waiter(found) for found in await read(WAITERS))
        found = queues(waiters)
        if not found:
            waiters = circle(waiters, tuple(_waiter(again) for again in await read(WAITERS)))
        details = {row["pid"]: row for row in await read(ROOTS, [queue.root for queue in found])}
    details.setdefault(PREPARED, PREPARED_ROOT)
    if not found:
        return (_circle(means.target, waiters),)
    return (root_of(means.target, found, details, means.limits, total=row["waiters"]),)


def _waiter(row: Row) -> Waiter:
    return Waiter(
        pid=row["pid"],
        blockers=frozenset(row["blockers"]),
        seconds=max(row["seconds"] or 0.0, 0.0),
        relation=row["relation"],
        mode=row["mode"],
        application=row["application"],
        statement=shape(row["statement"] or ""),
    )


def nobody_waits(target: str, now: Census) -> Finding:
    """The finding that no session waits for a lock, as far as sessions can be seen."""
    blind = now.hidden > 0
    sentence = (
        f"Whether anybody waits for a lock is unknown: {counted(now.hidden, 'session')} cannot be seen."
    )
    return Finding(
        code=Code.NO_LOCK_WAITS,
        probe=PROBE,
        target=target,
        health=Health.UNKNOWN if blind else Health.OK,
        sentence=sentence if blind else "Nobody waits for a lock.",
        figures=(Figure("waiters", None if blind else 0),),
        next_step=f'As a superuser: `GRANT pg_monitor TO "{now.role}"`.' if blind else "",
    )


def root_of(
    target: str, found: tuple[Queue, ...], details: Mapping[int, Row], limits: Limits, *, total: int
) -> Finding:
    """The finding about the longest queue; the other roots stand in its table.

    Args:
        target: what was looked at.
        found: the queues, the longest first.
        details: state, application and ages of each root, by process.
        limits: from when on waiting is ill.
        total: all who wait, also those beyond the hundred that were followed.
    """
    queue = found[0]
    root = details.get(queue.root)
    code = _code(queue, root)
    health = _health(found, total, limits)
    return Finding(
        code=code,
        probe=PROBE,
        target=target,
        health=health,
        sentence=_sentence(queue, root, code),
        figures=(
            Figure("waiters", total),
            Figure("roots", len(found)),
            Figure("longest wait", round(max(each.longest for each in found), 1), "s"),
            Figure("root pid", queue.root),
            Figure("application", root["application"] if root else None),
            Figure("relation", queue.relation or None),
        ),
        meaning="They wait until that lock is given back; each of them keeps a connection meanwhile.",
        next_step=_next_step(code, queue, root),
        table=_table(found, details),
    )


def _code(queue: Queue, root: Row | None) -> Code:
    if queue.change:
        return Code.DDL_QUEUE
    if root is None:
        return Code.LOCK_ROOT_RUNNING
    idle = str(root["state"]).startswith(("idle in transaction", "prepared")) or _at_rest(queue, root)
    return Code.LOCK_ROOT_IDLE if idle else Code.LOCK_ROOT_RUNNING


def _at_rest(queue: Queue, root: Row) -> bool:
    """It holds its lock outside any transaction: an advisory lock of the session's."""
    return root["state"] == "idle" and bool(root["in_state"] >= min(queue.longest, SETTLED))


def _health(found: tuple[Queue, ...], total: int, limits: Limits) -> Health:
    longest = max(queue.longest for queue in found)
    long, many = longest >= limits.lock_wait_warn, total >= limits.lock_waiters_warn
    if longest >= limits.lock_wait_critical or (long and many):
        return Health.CRITICAL
    return Health.WARN if long or many else Health.OK


def _sentence(queue: Queue, root: Row | None, code: Code) -> str:
    on = f" on {queue.relation}" if queue.relation else ""
    name = root["application"] if root else "a session that has gone by now"
    state = _state(root) if root else ""
    wait = "waits" if queue.waiters == 1 else "wait"
    said = (
        f"{counted(queue.waiters, 'session')} {wait} for a lock{on}, up to {duration(queue.longest)}; "
        f"the root is {name}{state}"
    )
    if code is Code.DDL_QUEUE and queue.change:
        return f"{said}, and {queue.change.application}, who wants to change the schema, holds up the rest."
    return f"{said}."


def _state(root: Row) -> str:
    if root["state"] == "prepared":
        return ""
    return f" (process {root['pid']}), {root['state']} for {duration(root['in_state'])}"


def _next_step(code: Code, queue: Queue, root: Row | None) -> str:
    name = root["application"] if root else f"process {queue.root}"
    match code:
        case Code.DDL_QUEUE:
            return (
                "Cancel the schema change first: the others go on at once. Try it again with a lock_timeout."
            )
        case Code.LOCK_ROOT_IDLE if queue.root == PREPARED:
            return "Find it in pg_prepared_xacts; its owner must COMMIT PREPARED or ROLLBACK PREPARED."
        case Code.LOCK_ROOT_IDLE if root and root["state"] == "idle":
            return (
                f"{name} holds an advisory lock outside any transaction and does nothing: "
                "restart it, or end that session."
            )
        case Code.LOCK_ROOT_IDLE:
            return f"Ask {name} to end its transaction, or end that session; it does nothing meanwhile."
        case _:
            return f"Let the statement of {name} finish if it is nearly done; else cancel it."


def _circle(target: str, waiters: tuple[Waiter, ...]) -> Finding:
    longest = max((waiter.seconds for waiter in waiters), default=0.0)
    return Finding(
        code=Code.LOCK_CYCLE,
        probe=PROBE,
        target=target,
        health=Health.WARN if waiters else Health.OK,
        sentence=f"{counted(len(waiters), 'session')} waited for each other, for {duration(longest)}.",
        figures=(Figure("waiters", len(waiters)), Figure("longest wait", round(longest, 1), "s")),
        meaning="PostgreSQL breaks such a circle after deadlock_timeout, at the cost of one transaction.",
        next_step="Look for deadlocks in its log; the code must take its locks in one order.",
    )


def _table(found: tuple[Queue, ...], details: Mapping[int, Row]) -> tuple[tuple[str, ...], ...]:
    rows = tuple(
        (
            f"{queue.root} {details[queue.root]['since']}".strip()
            if queue.root in details
            else str(queue.root),
            details[queue.root]["application"] if queue.root in details else "",
            details[queue.root]["state"] if queue.root in details else "gone",
            str(queue.direct),
            str(queue.waiters),
            queue.relation,
            shape(details[queue.root]["statement"] or "", 80) if queue.root in details else "",
        )
        for queue in found[:20]
    )
    return (
        ("root (pid, since)", "application", "state", "direct", "all", "relation", "last statement"),
        *rows,
    )
