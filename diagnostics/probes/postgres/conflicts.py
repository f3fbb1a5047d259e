"""Why transactions fail, as far as the server tells: no writes here, an early end, a replay that is first."""

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.counts import Change
from diagnostics.probes.postgres.session import Reading, Row
from diagnostics.wording import counted, duration, listed
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.counters"
# What is set for our own role says nothing of others'; our look sets its own statement_timeout.
REASONS = """
WITH chosen AS (
  SELECT setrole, split_part(setting, '=', 1) AS name, split_part(setting, '=', 2) AS value
    FROM pg_db_role_setting CROSS JOIN unnest(setconfig) AS setting
   WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
), everyone AS (
  SELECT 'everyone' AS who, name, reset_val AS value, unit FROM pg_settings
   WHERE name IN ('default_transaction_read_only', 'statement_timeout')
     AND NOT EXISTS (SELECT FROM chosen
                      WHERE chosen.name = pg_settings.name AND setrole = current_user::regrole)
), roles AS (
  SELECT rolname::text AS who, name, value, NULL AS unit FROM chosen JOIN pg_roles ON pg_roles.oid = setrole
   WHERE rolname <> current_user
)
SELECT who, name, value, coalesce(unit, '') AS unit FROM everyone UNION ALL SELECT * FROM roles LIMIT 200
"""
KINDS = """
SELECT pg_is_in_recovery() AS standby, confl_snapshot AS snapshot, confl_lock AS lock,
       confl_bufferpin AS bufferpin, confl_tablespace AS tablespace, confl_deadlock AS deadlock
  FROM pg_stat_database_conflicts WHERE datname = current_database()
"""
LOW = 1.0  # seconds; a statement that is given up sooner is likely to be given up in an incident
UNITS = {"": 0.001, "ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
ON = frozenset({"on", "true", "yes", "1"})


async def reasons(read: Reading) -> tuple[str, ...]:
    """What makes transactions fail here whatever they do, in sentences without their full stop."""
    rows = await read(REASONS)
    (kinds,) = await read(KINDS)
    standby = ("this server is a standby, where no transaction may write",) if kinds["standby"] else ()
    return (*standby, *(reason for row in rows if (reason := _reason(row))))


def _reason(row: Row) -> str:
    whose = "" if row["who"] == "everyone" else f" for the role {row['who']}"
    if row["name"] == "default_transaction_read_only":
        return f"transactions are read-only{whose} unless they ask" if row["value"] in ON else ""
    seconds = _seconds(row["value"], row["unit"])
    short = row["name"] == "statement_timeout" and 0 < seconds < LOW
    return f"statement_timeout is {duration(seconds)}{whose}" if short else ""


def _seconds(value: str, unit: str) -> float:
    """A time as PostgreSQL writes it, such as "200", "200ms" or "1.5 s"; 0 if it is none."""
    number = value.strip().rstrip("abcdefghijklmnopqrstuvwxyz ")
    word = value.strip()[len(number) :].strip() or unit
    try:
        return float(number) * UNITS.get(word, 0.0)
    except ValueError:
        return 0.0


async def conflicts(read: Reading, target: str, span: Change) -> Finding:
    """The finding about statements that a standby cancelled to go on replaying."""
    (kinds,) = await read(KINDS)
    named = {
        "row versions that VACUUM removed on the primary": kinds["snapshot"],
        "locks that the primary took": kinds["lock"],
        "pinned pages": kinds["bufferpin"],
        "a tablespace that is gone": kinds["tablespace"],
        "deadlocks with the replay": kinds["deadlock"],
    }
    most = max(named, key=lambda kind: named[kind] or 0)
    return Finding(
        code=Code.CONFLICTS,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"{counted(span.conflicts, 'statement')} cancelled on this standby within "
        f"{duration(span.seconds)} so that it could replay, mostly over {most}.",
        figures=(
            Figure("conflicts", span.conflicts),
            Figure("within", round(span.seconds, 1), "s"),
            Figure("over", most),
        ),
        meaning="The application sees: canceling statement due to conflict with recovery.",
        next_step="Run long reads elsewhere, or let them finish: hot_standby_feedback = on, or a longer "
        "max_standby_streaming_delay, during which reads get older.",
    )


def because(found: tuple[str, ...]) -> str:
    """The same as the end of a meaning; empty if there are none."""
    return f" The server's own part in it: {listed(found)}." if found else ""
