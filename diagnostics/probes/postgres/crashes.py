"""Whether a process of the server died a while ago, what that emptied, and whether pages are damaged."""

from diagnostics.probe import SkippedError
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.refusals import BROKEN, STOP_WRITING
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration, listed
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.crashes"
# After a crash the first process goes on and starts all others anew, the checkpointer among the first.
BEGUN = """
SELECT extract(epoch FROM clock_timestamp() - backend_start)::float8 AS ago,
       extract(epoch FROM backend_start - pg_postmaster_start_time())::float8 AS after,
       damaged.pages, damaged.last
  FROM pg_stat_activity,
       (SELECT coalesce(sum(checksum_failures), 0)::int AS pages,
               extract(epoch FROM clock_timestamp() - max(checksum_last_failure))::float8 AS last
          FROM pg_stat_database) AS damaged
 WHERE backend_type = 'checkpointer'
"""
UNLOGGED = """
SELECT oid::regclass::text AS name FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'
 ORDER BY 1 LIMIT 20
"""
NAMED = 3
DAY = 86_400.0


async def crashes(means: Means) -> tuple[Finding, ...]:
    """Nothing where the server has run since its start without one and has read no damaged page.

    Raises:
        SkippedError: our role may not see the server's own processes.
    """
    async with means.session.reading(PROBE) as read:
        rows = await read(BEGUN)
        unlogged = await read(UNLOGGED)
    if not rows or rows[0]["after"] is None:
        raise SkippedError("the server's own processes cannot be seen; it needs pg_monitor")
    ago, after, pages = rows[0]["ago"], rows[0]["after"], rows[0]["pages"]
    found = (
        finding(means.target, ago, after, unlogged) if crashed(ago, after, means.limits) else None,
        damaged(means.target, pages, rows[0]["last"]) if pages else None,
    )
    return tuple(each for each in found if each)


def crashed(ago: float, after: float, limits: Limits) -> bool:
    """Whether all processes but the first began well after it, not long ago."""
    return after > limits.crash_gap and ago < limits.crash_told


def damaged(target: str, pages: int, last: float | None) -> Finding:
    """The finding about pages whose checksum was wrong; such a page is counted each time that it is read."""
    when = f", the last {duration(last)} ago" if last is not None else ""
    return Finding(
        code=Code.CHECKSUMS,
        probe=PROBE,
        target=target,
        health=Health.WARN if last is None or last > DAY else Health.CRITICAL,
        sentence=f"{counted(pages, 'time')} a page was read whose checksum is wrong{when}.",
        figures=(Figure("failures", pages), Figure("last", last, "s")),
        meaning=BROKEN,
        next_step=STOP_WRITING,
    )


def finding(target: str, ago: float, after: float, unlogged: list[Row]) -> Finding:
    """The finding about the crash."""
    names = tuple(row["name"] for row in unlogged)
    named = listed((*names[:NAMED], *(("others",) if names[NAMED:] else ())))
    empty = f" Unlogged tables were emptied: {named}." if names else ""
    fill = f" Then fill {counted(len(names), 'unlogged table')} anew." if names else ""
    return Finding(
        code=Code.CRASHED,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"The server crashed {duration(ago)} ago and recovered, {duration(after)} after its start.",
        figures=(
            Figure("ago", round(ago), "s"),
            Figure("after its start", round(after), "s"),
            Figure("unlogged tables", len(names)),
        ),
        meaning="One of its processes died; every session was ended, and what was not committed is gone."
        + empty,
        next_step="Read the server's log before that moment: “terminated by signal 9” is the kernel's, for "
        f"want of memory.{fill}",
    )
