"""Indexes that a failed CREATE INDEX CONCURRENTLY left behind: they cost writes and serve no query."""

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted
from incidents.evidence import Figure, Finding, Health

# One that is being built is not valid yet, and no fault.
INVALID = """
SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS place, i.indisunique AS is_unique
  FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
 WHERE NOT i.indisvalid AND c.relkind = 'i'
   AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.relid = i.indrelid)
 ORDER BY 1 LIMIT 20
"""


def invalid(target: str, probe: str, rows: list[Row]) -> Finding:
    """The finding about indexes that no query uses because they were never finished."""
    first = rows[0]
    more = f", and {counted(len(rows) - 1, 'more index', 'more indexes')}" if rows[1:] else ""
    return Finding(
        code=Code.INVALID_INDEXES,
        probe=probe,
        target=target,
        health=Health.WARN,
        sentence=f"The index {first['name']} on {first['place']}{more} is invalid: no query uses it.",
        figures=(
            Figure("indexes", len(rows)),
            Figure("index", first["name"]),
            Figure("table", first["place"]),
        ),
        meaning="Writes pay for it, reads go without it, and a unique one does not keep rows unique."
        if first["is_unique"]
        else "Writes pay for it, and reads that it was meant for go without it.",
        next_step=f"`REINDEX INDEX CONCURRENTLY {first['name']}`; or drop it, and build it anew.",
        table=(("index", "table"), *((row["name"], row["place"]) for row in rows)),
    )
