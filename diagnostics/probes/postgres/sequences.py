"""Sequences near their end: their own, or that of the type of the column that they fill."""

from diagnostics.probe import SkippedError
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.sequences"
MOST = 1000  # sequences; those with the least room are looked at
# A column owns its sequence (serial, identity), or names it in its default. One that cycles within its column
# has no end. pg_monitor may not read a sequence's value, and asking without the privilege is an error.
USED = f"""
WITH filled AS (
  SELECT objid AS sequence, refobjid AS relation, refobjsubid AS place FROM pg_depend
   WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
     AND deptype IN ('a', 'i') AND refobjsubid > 0
   UNION
  SELECT d.refobjid, f.adrelid, f.adnum FROM pg_depend AS d JOIN pg_attrdef AS f ON f.oid = d.objid
   WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
), sequences AS (
  SELECT DISTINCT ON (s.seqrelid)
         s.seqrelid AS id, s.seqincrement > 0 AS upwards, s.seqcycle AS cycles,
         s.seqmin::numeric AS lowest, s.seqmax::numeric AS highest,
         CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647
                         WHEN 'int8'::regtype THEN 9223372036854775807 END::numeric AS fits,
         a.attrelid::regclass::text || '.' || quote_ident(a.attname) AS filled
    FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid
    LEFT JOIN filled AS f ON f.sequence = s.seqrelid
    LEFT JOIN pg_attribute AS a ON a.attrelid = f.relation AND a.attnum = f.place AND NOT a.attisdropped
   WHERE c.relpersistence = 'p' OR (c.relpersistence = 'u' AND NOT pg_is_in_recovery())
   ORDER BY s.seqrelid, fits NULLS LAST
), ending AS (
  SELECT *, least(highest, fits) AS top, greatest(lowest, -fits - 1) AS bottom
    FROM sequences WHERE NOT cycles OR highest > fits OR lowest < -fits - 1
   ORDER BY least(highest, fits) LIMIT {MOST}
), reached AS MATERIALIZED (
  SELECT *, CASE WHEN has_sequence_privilege(id, 'SELECT,USAGE') THEN pg_sequence_last_value(id) END AS last,
         has_sequence_privilege(id, 'SELECT,USAGE') AS readable
    FROM ending
)
SELECT id::regclass::text AS name, filled, readable, last, current_user::text AS role,
       CASE WHEN upwards THEN top ELSE bottom END::bigint AS ends_at,
       (100 * CASE WHEN upwards THEN last - bottom ELSE top - last END
        / nullif(top - bottom, 0))::float8 AS used,
       (count(*) OVER ())::int AS looked_at, (count(*) FILTER (WHERE NOT readable) OVER ())::int AS unread
  FROM reached ORDER BY used DESC NULLS LAST LIMIT 20
"""  # noqa: S608 -- made of constants


async def sequences(means: Means) -> tuple[Finding, ...]:
    """How much of each sequence is used."""
    async with means.session.reading(PROBE) as read:
        rows = await read(USED)
    return (used(means.target, rows, means.limits),)


def used(target: str, rows: list[Row], limits: Limits) -> Finding:
    """The finding about the sequence nearest to its end.

    Raises:
        SkippedError: some may not be read, and of those that may none is near its end.
    """
    near = [row for row in rows if row["used"] is not None and row["used"] >= limits.sequence_warn]
    unread = rows[0]["unread"] if rows else 0
    if near:
        return _near_its_end(target, near, unread, limits)
    if unread:
        raise SkippedError(
            f"{counted(unread, 'sequence')} of {rows[0]['looked_at']} cannot be read; in each schema: "
            f'GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO "{rows[0]["role"]}"'
        )
    most = rows[0]["used"] if rows else None
    return Finding(
        code=Code.SEQUENCES,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence="No sequence is near its end." if rows else "There are no sequences that could end.",
        figures=(Figure("near their end", 0), Figure("used", None if most is None else int(most), "%")),
        table=_table(rows),
    )


def _near_its_end(target: str, near: list[Row], unread: int, limits: Limits) -> Finding:
    first = near[0]
    over = first["last"] is not None and abs(first["last"]) >= abs(first["ends_at"])
    left = abs(first["ends_at"] - first["last"])
    critical = first["used"] >= limits.sequence_critical
    filled = f", which fills {first['filled']}," if first["filled"] else ""
    said = "has reached its end" if over else f"is {int(first['used'])} % used, with {left:,} values left"
    return Finding(
        code=Code.SEQUENCES,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL if critical else Health.WARN,
        sentence=f"The sequence {first['name']}{filled} {said}.",
        figures=(
            Figure("near their end", len(near)),
            Figure("sequence", first["name"]),
            Figure("column", first["filled"]),
            Figure("used", int(first["used"]), "%"),
            Figure("left", 0 if over else left),
            Figure("not readable", unread),
        ),
        meaning="At its end every insert into that table fails.",
        next_step="Plan to widen the column: `ALTER TABLE ... ALTER COLUMN ... TYPE bigint` rewrites the "
        "table under a lock. At once, negative values: "
        f"`ALTER SEQUENCE {first['name']} MINVALUE ... RESTART ...`."
        if first["filled"]
        else f"`ALTER SEQUENCE {first['name']} AS bigint`, once what it numbers is wide enough.",
        table=_table(near),
    )


def _table(rows: list[Row]) -> tuple[tuple[str, ...], ...]:
    return (
        ("sequence", "fills", "last value", "ends at", "used"),
        *(
            (
                row["name"],
                row["filled"] or "",
                "" if row["last"] is None else f"{row['last']:,}",
                f"{row['ends_at']:,}",
                "" if row["used"] is None else f"{int(row['used'])} %",
            )
            for row in rows
        ),
    )
