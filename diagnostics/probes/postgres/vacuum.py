"""Dead rows that VACUUM leaves behind, and who or what keeps it from removing them."""

from dataclasses import dataclass

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.holder import HOLDERS, Holder, holder_of
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration, percent, size
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.bloat_vacuum"
# The exact size of a table waits for its ACCESS EXCLUSIVE lock; where one is held or waited for, we estimate.
DEAD = """
WITH candidates AS MATERIALIZED (
  SELECT s.relid, s.n_dead_tup AS dead, s.n_live_tup AS live, c.relpages, c.reltuples,
         greatest(s.last_vacuum, s.last_autovacuum) AS vacuumed,
         (SELECT jsonb_object_agg(option_name, option_value) FROM pg_options_to_table(c.reloptions)) AS own
    FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid
   WHERE s.n_dead_tup >= $1 AND 100 * s.n_dead_tup >= $2 * (s.n_dead_tup + s.n_live_tup)
   ORDER BY s.n_dead_tup DESC LIMIT 20
), locked AS MATERIALIZED (SELECT relation FROM pg_locks WHERE mode = 'AccessExclusiveLock')
SELECT relid::regclass::text AS name, dead, live,
       CASE WHEN relid IN (SELECT relation FROM locked WHERE relation IS NOT NULL)
            THEN relpages::bigint * current_setting('block_size')::bigint
            ELSE pg_table_size(relid) END AS bytes,
       extract(epoch FROM clock_timestamp() - vacuumed)::float8 AS vacuumed,
       coalesce(own ->> 'autovacuum_vacuum_threshold', current_setting('autovacuum_vacuum_threshold'))::float8
         + coalesce(own ->> 'autovacuum_vacuum_scale_factor',
                    current_setting('autovacuum_vacuum_scale_factor'))::float8
           * greatest(reltuples, live + dead, 0) AS due,
       current_setting('autovacuum')::bool
         AND coalesce(own ->> 'autovacuum_enabled', 'on')::bool AS automatic,
       EXISTS (SELECT FROM pg_stat_progress_vacuum AS v WHERE v.relid = candidates.relid) AS at_work
  FROM candidates
"""


@dataclass(frozen=True, slots=True)
class Left:
    """A table with its dead rows.

    Attributes:
        bytes: of the table, dead rows and all; None if not known.
        vacuumed: seconds since the last VACUUM that ended; None if there was none, or it is not known.
        due: whether there are so many dead rows that autovacuum comes.
        automatic: whether autovacuum is on for it.
        at_work: whether VACUUM is working on it.
    """

    name: str
    dead: int
    share: int
    bytes: int | None
    vacuumed: float | None
    due: bool
    automatic: bool
    at_work: bool

    def kept_by(self, holder: Holder | None) -> bool:
        """Whether VACUUM was due, or even came, and could not remove what the holder may still want."""
        if holder is None:
            return False
        came = self.vacuumed is not None and holder.seconds is not None and self.vacuumed <= holder.seconds
        return self.due or came


async def bloat_vacuum(means: Means) -> tuple[Finding, ...]:
    """Large tables full of dead rows, and what has kept VACUUM back for long."""
    limits = means.limits
    async with means.session.reading(PROBE) as read:
        rows = await read(DEAD, limits.dead_rows, limits.dead_warn)
        held = await read(HOLDERS)
    holder = holder_of(held, limits)
    tables = tuple(_left(row) for row in rows if row["bytes"] is None or row["bytes"] >= limits.dead_size)
    dead = dead_rows(means.target, tables, holder, limits)
    return (dead, kept_back(means.target, holder, held, limits)) if holder else (dead,)


def _left(row: Row) -> Left:
    return Left(
        name=row["name"],
        dead=row["dead"],
        share=percent(row["dead"], row["dead"] + row["live"]),
        bytes=row["bytes"],
        vacuumed=row["vacuumed"],
        due=row["dead"] > row["due"],
        automatic=row["automatic"],
        at_work=row["at_work"],
    )


