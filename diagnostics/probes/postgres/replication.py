"""Standbys and replication slots. A lag that the server does not tell is unknown, never small."""

from dataclasses import dataclass

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.lag import Lags
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Reading, Row
from diagnostics.probes.postgres.subscriptions import subscribed, subscriptions
from diagnostics.wording import counted, duration, size
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.replication"
STANDBY = """
SELECT pg_is_in_recovery() AS standby,
       CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END AS paused,
       CASE WHEN pg_is_in_recovery()
            THEN pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0') END::float8 AS received,
       CASE WHEN pg_is_in_recovery()
            THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') END::float8 AS replayed,
       CASE WHEN pg_is_in_recovery()
            THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8
            AS behind,
       CASE WHEN pg_is_in_recovery() THEN NOT EXISTS (SELECT FROM pg_stat_wal_receiver) AND (
            SELECT bool_or(name = 'primary_conninfo' AND setting <> '')
                   AND NOT bool_or(name = 'restore_command' AND setting <> '')
              FROM pg_settings WHERE name IN ('primary_conninfo', 'restore_command')) END AS alone
"""
STANDBYS = """
SELECT pid, coalesce(nullif(application_name, ''), 'a standby') AS name,
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
CUT_OFF = (
    "Reads from it are of the time when that ended, and a failover to it loses all since. The primary is "
    "down, refuses it, or has removed log that it needs."
)
READ_ITS_LOG = (
    "Read the standby's log. “requested WAL segment has already been removed”: build it anew "
    "(pg_basebackup), and give it a slot. Otherwise see whether the primary runs, its "
    "pg_hba.conf and primary_conninfo."
)
CAUGHT_UP = 16 * 1024**2  # bytes; one segment of the log


@dataclass(frozen=True, slots=True)
class Behind:
    """How far a standby is behind.

    Attributes:
        name: which; empty for this server itself.
        size: bytes of log that it has not replayed; None if that is not told.
        seconds: the same in time; None if that is not told.
        held: for how many seconds it has been behind for longer than is normal.
        paused: somebody has told it to stop replaying.
        alone: it should stream from another server, and nothing else brings it log, but no stream is there.
    """

    name: str
    size: float | None
    seconds: float | None
    held: float = 0.0
    paused: bool = False
    alone: bool = False


async def replication(means: Means) -> tuple[Finding, ...]:
    """This server as a standby, or its standbys; and slots that nobody reads."""
    async with means.session.reading(PROBE) as read:
        own = await followed(read, means.lags, means.monotonic())
        standbys = () if own else await following(read, means.lags, means.monotonic())
        slots = await read(SLOTS)
        applied = await subscribed(read, means.session.version)
    target, limits = means.target, means.limits
    first = as_standby(target, own, limits) if own else of_standbys(target, standbys, limits)
    keeping = [row for row in slots if not row["active"] or (row["bytes"] or 0) >= limits.log_kept_warn]
    found = (
        first,
        alone(target, own) if own and own.alone else None,
        kept(target, keeping, limits) if keeping else None,
        subscriptions(target, PROBE, applied) if applied else None,
    )
    return tuple(finding for finding in found if finding)


async def note(read: Reading, lags: Lags, at: float) -> None:
    """Remember how far behind they are now; `at` by a clock that only rises."""
    if await followed(read, lags, at) is None:
        await following(read, lags, at)


async def followed(read: Reading, lags: Lags, at: float) -> Behind | None:
    """How far this server is behind the one that it follows; None if it follows none."""
    (row,) = await read(STANDBY)
    if not row["standby"]:
        return None
    received, replayed, seconds = row["received"], row["replayed"], row["behind"]
    if received is None or replayed is None:
        return Behind("", None, seconds, lags.held("", seconds, at), row["paused"], bool(row["alone"]))
    most = lags.at_most(received, replayed, at)
    if received <= replayed:
        seconds = 0.0
    elif seconds is not None:
        seconds = min(seconds, most)
    held = lags.held("", seconds, at)
    return Behind("", received - replayed, seconds, held, row["paused"], bool(row["alone"]))


async def following(read: Reading, lags: Lags, at: float) -> tuple[Behind, ...]:
    """How far those are behind that follow this server."""
    rows = {f"{row['name']} {row['pid']}": row for row in await read(STANDBYS)}
    lags.attached(rows)
    return tuple(
        Behind(row["name"], row["bytes"], row["seconds"], lags.held(which, row["seconds"], at))
        for which, row in rows.items()
    )


def as_standby(target: str, own: Behind, limits: Limits) -> Finding:
    """The finding about a server that follows another."""
    health, said = _as_standby(own, limits)
    return Finding(
        code=Code.STANDBY,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"This server is a standby; {said}.",
        figures=(
            Figure("lag", own.seconds, "s"),
            Figure("not replayed", own.size, "bytes"),
            Figure("held", round(own.held, 1), "s"),
        ),
        meaning="Reads from it are stale." if health in {Health.WARN, Health.CRITICAL} else "",
        next_step="Ask the primary how far it is behind: pg_stat_replication."
        if health is not Health.OK
        else "",
    )


def alone(target: str, own: Behind) -> Finding:
    """The finding about a standby to which nothing comes any more."""
    last = f"; its last transaction is {duration(own.seconds)} old" if own.seconds else ""
    return Finding(
        code=Code.STANDBY_ALONE,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"This standby receives nothing: no stream from its primary is there{last}.",
        figures=(Figure("lag", own.seconds, "s"),),
        meaning=CUT_OFF,
        next_step=READ_ITS_LOG,
    )


def _as_standby(own: Behind, limits: Limits) -> tuple[Health, str]:
    if own.paused:
        return Health.CRITICAL, "its replay is paused"
    if own.size is not None and own.size <= 0:
        return Health.OK, "it has replayed all that it received"
    if own.seconds is None:
        return (
            Health.UNKNOWN,
            "how far it lags is not known: it has replayed no transaction since its start",
        )
    return _by_lag(own, limits), f"it is {duration(own.seconds)} behind{_held(own, limits)}"


def of_standbys(target: str, standbys: tuple[Behind, ...], limits: Limits) -> Finding:
    """The finding about the standbys of a primary, the worst first."""
    if not standbys:
        return Finding(
            Code.REPLICAS, PROBE, target, Health.OK, "No standby is attached.", (Figure("standbys", 0),)
        )
    health, worst = min(((_standby(each, limits), each) for each in standbys), key=lambda pair: pair[0].rank)
    lag = "is not known" if worst.size is None else f"is {size(worst.size)}"
    late = f", {duration(worst.seconds)}{_held(worst, limits)}" if worst.seconds else ""
    return Finding(
        code=Code.REPLICAS,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"{counted(len(standbys), 'standby', 'standbys')}; the lag of {worst.name} {lag}{late}.",
        figures=(
            Figure("standbys", len(standbys)),
            Figure("lag", worst.seconds, "s"),
            Figure("lag in bytes", worst.size, "bytes"),
            Figure("held", round(worst.held, 1), "s"),
        ),
        meaning="Reads from it are stale, and a failover to it would lose that much."
        if health is not Health.OK
        else "",
        next_step="Look at its replay (paused? a long query on it?), its disk and the network."
        if health is not Health.OK
        else "",
    )


def _held(behind: Behind, limits: Limits) -> str:
    return f", for {duration(behind.held)} now" if behind.held >= limits.replica_lag_settled else ""


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


def _standby(behind: Behind, limits: Limits) -> Health:
    if behind.size is None:
        return Health.UNKNOWN
    if behind.seconds is None:
        return Health.OK if behind.size < CAUGHT_UP else Health.UNKNOWN
    return _by_lag(behind, limits)


def _by_lag(behind: Behind, limits: Limits) -> Health:
    seconds = behind.seconds or 0.0
    if seconds >= limits.replica_lag_critical:
        return Health.CRITICAL
    stays = seconds >= limits.replica_lag_note and behind.held >= limits.replica_lag_settled
    return Health.WARN if stays or seconds >= limits.replica_lag_warn else Health.OK
