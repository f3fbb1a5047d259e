"""Tables: read from end to end just now, and the largest by the catalogue's own count of pages."""

from dataclasses import dataclass

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.indexes import INVALID, invalid
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration, listed, size
from incidents.evidence import Figure, Finding, Health

SCANS = "pg.seq_scan_delta"
SIZES = "pg.table_sizes"
COUNTERS = """
SELECT relid::bigint AS id, schemaname || '.' || relname AS name,
       seq_scan, seq_tup_read AS read, n_live_tup AS live
  FROM pg_stat_user_tables ORDER BY seq_tup_read DESC LIMIT 200
"""
# The pages that VACUUM and ANALYZE last counted. The exact functions wait for locks: a migration hangs them.
PAGES = """
SELECT c.oid::regclass::text AS name, greatest(c.reltuples, 0)::bigint AS rows,
       (greatest(c.relpages, 0) + coalesce(greatest(t.relpages, 0), 0) + coalesce(i.pages, 0))::bigint
         * current_setting('block_size')::bigint AS bytes
  FROM pg_class AS c
  LEFT JOIN pg_class AS t ON t.oid = c.reltoastrelid
  LEFT JOIN (SELECT indrelid, sum(greatest(relpages, 0)) AS pages
               FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid GROUP BY 1) AS i ON i.indrelid = c.oid
 WHERE c.relkind IN ('r', 'm')
   AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
 ORDER BY 3 DESC LIMIT 10
"""


@dataclass(frozen=True, slots=True)
class Scanned:
    """How a table was read between two samples."""

    name: str
    scans: int
    rows: int
    live: int

    @property
    def each(self) -> int:
        """Rows read by one scan, on average."""
        return self.rows // self.scans if self.scans else 0


async def seq_scan_delta(means: Means) -> tuple[Finding, ...]:
    """Large tables that are read from end to end while we look, twice."""
    async with means.session.reading(SCANS) as read:
        before = await read(COUNTERS)
    await means.pause(means.limits.sample)
    async with means.session.reading(SCANS) as read:
        after = await read(COUNTERS)
    return (scans(means.target, between(before, after), means.limits),)


def between(before: list[Row], after: list[Row]) -> tuple[Scanned, ...]:
    """What was read between the samples, the most read first; tables in both samples only."""
    known = {row["id"]: row for row in before}
    found = (
        Scanned(
            row["name"],
            row["seq_scan"] - known[row["id"]]["seq_scan"],
            row["read"] - known[row["id"]]["read"],
            row["live"],
        )
        for row in after
        if row["id"] in known
    )
    return tuple(sorted((each for each in found if each.scans > 0), key=lambda each: -each.rows))


def scans(target: str, found: tuple[Scanned, ...], limits: Limits) -> Finding:
    """The finding about whole reads; ill by rows per scan, size and volume together."""
    heavy = tuple(
        each
        for each in found
        if each.each >= limits.rows_per_scan
        and each.live >= limits.table_rows
        and each.rows >= limits.rows_read
    )
    table = (
        ("table", "scans", "rows read", "rows in it"),
        *((each.name, f"{each.scans:,}", f"{each.rows:,}", f"{each.live:,}") for each in found[:20]),
    )
    within = duration(limits.sample)
    if not heavy:
        sentence = f"No large table was read from end to end within {within}."
        return Finding(
            Code.FULL_SCANS, SCANS, target, Health.OK, sentence, (Figure("tables", 0),), table=table
        )
    first = heavy[0]
    return Finding(
        code=Code.FULL_SCANS,
        probe=SCANS,
        target=target,
        health=Health.WARN,
        sentence=f"{first.name} was read from end to end {counted(first.scans, 'time')} within {within}, "
        f"{first.each:,} rows each time.",
        figures=(
            Figure("tables", len(heavy)),
            Figure("table", first.name),
            Figure("scans", first.scans),
            Figure("rows per scan", first.each),
        ),
        meaning="A frequent statement finds no index that suits it.",
        next_step=f"Find its statement, EXPLAIN it, then `CREATE INDEX CONCURRENTLY` on {first.name}.",
        table=table,
    )


async def table_sizes(means: Means) -> tuple[Finding, ...]:
    """The largest tables as the catalogue last counted them, and indexes that do not serve."""
    async with means.session.reading(SIZES) as read:
        rows = await read(PAGES)
        unusable = await read(INVALID)
    found = (largest(means.target, rows, means.limits),)
    return (*found, invalid(means.target, SIZES, unusable)) if unusable else found


def largest(target: str, rows: list[Row], limits: Limits) -> Finding:
    """The finding that lists sizes; it accuses nobody."""
    named = listed(tuple(f"{row['name']} ({size(row['bytes'])})" for row in rows[:3]))
    large = [row for row in rows if row["bytes"] > limits.table_size]
    return Finding(
        code=Code.SIZES,
        probe=SIZES,
        target=target,
        health=Health.OK,
        sentence=f"Largest tables, by estimate: {named}." if rows else "There are no tables.",
        figures=(
            Figure("largest", rows[0]["bytes"] if rows else 0, "bytes"),
            Figure("over the limit", len(large)),
        ),
        meaning=f"{counted(len(large), 'table')} over {size(limits.table_size)}: worth partitioning some day."
        if large
        else "",
        table=(
            ("table", "size", "rows"),
            *((row["name"], size(row["bytes"]), f"{row['rows']:,}") for row in rows),
        ),
    )
