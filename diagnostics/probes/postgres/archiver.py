"""Whether the log reaches its archive: what fails to be archived is kept until the disk is full."""

import asyncpg

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration, size
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.archiver"
# `archive_command` itself is not read: it may hold a secret.
ARCHIVER = """
SELECT current_setting('archive_mode') AS mode, pg_is_in_recovery() AS standby, current_user::text AS role,
       failed_count AS failed, archived_count AS archived,
       last_failed_time > coalesce(last_archived_time, '-infinity') AS failing,
       extract(epoch FROM clock_timestamp() - last_archived_time)::float8 AS archived_ago,
       extract(epoch FROM clock_timestamp() - last_failed_time)::float8 AS failed_ago,
       (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size') AS segment
  FROM pg_stat_archiver
"""
WAITING = """
SELECT count(*)::int AS pieces, extract(epoch FROM clock_timestamp() - min(modification))::float8 AS oldest
  FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'
"""


async def archiver(means: Means) -> tuple[Finding, ...]:
    """Whether archiving fails, hangs or keeps up."""
    async with means.session.reading(PROBE) as read:
        (row,) = await read(ARCHIVER)
    if row["mode"] == "off" or (row["mode"] == "on" and row["standby"]):
        return (_not_archived(means.target, standby=row["standby"]),)
    return (archived(means.target, row, await _waiting(means), means.limits),)


async def _waiting(means: Means) -> Row | None:
    """What waits to be archived; None if our role may not see it. A refusal ends its transaction."""
    try:
        async with means.session.reading(PROBE) as read:
            (row,) = await read(WAITING)
    except asyncpg.InsufficientPrivilegeError:
        return None
    return row


def _not_archived(target: str, *, standby: bool) -> Finding:
    who = "This standby does not archive the log." if standby else "The log is not archived (archive_mode)."
    return Finding(Code.ARCHIVER, PROBE, target, Health.OK, who, (Figure("failed", None),))


def archived(target: str, row: Row, waiting: Row | None, limits: Limits) -> Finding:
    """The finding about the archive.

    Args:
        target: what was looked at.
        row: what the archiver counts.
        waiting: the pieces of log that wait for it; None if that is not known.
        limits: from when on waiting is ill.
    """
    pieces, oldest = (waiting["pieces"], waiting["oldest"]) if waiting else (None, None)
    kept = None if pieces is None else pieces * row["segment"]
    health = _health(row, kept, oldest, limits, known=waiting is not None)
    ill = health in {Health.WARN, Health.CRITICAL}
    return Finding(
        code=Code.ARCHIVER,
        probe=PROBE,
        target=target,
        health=health,
        sentence=_sentence(row, pieces, oldest, kept, health),
        figures=(
            Figure("failed", row["failed"]),
            Figure("failing", "yes" if row["failing"] else "no"),
            Figure("last archived", None if row["archived_ago"] is None else round(row["archived_ago"]), "s"),
            Figure("waiting", pieces),
            Figure("kept", kept, "bytes"),
            Figure("oldest", None if oldest is None else round(oldest, 1), "s"),
        ),
        meaning="The log is kept until its disk is full, and backups end where the archive ends."
        if ill
        else "",
        next_step="Read the server's log for the error of archive_command, and look at the archive's disk, "
        "network and credentials. Delete nothing in pg_wal."
        if ill
        else ""
        if health is Health.OK
        else f'As a superuser: `GRANT pg_monitor TO "{row["role"]}"`.',
    )


def _health(row: Row, kept: int | None, oldest: float | None, limits: Limits, *, known: bool) -> Health:
    late = (oldest or 0.0) >= limits.archive_wait_warn or (kept or 0) >= limits.log_kept_warn
    if row["failing"] or late:
        long = (oldest or 0.0) >= limits.archive_wait_critical
        return Health.CRITICAL if long or (kept or 0) >= limits.log_kept_critical else Health.WARN
    return Health.OK if known else Health.UNKNOWN


def _sentence(row: Row, pieces: int | None, oldest: float | None, kept: int | None, health: Health) -> str:
    behind = ""
    if pieces and kept is not None and oldest is not None:
        behind = f"; {size(kept)} of log wait, the oldest for {duration(oldest)}"
    if row["failing"]:
        return (
            f"Archiving the log fails: {counted(row['failed'], 'failure')}, "
            f"the last {duration(max(row['failed_ago'], 0.0))} ago{behind}."
        )
    if health in {Health.WARN, Health.CRITICAL}:
        return f"Archiving the log does not keep up{behind}."
    if health is Health.UNKNOWN:
        return "Whether the log reaches its archive in time is not known."
    return f"The log is archived{behind}."
