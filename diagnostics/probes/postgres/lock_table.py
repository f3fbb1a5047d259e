"""Who fills the server's table of locks: asked for only once a look has found it full."""

import asyncpg

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.refusals import END_HOLDER, EVERY_LOCK
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health

# Without the catalogues of the whole server: to open one takes a place in that very table.
HOLDERS = """
SELECT pid, count(*)::int AS locks, (sum(count(*)) OVER ())::int AS taken
  FROM (SELECT pid FROM pg_lock_status() WHERE granted AND NOT fastpath) AS held
 GROUP BY pid ORDER BY 2 DESC LIMIT 5
"""
WHO = """
SELECT nullif(application_name, '') AS application, state,
       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS open
  FROM pg_stat_get_activity($1)
"""


async def holder(means: Means, probe: str) -> tuple[Finding, ...]:
    """The session that holds most of the locks; nothing if none is seen any more."""
    async with means.session.reading(probe) as read:
        rows = await read(HOLDERS)
    if not rows:
        return ()
    pid = rows[0]["pid"]
    return (held(means.target, probe, rows[0], await _who(means, probe, pid) if pid else None),)


async def _who(means: Means, probe: str, pid: int) -> Row | None:
    """Who that is; None where there is not even room to ask for that."""
    try:
        async with means.session.reading(probe) as read:
            return next(iter(await read(WHO, pid)), None)
    except asyncpg.OutOfMemoryError:
        return None


def held(target: str, probe: str, most: Row, who: Row | None) -> Finding:
    """The finding about who holds most."""
    pid = most["pid"]
    return Finding(
        code=Code.LOCK_TABLE,
        probe=probe,
        target=target,
        health=Health.CRITICAL,
        sentence=f"The server's table of locks is full; {_named(pid, who)} holds "
        f"{counted(most['locks'], 'lock')} of {most['taken']:,}{_does(who)}.",
        figures=(
            Figure("locks", most["locks"]),
            Figure("taken", most["taken"]),
            Figure("holder", _named(pid, who)),
        ),
        meaning=EVERY_LOCK,
        next_step=f"`SELECT pg_terminate_backend({pid})` ends it. Then raise max_locks_per_transaction, "
        "which needs a restart, or let it touch fewer tables at once."
        if pid
        else END_HOLDER,
    )


def _named(pid: int | None, who: Row | None) -> str:
    if pid is None:
        return "a prepared transaction"
    return f"{who['application']} (process {pid})" if who and who["application"] else f"the process {pid}"


def _does(who: Row | None) -> str:
    if not who or who["open"] is None:
        return ""
    return f"; it is {who['state']}, its transaction open for {duration(who['open'])}"
