"""How far the oldest rows are from wraparound, where PostgreSQL takes no more writes."""

from dataclasses import dataclass

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import percent
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.xid"
AGES = """
SELECT datname::text AS name, datname = current_database() AS here,
       age(datfrozenxid) AS xids, mxid_age(datminmxid) AS multixacts
  FROM pg_database ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC, here DESC LIMIT 50
"""
# A table's TOAST is named after the table, since that is what one can VACUUM.
OLDEST = """
WITH tables AS (
  SELECT coalesce(o.oid, c.oid)::regclass::text AS name,
         age(c.relfrozenxid) AS xids, mxid_age(c.relminmxid) AS multixacts, c.relpages AS pages
    FROM pg_class AS c LEFT JOIN pg_class AS o ON o.reltoastrelid = c.oid AND c.relkind = 't'
   WHERE c.relkind IN ('r', 'm', 't')
)
SELECT (SELECT name FROM tables ORDER BY xids DESC, pages DESC LIMIT 1) AS xids,
       (SELECT name FROM tables ORDER BY multixacts DESC, pages DESC LIMIT 1) AS multixacts
"""
STOP = 2**31 - 3_000_000  # the server keeps three million back and refuses writes before


@dataclass(frozen=True, slots=True)
class Wear:
    """What wears out, in people's words, and from when on it is ill."""

    code: Code
    column: str
    things: str
    warn: int
    critical: int


async def wraparound(means: Means) -> tuple[Finding, ...]:
    """The age of every database; of this one also its oldest table, when it is ill."""
    limits = means.limits
    xids = Wear(Code.TRANSACTION_IDS, "xids", "transactions", limits.xid_warn, limits.xid_critical)
    multi = Wear(
        Code.MULTIXACTS, "multixacts", "shared row locks", limits.multixact_warn, limits.multixact_critical
    )
    async with means.session.reading(PROBE) as read:
        rows = await read(AGES)
        ill = [wear for wear in (xids, multi) if _oldest(rows, wear)[wear.column] >= wear.warn]
        (tables,) = await read(OLDEST) if any(_oldest(rows, wear)["here"] for wear in ill) else (None,)
    shown = (xids, multi) if multi in ill else (xids,)
    return tuple(age(means.target, wear, rows, tables) for wear in shown)


def _oldest(rows: list[Row], wear: Wear) -> Row:
    return max(rows, key=lambda row: row[wear.column])


def age(target: str, wear: Wear, rows: list[Row], tables: Row | None) -> Finding:
    """The finding about the oldest database.

    Args:
        target: what was looked at.
        wear: which of the two ages.
        rows: the databases.
        tables: the oldest tables of this database; None if they were not looked for.
    """
    row = _oldest(rows, wear)
    passed = row[wear.column]
    health = _health(passed, wear)
    table = tables[wear.column] if tables is not None and row["here"] else None
    ill = health is not Health.OK
    said = f"; its oldest table is {table}" if table else ""
    return Finding(
        code=wear.code,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"The database {row['name']} has not been frozen for {passed:,} {wear.things}, "
        f"{percent(passed, STOP)} % of the way to wraparound{said}.",
        figures=(
            Figure("age", passed),
            Figure("left", max(STOP - passed, 0)),
            Figure("taken", percent(passed, STOP), "%"),
            Figure("database", row["name"]),
            Figure("table", table),
        ),
        meaning="At its end PostgreSQL takes no more writes, to save the data." if ill else "",
        next_step=_next_step(row["name"], table) if ill else "",
        table=(
            ("database", "transactions", "shared row locks"),
            *((each["name"], f"{each['xids']:,}", f"{each['multixacts']:,}") for each in rows),
        ),
    )


def _health(passed: int, wear: Wear) -> Health:
    if passed >= wear.critical:
        return Health.CRITICAL
    return Health.WARN if passed >= wear.warn else Health.OK


def _next_step(database: str, table: str | None) -> str:
    what = f"`VACUUM (FREEZE) {table}`." if table else "`VACUUM (FREEZE)` its oldest tables."
    return (
        f"End what holds VACUUM back (old transactions, prepared ones, slots). Then, in {database}: {what} "
        "No restart, no single-user mode."
    )
