"""Standbys and replication slots. A lag that the server does not tell is unknown, never small."""

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration, size
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.replication"
STANDBY = """
SELECT pg_is_in_recovery() AS standby,
       CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END AS paused,
       CASE WHEN pg_is_in_recovery()
            THEN pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) END::float8 AS waiting,
       CASE WHEN pg_is_in_recovery()
            THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS behind
"""
STANDBYS = """
SELECT coalesce(nullif(application_name, ''), 'a standby') AS name, coalesce(state, '') AS state,
       pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 AS bytes,
       extract(epoch FROM replay_lag)::float8 AS seconds
  FROM pg_stat_replication ORDER BY 3 DESC NULLS FIRST LIMIT 50
"""
SLOTS = """
SELECT slot_name::text AS name, active, coalesce(wal_status, '') AS status,
       (SELECT nullif(setting, '-1')::bigint * 1024 * 1024 FROM pg_settings
         WHERE name = 'max_slot_wal_keep_size')::float8 AS allowed,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                            ELSE pg_current_wal_lsn() END, restart_lsn)::float8 AS bytes
  FROM pg_replication_slots ORDER BY 5 DESC NULLS LAST LIMIT 200
"""
CAUGHT_UP = 16 * 1024**2  # bytes; one segment of the log


async def replication(means: Means) -> tuple[Finding, ...]:
    """This server as a standby, or its standbys; and slots that nobody reads."""
    async with means.session.reading(PROBE) as read:
        (own,) = await read(STANDBY)
        standbys = [] if own["standby"] else await read(STANDBYS)
        slots = await read(SLOTS)
    first = as_standby(means.target, own, means.limits) if own["standby"] else of_standbys(means, standbys)
    keeping = [row for row in slots if not row["active"] or (row["bytes"] or 0) >= means.limits.log_kept_warn]
    return (first, kept(means.target, keeping, means.limits)) if keeping else (first,)


def as_standby(target: str, row: Row, limits: Limits) -> Finding:
    """The finding about a server that follows another."""
    behind, waiting = row["behind"], row["waiting"]
    if row["paused"]:
        health, said = Health.CRITICAL, "its replay is paused"
    elif waiting == 0:
        health, said = Health.OK, "it has replayed all that it received"
    elif behind is None:
        health, said = (
            Health.UNKNOWN,
            "how far it lags is not known: it has replayed no transaction since its start",
        )
    else:
        health, said = _by_lag(behind, limits), f"its last replayed transaction is {duration(behind)} old"
    return Finding(
        code=Code.STANDBY,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"This server is a standby; {said}.",
        figures=(Figure("lag", behind, "s"), Figure("not replayed", waiting, "bytes")),
        meaning="Reads from it are stale." if health in {Health.WARN, Health.CRITICAL} else "",
        next_step="Ask the primary how far it is behind: pg_stat_replication."
        if health is not Health.OK
        else "",
    )


def of_standbys(means: Means, rows: list[Row]) -> Finding:
    """The finding about the standbys of a primary, the worst first."""
    if not rows:
        return Finding(
            Code.REPLICAS, PROBE, means.target, Health.OK, "No standby is attached.", (Figure("standbys", 0),)
        )
    judged = sorted(((_standby(row, means.limits), row) for row in rows), key=lambda pair: pair[0].rank)
    health, worst = judged[0]
    lag = "is not known" if worst["bytes"] is None else f"is {size(worst['bytes'])}"
    late = f", {duration(worst['seconds'])}" if worst["seconds"] else ""
    return Finding(
        code=Code.REPLICAS,
        probe=PROBE,
        target=means.target,
        health=health,
        sentence=f"{counted(len(rows), 'standby', 'standbys')}; the lag of {worst['name']} {lag}{late}.",
        figures=(
            Figure("standbys", len(rows)),
            Figure("lag", worst["seconds"], "s"),
            Figure("lag in bytes", worst["bytes"], "bytes"),
        ),
        meaning="Reads from it are stale, and a failover to it would lose that much."
        if health is not Health.OK
        else "",
        next_step="Look at its replay (paused? a long query on it?), its disk and the network."
        if health is not Health.OK
        else "",
    )


def kept(target: str, rows: list[Row], limits: Limits) -> Finding:
    """The finding about slots that keep the log for a reader who does not come, or not fast enough."""
    first = max(rows, key=lambda row: row["bytes"] or 0)
    unread = sum(not row["active"] for row in rows)
    amount = "an unknown amount" if first["bytes"] is None else size(first["bytes"])
    lost = first["status"] == "lost"
    keeps = "has lost log that its reader needs" if lost else f"keeps {amount} of log"
    slots = f"{counted(unread, 'replication slot')} unread" if unread else "The reader of a slot lags"
    return Finding(
        code=Code.SLOT_RETAINS,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL if (first["bytes"] or 0) >= limits.log_kept_critical else Health.WARN,
        sentence=f"{slots}; {first['name']} {keeps}.",
        figures=(
            Figure("slots", len(rows)),
            Figure("kept", first["bytes"], "bytes"),
            Figure("slot", first["name"]),
            Figure("unread", unread),
            Figure("allowed", first["allowed"], "bytes"),
            Figure("status", first["status"] or None),
        ),
        meaning="The log grows until the disk is full."
        if first["allowed"] is None
        else f"Beyond {size(first['allowed'])} its log is removed, and its reader must be built anew.",
        next_step="Build its reader anew, and drop the slot."
        if lost
        else "Bring its reader back. Dropping the slot means that the reader must be built anew.",
        table=(
            ("slot", "read", "keeps", "status"),
            *(
                (
                    row["name"],
                    "yes" if row["active"] else "no",
                    "" if row["bytes"] is None else size(row["bytes"]),
                    row["status"],
                )
                for row in rows
            ),
        ),
    )


def _standby(row: Row, limits: Limits) -> Health:
    if row["bytes"] is None:
        return Health.UNKNOWN
    if row["seconds"] is None:
        return Health.OK if row["bytes"] < CAUGHT_UP else Health.UNKNOWN
    return _by_lag(row["seconds"], limits)


def _by_lag(seconds: float, limits: Limits) -> Health:
    if seconds >= limits.replica_lag_critical:
        return Health.CRITICAL
    return Health.WARN if seconds >= limits.replica_lag_warn else Health.OK
