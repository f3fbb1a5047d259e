"""The settings that end abandoned transactions and runaway statements, and whether anybody set them."""

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import listed
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.settings_guard"
# reset_val is what a session of ours starts with; setting would show what our own look has set for itself.
NAMES = (
    "idle_in_transaction_session_timeout",
    "statement_timeout",
    "lock_timeout",
    "log_lock_waits",
    "deadlock_timeout",
    "log_temp_files",
    "temp_file_limit",
    "autovacuum",
    "transaction_timeout",
    "client_connection_check_interval",
)
GUARDS = """
SELECT name, reset_val AS value, coalesce(unit, '') AS unit FROM pg_settings
 WHERE name = ANY($1::text[]) ORDER BY name
"""
OVERRIDES = """
SELECT coalesce(rolname::text, 'all roles') AS role,
       coalesce(datname::text, 'all databases') AS place, setting
  FROM pg_db_role_setting
  LEFT JOIN pg_roles ON pg_roles.oid = setrole
  LEFT JOIN pg_database ON pg_database.oid = setdatabase
  CROSS JOIN unnest(setconfig) AS setting
 WHERE setting ~ '^(idle_in_transaction_session_timeout|statement_timeout|lock_timeout|transaction_timeout)='
 LIMIT 50
"""
NEEDED = ("idle_in_transaction_session_timeout", "statement_timeout", "autovacuum")
OFF = frozenset({"0", "off", ""})


async def settings_guard(means: Means) -> tuple[Finding, ...]:
    """Which guards are set, for everyone or for single roles."""
    async with means.session.reading(PROBE) as read:
        rows = await read(GUARDS, list(NAMES))
        overrides = await read(OVERRIDES)
    return (guards(means.target, rows, overrides),)


def guards(target: str, rows: list[Row], overrides: list[Row]) -> Finding:
    """The finding about guards; prevention, so it is never ill by itself."""
    values = {row["name"]: row["value"] for row in rows}
    special = {row["setting"].partition("=")[0] for row in overrides}
    off = tuple(name for name in NEEDED if values.get(name, "0") in OFF and name not in special)
    return Finding(
        code=Code.GUARDS,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"Not set: {listed(off)}."
        if off
        else "Abandoned transactions and endless statements are ended.",
        figures=tuple(Figure(row["name"], row["value"], row["unit"]) for row in rows),
        meaning="Nothing ends a transaction or a statement that was left running." if off else "",
        next_step="After the incident, for the application's role: "
        "`ALTER ROLE ... SET idle_in_transaction_session_timeout = '60s'`."
        if off
        else "",
        table=(
            ("setting", "value", "for"),
            *((row["name"], f"{row['value']} {row['unit']}".strip(), "everyone") for row in rows),
            *((*row["setting"].split("=", 1), f"{row['role']} in {row['place']}") for row in overrides),
        ),
    )
