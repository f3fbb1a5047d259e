"""What the database counts, between two samples: deadlocks, rollbacks, temporary files."""

from dataclasses import dataclass

from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration, percent, size
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.counters"
COUNTERS = """
SELECT xact_commit AS commits, xact_rollback AS rollbacks, deadlocks, temp_bytes
  FROM pg_stat_database WHERE datname = current_database()
"""
TRAFFIC = 100  # transactions; fewer are too few to judge
ROLLBACKS = 10  # percent
SPILL = 100 * 1024**2  # bytes a minute
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Change:
    """What was counted between two samples."""

    transactions: int
    rollbacks: int
    deadlocks: int
    spilled: int
    seconds: float


async def counters(means: Means) -> tuple[Finding, ...]:
    """How the counters move while we look, twice."""
    async with means.session.reading(PROBE) as read:
        (before,) = await read(COUNTERS)
    await means.pause(means.limits.sample)
    async with means.session.reading(PROBE) as read:
        (after,) = await read(COUNTERS)
    return (moved(means.target, _change(before, after, means.limits.sample)),)


def _change(before: Row, after: Row, seconds: float) -> Change:
    def grown(name: str) -> int:
        return max(
            int(after[name]) - int(before[name]), 0
        )  # a reset between the samples is no negative count

    rollbacks = grown("rollbacks")
    return Change(grown("commits") + rollbacks, rollbacks, grown("deadlocks"), grown("temp_bytes"), seconds)


def moved(target: str, change: Change) -> Finding:
    """The finding about deadlocks, then rollbacks, then spills; each judged only with enough traffic."""
    share = percent(change.rollbacks, change.transactions)
    within = duration(change.seconds)
    meaning = next_step = ""
    health = Health.WARN
    if change.deadlocks:
        sentence = f"{counted(change.deadlocks, 'deadlock')} within {within}."
        meaning = "Transactions take the same locks in different orders; one of each pair was rolled back."
        next_step = "Its log names both statements. The code must take its locks in one order."
    elif change.transactions >= TRAFFIC and share > ROLLBACKS:
        sentence = (
            f"{share} % of {counted(change.transactions, 'transaction')} within {within} were rolled back."
        )
        meaning = "Requests fail in the application or in the database."
        next_step = "Read the application's log for its errors."
    elif change.spilled * MINUTE >= SPILL * change.seconds:
        sentence = f"Statements wrote {size(change.spilled)} of temporary files within {within}."
        meaning = "Sorts or joins do not fit into work_mem and go to the disk."
        next_step = "Find the statement (log_temp_files) before raising work_mem."
    else:
        health = Health.OK
        sentence = f"{counted(change.transactions, 'transaction')} within {within}, no deadlock."
    return Finding(
        code=Code.COUNTERS,
        probe=PROBE,
        target=target,
        health=health,
        sentence=sentence,
        figures=(
            Figure("transactions", change.transactions),
            Figure("rollbacks", share, "%"),
            Figure("deadlocks", change.deadlocks),
            Figure("temporary files", change.spilled, "bytes"),
        ),
        meaning=meaning,
        next_step=next_step,
    )