def dead_rows(target: str, tables: tuple[Left, ...], holder: Holder | None, limits: Limits) -> Finding:
    """The finding about dead rows; ill where VACUUM is kept back or off, or far behind.

    Up to its own threshold, a fifth of the rows by default, autovacuum leaves dead rows by design.
    """
    if not tables:
        sentence = "No large table is full of dead rows."
        return Finding(Code.DEAD_ROWS, PROBE, target, Health.OK, sentence, (Figure("tables", 0),))
    judged = sorted(
        ((_health(each, holder, limits), each) for each in tables),
        key=lambda pair: (pair[0].rank, -pair[1].dead),
    )
    health, first = judged[0]
    return Finding(
        code=Code.DEAD_ROWS,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"{counted(first.dead, 'dead row')} in {first.name}, {first.share} % of its rows"
        f"{'' if first.bytes is None else f', at {size(first.bytes)}'}; {_why(first, holder)}.",
        figures=(
            Figure("tables", len(tables)),
            Figure("table", first.name),
            Figure("dead rows", first.dead),
            Figure("dead", first.share, "%"),
            Figure("size", first.bytes, "bytes"),
            Figure("last vacuum", None if first.vacuumed is None else round(first.vacuumed), "s"),
            Figure("autovacuum", "on" if first.automatic else "off"),
            Figure("kept back", "yes" if first.kept_by(holder) else "no"),
        ),
        meaning="Every statement reads past them: it gets slower, and the table grows."
        if health is not Health.OK
        else "",
        next_step=_next_step(first, holder) if health is not Health.OK else "",
        table=_table(tables),
    )


def _health(table: Left, holder: Holder | None, limits: Limits) -> Health:
    if table.kept_by(holder):
        return Health.CRITICAL if table.share >= limits.dead_critical else Health.WARN
    if not table.automatic:
        return Health.WARN
    return Health.WARN if table.due and table.share >= limits.dead_critical else Health.OK


def _why(table: Left, holder: Holder | None) -> str:
    if holder and table.kept_by(holder):
        return f"VACUUM may not remove them because of {holder.said}"
    if table.at_work:
        return "VACUUM is at work on it"
    if not table.automatic:
        return "autovacuum is off for it"
    if table.due:
        return "VACUUM has not come to it yet"
    return "autovacuum leaves that many by design"


def _next_step(table: Left, holder: Holder | None) -> str:
    if holder and table.kept_by(holder):
        return f"{holder.remedy} Then `VACUUM {table.name}`."
    if table.at_work:
        return "Let it finish: pg_stat_progress_vacuum shows how far it is."
    if not table.automatic:
        return f"`VACUUM {table.name}`; then `ALTER TABLE {table.name} RESET (autovacuum_enabled)`."
    return f"`VACUUM {table.name}`; if it comes too late each time, lower autovacuum_vacuum_scale_factor."


def kept_back(target: str, holder: Holder, rows: list[Row], limits: Limits) -> Finding:
    """The finding about what keeps VACUUM back in the whole database; ill by what has come after it."""
    ill = holder.transactions >= limits.held_transactions
    return Finding(
        code=Code.XMIN_HELD,
        probe=PROBE,
        target=target,
        health=Health.WARN if ill else Health.OK,
        sentence=f"VACUUM keeps what {counted(holder.transactions, 'transaction')} left dead, "
        f"because of {holder.said}.",
        figures=(
            Figure("kind", holder.kind),
            Figure("holder", holder.name),
            Figure("state", holder.state),
            Figure("held for", None if holder.seconds is None else round(holder.seconds, 1), "s"),
            Figure("transactions", holder.transactions),
        ),
        meaning="Tables grow, and the age of the oldest transaction with them." if ill else "",
        next_step=holder.remedy if ill else "",
        table=(
            ("what", "name", "held for", "transactions since"),
            *(
                (
                    row["kind"],
                    row["name"],
                    "" if row["seconds"] is None else duration(row["seconds"]),
                    f"{row['transactions']:,}",
                )
                for row in rows
            ),
        ),
    )


def _table(tables: tuple[Left, ...]) -> tuple[tuple[str, ...], ...]:
    return (
        ("table", "dead rows", "share", "size", "last VACUUM", "autovacuum"),
        *(
            (
                each.name,
                f"{each.dead:,}",
                f"{each.share} %",
                "" if each.bytes is None else size(each.bytes),
                "never" if each.vacuumed is None else f"{duration(each.vacuumed)} ago",
                "on" if each.automatic else "off",
            )
            for each in tables
        ),
    )
