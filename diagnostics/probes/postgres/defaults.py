"""Settings and ends of roles that let an application's statements or logins fail while the server is well."""

import re
from collections.abc import Iterable

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

PROBE = "pg.defaults"
# reset_val is what a session of ours starts with. What our own role was given says nothing of others.
READ_ONLY = """
SELECT (reset_val = 'on' AND source NOT IN ('user', 'database user', 'client', 'session')) OR EXISTS (
         SELECT FROM pg_db_role_setting
          WHERE setrole = 0
            AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
            AND 'default_transaction_read_only=on' = ANY (setconfig)) AS so,
       source, pg_is_in_recovery() AS standby, current_database()::text AS place
  FROM pg_settings WHERE name = 'default_transaction_read_only'
"""
SETTINGS = """
SELECT coalesce(rolname::text, '') AS role, split_part(setting, '=', 1) AS name,
       substr(setting, strpos(setting, '=') + 1) AS value, coalesce(rolname = current_user, false) AS own
  FROM pg_db_role_setting
  LEFT JOIN pg_roles ON pg_roles.oid = setrole
  CROSS JOIN unnest(setconfig) AS setting
 WHERE split_part(setting, '=', 1) IN ('search_path', 'statement_timeout')
   AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
 ORDER BY 1 LIMIT 100
"""
SCHEMAS = "SELECT array_agg(nspname::text) AS names FROM pg_namespace"
ENDED = """
SELECT rolname::text AS role, extract(epoch FROM clock_timestamp() - rolvaliduntil)::float8 AS ago
  FROM pg_roles WHERE rolcanlogin AND rolvaliduntil < clock_timestamp() AND rolvaliduntil > '-infinity'
 ORDER BY 2 LIMIT 20
"""
OWN = "$user"
PATH = "search_path"
TIMEOUT = "statement_timeout"
UNITS = {"us": 1e-6, "ms": 1e-3, "": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
TIME = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)")


async def defaults(means: Means) -> tuple[Finding, ...]:
    """Each may be meant so, and is ill only together with statements or logins that fail."""
    async with means.session.reading(PROBE) as read:
        (read_only,) = await read(READ_ONLY)
        settings = await read(SETTINGS)
        schemas = (await read(SCHEMAS))[0]["names"] if settings else []
        ended = await read(ENDED)
    paths = [row for row in settings if row["name"] == PATH]
    lost = tuple(row for row in paths if leads_nowhere(row["value"], row["role"], schemas))
    short = hasty(settings, means.limits.timeout_short)
    found = (
        writes_refused(means.target, read_only) if read_only["so"] and not read_only["standby"] else None,
        path_lost(means.target, lost) if lost else None,
        role_ended(means.target, ended) if ended else None,
        timeout_short(means.target, short[0][1], short[0][0]) if short else None,
    )
    return tuple(finding for finding in found if finding)


def hasty(settings: Iterable[Row], least: float) -> list[tuple[float, str]]:
    """Time-outs below so many seconds with whose they are, the shortest first; our own says nothing."""
    times = [
        (seconds(row["value"]), row["role"]) for row in settings if row["name"] == TIMEOUT and not row["own"]
    ]
    return sorted((time, role) for time, role in times if 0 < time < least)


def leads_nowhere(path: str, role: str, schemas: Iterable[str]) -> bool:
    """Whether none of the schemas of a search_path is there."""
    named = {part.strip().strip('"') for part in path.split(",")} - {""}
    there = set(schemas)
    return bool(named) and not any((role if name == OWN else name) in there for name in named)


def seconds(value: str) -> float:
    """A time as PostgreSQL writes it, such as "50", "50ms" or "2s"; 0 if it is none, or no limit."""
    found = TIME.fullmatch(value.strip().strip("'"))
    return float(found[1]) * UNITS.get(found[2], 0.0) if found else 0.0


def writes_refused(target: str, row: Row) -> Finding:
    """The finding that transactions begin as read-only."""
    return Finding(
        code=Code.READ_ONLY,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"Transactions in {row['place']} begin as read-only: default_transaction_read_only is on.",
        figures=(Figure("source", row["source"]),),
        meaning="Every write of an application that does not ask for more fails.",
        next_step="See who set it and why: \\drds in psql. Then ALTER DATABASE ... RESET "
        "default_transaction_read_only; sessions that are open keep it until they connect anew.",
    )


def path_lost(target: str, rows: tuple[Row, ...]) -> Finding:
    """The finding that tables are looked for where there are none."""
    who = rows[0]["role"] or "everybody"
    return Finding(
        code=Code.PATH_LOST,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"The search_path of {who} names no schema that is here: {quoted(rows[0]['value'], 80)}.",
        figures=(Figure("roles", len(rows)), Figure("role", who)),
        meaning="Its statements find no table that they name without a schema.",
        next_step="Correct it, or make the schema: ALTER ROLE ... SET search_path = ...; then connect anew.",
    )


def role_ended(target: str, rows: list[Row]) -> Finding:
    """The finding about roles whose password is past its day."""
    first, more = rows[0], len(rows) - 1
    others = f", and those of {counted(more, 'other role')} before" if more else ""
    return Finding(
        code=Code.ROLE_ENDED,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"The password of {first['role']} ended {duration(first['ago'])} ago (VALID UNTIL){others}.",
        figures=(
            Figure("role", first["role"]),
            Figure("ago", round(first["ago"]), "s"),
            Figure("roles", len(rows)),
        ),
        meaning="New connections of that role are refused; those that are open go on.",
        next_step="Give it a new password and day: ALTER ROLE ... PASSWORD ... VALID UNTIL ...;",
    )


def timeout_short(target: str, role: str, limit: float) -> Finding:
    """The finding that statements of a role, or of everybody here, are cancelled soon."""
    whose = f"The role {role}" if role else "This database"
    return Finding(
        code=Code.TIMEOUT_SHORT,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"{whose} has a statement_timeout of {duration(limit)} of its own.",
        figures=(Figure("role", role or None), Figure("limit", limit, "s")),
        meaning="Statements of its sessions that take longer are cancelled.",
        next_step="See who set it and when: \\drds in psql. ALTER ROLE (or DATABASE) ... SET "
        "statement_timeout = ...; sessions that are open keep the old one.",
    )
