"""Temporary files: sorts and joins that do not fit into work_mem, and the statement behind most of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.counts import Change
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Reading, Row
from diagnostics.sqltext import shape
from diagnostics.wording import duration, size
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "pg.counters"
MINUTE = 60.0
# Asking without the privilege, or for an extension whose library is not loaded, is an error.
VIEW = """
SELECT has_function_privilege('pg_ls_tmpdir()', 'EXECUTE') AS files,
       (SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
         WHERE extname = 'pg_stat_statements' AND has_schema_privilege(extnamespace, 'USAGE')
           AND EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max')) AS place
"""
WRITTEN = """
SELECT queryid::text AS id, sum(temp_blks_written)::bigint AS blocks
  FROM {place}.pg_stat_statements(false)
 WHERE temp_blks_written > 0 AND queryid IS NOT NULL
   AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
 GROUP BY 1 ORDER BY 2 DESC LIMIT 200
"""
TEXT = """
SELECT left(query, 600) AS statement FROM {place}.pg_stat_statements WHERE queryid = $1::text::bigint LIMIT 1
"""
# The files of parallel workers lie in folders of their own and are not seen.
OPEN = """
SELECT coalesce(nullif(application_name, ''), 'an application without a name') AS application, pid,
       left(query, 600) AS statement, bytes
  FROM (SELECT substring(name FROM '^pgsql_tmp([0-9]+)')::int AS owner, sum(size)::bigint AS bytes
          FROM pg_ls_tmpdir() GROUP BY 1) AS files
  JOIN pg_stat_activity ON pid = owner AND datname = current_database()
 ORDER BY bytes DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class View:
    """What can be seen of temporary files here.

    Attributes:
        files: whether our role may list those that are there now.
        place: the schema of pg_stat_statements; empty if its counts are not to be had.
    """

    files: bool
    place: str


@dataclass(frozen=True, slots=True)
class Writer:
    """The statement that wrote most while we looked."""

    queryid: str
    statement: str


async def view(read: Reading) -> View:
    """Ask what can be seen."""
    (row,) = await read(VIEW)
    return View(row["files"], row["place"] or "")


async def written(read: Reading, view: View) -> Mapping[str, int]:
    """Blocks of temporary files that each statement has written since the counters were reset."""
    rows = await read(WRITTEN.format(place=view.place)) if view.place else []
    return {row["id"]: row["blocks"] for row in rows}


async def writer(read: Reading, view: View, before: Mapping[str, int]) -> Writer | None:
    """The statement that wrote most since then; None if none did, or it cannot be known."""
    grown = {
        queryid: blocks - before.get(queryid, 0) for queryid, blocks in (await written(read, view)).items()
    }
    most = max(grown, key=lambda queryid: grown[queryid], default=None)
    if most is None or grown[most] <= 0:
        return None
    rows = await read(TEXT.format(place=view.place), most)
    return Writer(most, shape(rows[0]["statement"] or "")) if rows else None


async def open_now(read: Reading, view: View) -> list[Row] | None:
    """The sessions that have temporary files now, the largest first; None if that cannot be known."""
    return await read(OPEN) if view.files else None


def spilled(
    target: str, span: Change, limits: Limits, writer: Writer | None, now: list[Row] | None
) -> Finding | None:
    """The finding about temporary files; None if they are few.

    Args:
        target: what was looked at.
        span: what was written, counted when a statement ends.
        limits: from when on that is ill.
        writer: the statement behind it.
        now: the sessions whose statements have not ended, with what they have written so far.
    """
    rate = span.spilled * MINUTE / span.seconds
    open_bytes = sum(row["bytes"] for row in now) if now is not None else None
    much = rate >= limits.spill_warn and span.spilled >= limits.spill_judged
    if not much and (open_bytes or 0) < limits.spill_open_warn:
        return None
    application = now[0]["application"] if now else None
    statement = writer.statement if writer else shape(now[0]["statement"] or "") if now else None
    who = f", most by {quoted(statement, 90)}" if statement else ""
    return Finding(
        code=Code.SPILL,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"{size(span.spilled)} of temporary files were written within {duration(span.seconds)}{who}."
        if much
        else f"Statements at work hold {size(open_bytes or 0)} of temporary files{who}.",
        figures=(
            Figure("written", span.spilled, "bytes"),
            Figure("within", round(span.seconds, 1), "s"),
            Figure("a minute", round(rate), "bytes"),
            Figure("open now", open_bytes, "bytes"),
            Figure("application", application),
            Figure("statement", statement),
            Figure("queryid", writer.queryid if writer else None),
        ),
        meaning="Sorts or joins do not fit into work_mem and go to the disk, which can fill up.",
        next_step="EXPLAIN (ANALYZE, BUFFERS) that statement: an index or fewer rows first; then more "
        "work_mem, for its role alone. temp_file_limit bounds the damage.",
        table=_table(now),
    )


def _table(now: list[Row] | None) -> tuple[tuple[str, ...], ...]:
    if not now:
        return ()
    return (
        ("process", "application", "files", "statement"),
        *(
            (str(row["pid"]), row["application"], size(row["bytes"]), shape(row["statement"] or "", 80))
            for row in now
        ),
    )
