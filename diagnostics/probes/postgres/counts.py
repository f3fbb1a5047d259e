"""The database's counters at one moment, those that were kept from before, and what came between."""

from collections import deque
from dataclasses import dataclass

from diagnostics.probes.postgres.session import Reading
from diagnostics.wording import percent

COUNTED = """
SELECT d.xact_commit AS commits, d.xact_rollback AS rollbacks, d.deadlocks, d.temp_bytes AS spilled,
       d.blks_hit AS hits, d.blks_read AS reads, d.stats_reset::text AS reset,
       (to_jsonb(d) ->> 'sessions_killed')::bigint AS killed, d.conflicts,
       c.checkpoints_timed AS timed, c.checkpoints_req AS forced
  FROM pg_stat_database AS d, pg_stat_bgwriter AS c WHERE d.datname = current_database()
"""
COUNTED_17 = """
SELECT d.xact_commit AS commits, d.xact_rollback AS rollbacks, d.deadlocks, d.temp_bytes AS spilled,
       d.blks_hit AS hits, d.blks_read AS reads, d.stats_reset::text AS reset,
       (to_jsonb(d) ->> 'sessions_killed')::bigint AS killed, d.conflicts,
       c.num_timed AS timed, c.num_requested AS forced
  FROM pg_stat_database AS d, pg_stat_checkpointer AS c WHERE d.datname = current_database()
"""
COUNTERS = (
    "commits",
    "rollbacks",
    "deadlocks",
    "spilled",
    "hits",
    "reads",
    "timed",
    "forced",
    "killed",
    "conflicts",
)
CHECKPOINTER = 17  # since this version checkpoints are counted in a view of their own
LONGEST = 900.0  # seconds that counters are kept


@dataclass(frozen=True, slots=True)
class Counts:
    """What had been counted since the last reset.

    Attributes:
        at: when, by a clock that only rises.
        reset: when the counters began.
        spilled: bytes of temporary files.
        hits: pages that the cache had; `reads` are those that it had not.
        timed: checkpoints that came by the clock; `forced` are the others.
        killed: sessions that somebody ended.
        conflicts: statements that a standby cancelled so that it could replay.
    """

    at: float
    reset: str
    commits: int
    rollbacks: int
    deadlocks: int
    spilled: int
    hits: int
    reads: int
    timed: int
    forced: int
    killed: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What was counted between two moments; a reset between them is no negative count.

    What a session that somebody ended had open is rolled back; that is no request that failed, so each such
    session takes one away from `rollbacks` and from `transactions`.
    """

    seconds: float
    transactions: int
    rollbacks: int
    deadlocks: int
    spilled: int
    pages: int
    hits: int
    timed: int
    forced: int
    conflicts: int

    @property
    def rolled_back(self) -> int:
        """The share of the transactions, in percent."""
        return percent(self.rollbacks, self.transactions)

    @property
    def cached(self) -> int:
        """The share of the pages that the cache had, in percent."""
        return percent(self.hits, self.pages)


class Tally:
    """The counters of the last quarter of an hour, as far as somebody asked for them."""

    def __init__(self) -> None:
        self._kept: deque[Counts] = deque()

    def keep(self, counts: Counts) -> None:
        """Remember these; those of before a reset of the counters say nothing any more."""
        while self._kept and (self._kept[0].reset != counts.reset or self._kept[0].at < counts.at - LONGEST):
            self._kept.popleft()
        self._kept.append(counts)

    def since(self, now: Counts, seconds: float) -> Counts:
        """The oldest that are at most that old; those of now if there are none."""
        fitting = (
            counts
            for counts in self._kept
            if counts.reset == now.reset and now.at - seconds <= counts.at <= now.at
        )
        return next(fitting, now)


async def counted_now(read: Reading, version: int, at: float) -> Counts:
    """The counters as they stand.

    Args:
        read: one transaction.
        version: the server's, such as 15.
        at: when that is.
    """
    if version < CHECKPOINTER:
        (row,) = await read(COUNTED)
    else:
        (row,) = await read(COUNTED_17)
    return Counts(at, row["reset"] or "", *(int(row[name] or 0) for name in COUNTERS))


def change(before: Counts, after: Counts, least: float) -> Change:
    """What came between.

    Args:
        before: the earlier counters.
        after: the later ones.
        least: seconds that lie between them at least.
    """

    def grown(name: str) -> int:
        return max(int(getattr(after, name)) - int(getattr(before, name)), 0)

    rollbacks, hits = max(grown("rollbacks") - grown("killed"), 0), grown("hits")
    return Change(
        seconds=max(after.at - before.at, least),
        transactions=grown("commits") + rollbacks,
        rollbacks=rollbacks,
        deadlocks=grown("deadlocks"),
        spilled=grown("spilled"),
        pages=grown("reads") + hits,
        hits=hits,
        timed=grown("timed"),
        forced=grown("forced"),
        conflicts=grown("conflicts"),
    )
