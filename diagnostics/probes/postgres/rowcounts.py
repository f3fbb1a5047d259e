"""How many rows some tables have, by the server's own estimate, and how many they had in the last hours."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diagnostics.probes.postgres.session import Reading

# A partitioned table has its rows in its parts. The names are compared, so that no lock is asked for.
# Counters that began anew (a crash, a reset, a promoted standby) know only of rows written since; until the
# table is next analysed, the rows of the last time stand beside them. Of rows that were deleted, those that a
# rollback brought back are not among the dead.
COUNTED = """
WITH RECURSIVE named AS (
  SELECT wanted.schema || '.' || wanted.name AS name, c.oid AS root, c.relfilenode::bigint AS file
    FROM unnest($1::text[], $2::text[]) AS wanted (schema, name)
    LEFT JOIN pg_namespace AS n ON n.nspname = wanted.schema
    LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p')
), parts AS (
  SELECT root, root AS oid FROM named WHERE root IS NOT NULL
   UNION
  SELECT root, inhrelid FROM parts JOIN pg_inherits ON inhparent = oid
)
SELECT named.name, root::bigint AS id, file,
       sum(CASE WHEN s.analyze_count + s.autoanalyze_count + s.vacuum_count + s.autovacuum_count = 0
                 AND c.reltuples > s.n_tup_ins
                THEN greatest(c.reltuples + least(s.n_live_tup,
                                                  s.n_tup_ins - least(s.n_tup_del, s.n_dead_tup)), 0)
                ELSE s.n_live_tup END)::bigint AS live,
       sum(s.n_tup_ins)::bigint AS inserted, sum(s.n_tup_del)::bigint AS deleted,
       array_agg(c.oid::text || ' ' || c.relname) FILTER (WHERE c.oid <> root) AS parts,
       (SELECT stats_reset::text FROM pg_stat_bgwriter) || pg_postmaster_start_time()::text AS era
  FROM named LEFT JOIN parts USING (root)
  LEFT JOIN pg_class AS c ON c.oid = parts.oid
  LEFT JOIN pg_stat_user_tables AS s ON s.relid = parts.oid
 GROUP BY 1, 2, 3
"""
LONGEST = 6 * 3600.0  # seconds that counts are kept


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table at one moment.

    Attributes:
        at: when, by a clock that only rises.
        table: its name with its schema.
        era: changes when the server's counters begin anew, as they do after a crash.
        id: which table bears the name; None if none does.
        file: changes when the table is emptied by TRUNCATE, or written anew.
        live: about how many there are.
        inserted: since the counters began.
        deleted: the same.
        parts: of a partitioned table, the id and name of each part.
    """

    at: float
    table: str
    era: str
    id: int | None
    file: int
    live: int
    inserted: int
    deleted: int
    parts: frozenset[str] = frozenset()

    def follows(self, before: "Rows") -> bool:
        """Whether both were counted by the same counters, so that they can be compared."""
        fell = self.inserted < before.inserted or self.deleted < before.deleted
        return self.era == before.era and not (fell and self.id == before.id and not self.lacks(before))

    def lacks(self, before: "Rows") -> tuple[str, ...]:
        """The names of the parts that it had before and has no more; their counters went with them."""
        return tuple(sorted(part.partition(" ")[2] for part in before.parts - self.parts))


class RowCounts:
    """The rows of the named tables in the last hours, as far as somebody looked.

    Args:
        tables: their names, each with its schema.
    """

    def __init__(self, tables: Sequence[str]) -> None:
        self.tables = tuple(tables)
        self._names = [table.split(".", 1) for table in tables]
        self._kept: dict[str, deque[Rows]] = {table: deque() for table in tables}

    async def count(self, read: Reading, at: float) -> tuple[Rows, ...]:
        """The rows now, which are remembered; `at` by a clock that only rises."""
        if not self._names:
            return ()
        schemas, names = ([name[part] for name in self._names] for part in (0, 1))
        now = tuple(_rows(row, at) for row in await read(COUNTED, schemas, names))
        for rows in now:
            self._keep(rows)
        return now

    def within(self, now: Rows, seconds: float) -> tuple[Rows, ...]:
        """What that table had in the time before, the oldest first."""
        return tuple(rows for rows in self._kept[now.table] if now.at - seconds <= rows.at < now.at)

    def _keep(self, now: Rows) -> None:
        kept = self._kept[now.table]
        while kept and (kept[0].at < now.at - LONGEST or not now.follows(kept[0])):
            kept.popleft()
        kept.append(now)


def _rows(row: Mapping[str, object], at: float) -> Rows:
    def number(name: str) -> int:
        return int(str(row[name] or 0))

    parts = row["parts"]
    return Rows(
        at=at,
        table=str(row["name"]),
        era=str(row["era"]),
        id=None if row["id"] is None else number("id"),
        file=number("file"),
        live=number("live"),
        inserted=number("inserted"),
        deleted=number("deleted"),
        parts=frozenset(map(str, parts)) if isinstance(parts, list) else frozenset(),
    )
