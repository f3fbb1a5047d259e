"""Whether many rows have gone from the tables that services.toml names: the first sign of lost data."""

from enum import StrEnum

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.rowcounts import Rows
from diagnostics.probes.postgres.section import Limits
from diagnostics.wording import capital, counted, duration, listed, percent
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.users_sanity"
MEANING = "If nobody meant that, data is lost; whatever is written from now on makes it harder to mend."
USUAL = "Old partitions are often dropped or detached on purpose."
SHOWN = 3
NEXT_STEP = (
    "Ask who did it. If nobody meant it, stop writes first: `ALTER DATABASE ... SET "
    "default_transaction_read_only = on`, then end the applications' sessions. Take a fresh backup, restore "
    "the last good one into a second database and compare. Repair nothing without a plan."
)


class How(StrEnum):
    """In which way rows went."""

    DELETED = "deleted"
    EMPTIED = "emptied"
    DROPPED = "dropped"
    REPLACED = "replaced"
    PARTED = "went with a part"


async def users_sanity(means: Means) -> tuple[Finding, ...]:
    """About how many rows the named tables have, and what has gone from them."""
    if not means.rows.tables:
        return ()
    async with means.session.reading(PROBE) as read:
        now = await means.rows.count(read, means.monotonic())
    within = means.limits.rows_within
    lost = (losses(means.target, rows, means.rows.within(rows, within), means.limits) for rows in now)
    return (listing(means.target, now), *(finding for finding in lost if finding))


def listing(target: str, tables: tuple[Rows, ...]) -> Finding:
    """The finding that tells the rows; a name that no table bears is unknown."""
    there = tuple(rows for rows in tables if rows.id is not None)
    missing = tuple(rows.table for rows in tables if rows.id is None)
    said = [f"{rows.table} has about {counted(rows.live, 'row')}" for rows in there[:3]]
    said += [f"there is no table {listed(missing)} in this database"] if missing else []
    return Finding(
        code=Code.ROWS,
        probe=PROBE,
        target=target,
        health=Health.UNKNOWN if missing else Health.OK,
        sentence=f"{capital(listed(tuple(said))) if not there else listed(tuple(said))}.",
        figures=(Figure("tables", len(there)), Figure("rows", sum(rows.live for rows in there))),
        next_step=f"Look for {listed(missing)}; if it was never there, correct `tables` in services.toml."
        if missing
        else "",
        table=(
            ("table", "rows", "written since the counters began", "deleted"),
            *((rows.table, f"{rows.live:,}", f"{rows.inserted:,}", f"{rows.deleted:,}") for rows in there),
        ),
    )


def losses(target: str, now: Rows, earlier: tuple[Rows, ...], limits: Limits) -> Finding | None:
    """The finding about rows that have gone; None if few have, or there were too few to judge.

    Args:
        target: what was looked at.
        now: the table.
        earlier: the same in the time before, the oldest first.
        limits: from when on that is ill.
    """
    if not earlier:
        return None
    most = max(earlier, key=lambda rows: rows.live)
    gone = most.live - now.live
    # what is rolled back is counted as deleted, too: only with others written in their place do rows change
    changed = min(now.deleted - earlier[0].deleted, now.inserted - earlier[0].inserted)
    share = percent(max(gone, 0), most.live)
    if most.live < limits.rows_judged:
        return None
    if share >= limits.rows_lost_warn:
        bad = share >= limits.rows_lost_critical
        return _lost(target, now, most, gone, _how(most, now), Health.CRITICAL if bad else Health.WARN)
    if percent(changed, most.live) >= limits.rows_lost_critical:
        return _lost(target, now, earlier[0], changed, How.REPLACED, Health.WARN)
    return None


def _how(before: Rows, now: Rows) -> How:
    if now.id is None:
        return How.DROPPED
    if now.lacks(before):
        return How.PARTED
    return How.EMPTIED if now.file != before.file and not now.live else How.DELETED


def _lost(target: str, now: Rows, before: Rows, gone: int, how: How, health: Health) -> Finding:
    ago = duration(now.at - before.at)
    said = {
        How.DELETED: f"{gone:,} of the {before.live:,} rows that {now.table} had {ago} ago are gone",
        How.EMPTIED: f"{now.table} was emptied: it had {before.live:,} rows {ago} ago",
        How.DROPPED: f"The table {now.table} is gone: it had {before.live:,} rows {ago} ago",
        How.PARTED: f"{_parts(now.lacks(before))} gone from {now.table}, "
        f"with {gone:,} of the {before.live:,} rows that it had {ago} ago",
        How.REPLACED: f"{gone:,} rows of {now.table} were deleted within {ago}, and others written",
    }[how]
    return Finding(
        code=Code.ROWS_LOST,
        probe=PROBE,
        target=target,
        health=health,
        sentence=f"{said}.",
        figures=(
            Figure("lost", gone),
            Figure("share", percent(gone, before.live), "%"),
            Figure("rows", now.live),
            Figure("before", before.live),
            Figure("within", round(now.at - before.at, 1), "s"),
            Figure("table", now.table),
            Figure("how", how.value),
        ),
        meaning=f"{USUAL} {MEANING}" if how is How.PARTED else MEANING,
        next_step=NEXT_STEP,
    )


def _parts(names: tuple[str, ...]) -> str:
    shown = names if len(names) <= SHOWN else (*names[:SHOWN], f"{len(names) - SHOWN} more")
    return f"The partition{'s' * (len(names) > 1)} {listed(shown)}" + (" are" if len(names) > 1 else " is")
