"""What the database counts, over the last seconds and minutes; each judged only with enough traffic."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from diagnostics.probes.postgres import spill
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.conflicts import because, conflicts, reasons
from diagnostics.probes.postgres.counts import Change, Counts, change, counted_now
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.section import Limits
from diagnostics.probes.postgres.session import Row
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.counters"
Judge: TypeAlias = Callable[[str, Change, Limits], Finding | None]
MINUTE = 60.0
HALF = 50  # percent
FEWER = 2  # times fewer transactions say enough where most of them fail
HINTS = """
SELECT max(reset_val) FILTER (WHERE name = 'log_lock_waits') AS logged,
       max(reset_val) FILTER (WHERE name = 'deadlock_timeout') AS timeout
  FROM pg_settings WHERE name IN ('log_lock_waits', 'deadlock_timeout')
"""


async def counters(means: Means) -> tuple[Finding, ...]:
    """How the counters move while we look, and how they have moved since we first asked."""
    async with means.session.reading(PROBE) as read:
        before = await counted_now(read, means.session.version, means.monotonic())
        view = await spill.view(read)
        written = await spill.written(read, view)
    await means.pause(means.limits.sample)
    async with means.session.reading(PROBE) as read:
        after = await counted_now(read, means.session.version, means.monotonic())
        writer = await spill.writer(read, view, written)
        now = await spill.open_now(read, view)
        means.tally.keep(before)
        recent, late = change(before, after, means.limits.sample), _late(means, after, means.limits.counted)
        (hints,) = await read(HINTS) if late.deadlocks else (None,)
        failing = _worst(rollbacks, means, recent, late)
        why = await reasons(read) if failing else ()
        cancelled = await conflicts(read, means.target, late) if late.conflicts else None
    means.tally.keep(after)
    target, limits = means.target, means.limits
    judged = (
        deadlocks(target, late, limits, hints) if late.deadlocks else None,
        _explained(failing, why) if failing else None,
        cancelled,
        spill.spilled(target, recent, limits, writer, now)
        or spill.spilled(target, late, limits, writer, now),
        _worst(cache, means, recent, late),
        checkpoints(target, _late(means, after, limits.checkpoints_within), limits),
    )
    return (moved(target, late, limits), *(finding for finding in judged if finding))


def _late(means: Means, after: Counts, seconds: float) -> Change:
    """What changed since the oldest counters of that time that were kept."""
    return change(means.tally.since(after, seconds), after, means.limits.sample)


def _worst(judge: Judge, means: Means, recent: Change, late: Change) -> Finding | None:
    """What is so now, or was so of late."""
    return judge(means.target, recent, means.limits) or judge(means.target, late, means.limits)


def _explained(failing: Finding, why: tuple[str, ...]) -> Finding:
    """The finding with what the server itself has to do with it."""
    figures = (*failing.figures, Figure("reason", "; ".join(why) or "not known"))
    return replace(failing, figures=figures, meaning=failing.meaning + because(why))


def moved(target: str, late: Change, limits: Limits) -> Finding:
    """The finding that tells the traffic; what is ill about it has findings of its own."""
    cached = late.cached if late.pages >= limits.pages_judged else None
    within = duration(late.seconds)
    said = "" if cached is None else f", {cached} % of their pages from the cache"
    dead = "" if late.deadlocks else ", no deadlock"
    return Finding(
        code=Code.COUNTERS,
        probe=PROBE,
        target=target,
        health=Health.OK,
        sentence=f"{counted(late.transactions, 'transaction')} within {within}{dead}{said}.",
        figures=(
            Figure("transactions", late.transactions),
            Figure("rollbacks", late.rolled_back, "%"),
            Figure("deadlocks", late.deadlocks),
            Figure("temporary files", late.spilled, "bytes"),
            Figure("from the cache", cached, "%"),
            Figure("within", round(late.seconds, 1), "s"),
        ),
    )


def deadlocks(target: str, late: Change, limits: Limits, hints: Row | None) -> Finding:
    """The finding about deadlocks; critical when they keep coming."""
    a_minute = late.deadlocks / max(late.seconds / MINUTE, 1)
    blind = hints is not None and hints["logged"] == "off"
    wait = None if hints is None or hints["timeout"] is None else float(hints["timeout"])
    hint = " For the waits before them: log_lock_waits = on." if blind else ""
    return Finding(
        code=Code.DEADLOCKS,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL if a_minute > limits.deadlocks_critical else Health.WARN,
        sentence=f"{counted(late.deadlocks, 'deadlock')} within {duration(late.seconds)}.",
        figures=(
            Figure("deadlocks", late.deadlocks),
            Figure("within", round(late.seconds, 1), "s"),
            Figure("a minute", round(a_minute, 1)),
            Figure("deadlock_timeout", wait, "ms"),
            Figure("log_lock_waits", "off" if blind else "on" if hints is not None else None),
        ),
        meaning="Transactions take the same locks in different orders; one of each pair was rolled back.",
        next_step="The server's log names both statements. The code must take its locks in one order, "
        f"and try again what was rolled back.{hint}",
    )


def rollbacks(target: str, span: Change, limits: Limits) -> Finding | None:
    """The finding about failing transactions; None if few fail, or too few there are."""
    enough = limits.transactions_judged // (FEWER if span.rolled_back >= HALF else 1)
    if span.transactions < enough or span.rolled_back <= limits.rollbacks_warn:
        return None
    return Finding(
        code=Code.ROLLBACKS,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"{span.rolled_back} % of {counted(span.transactions, 'transaction')} within "
        f"{duration(span.seconds)} were rolled back.",
        figures=(
            Figure("transactions", span.transactions),
            Figure("rollbacks", span.rolled_back, "%"),
            Figure("within", round(span.seconds, 1), "s"),
        ),
        meaning="Requests fail in the application or in the database.",
        next_step="Read the application's log for its errors, and the server's for ERROR.",
    )


def cache(target: str, span: Change, limits: Limits) -> Finding | None:
    """The finding about pages that had to be read; None if few were, or too few were asked for."""
    if span.pages < limits.pages_judged or span.cached >= limits.cache_warn:
        return None
    return Finding(
        code=Code.CACHE,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"Only {span.cached} % of {counted(span.pages, 'page')} within {duration(span.seconds)} "
        "came from the database's cache.",
        figures=(
            Figure("from the cache", span.cached, "%"),
            Figure("pages", span.pages),
            Figure("within", round(span.seconds, 1), "s"),
        ),
        meaning="The others were read from the disk, or from the machine's memory at best.",
        next_step="Look for a statement that reads whole tables; then compare shared_buffers with the data.",
    )


def checkpoints(target: str, span: Change, limits: Limits) -> Finding | None:
    """The finding about checkpoints that come too often for their clock; None if they do not."""
    every = span.timed + span.forced
    if span.forced < limits.checkpoints_warn or 100 * span.forced <= HALF * every:
        return None
    return Finding(
        code=Code.CHECKPOINTS,
        probe=PROBE,
        target=target,
        health=Health.WARN,
        sentence=f"{span.forced} of {counted(every, 'checkpoint')} within {duration(span.seconds)} "
        "did not wait for their time.",
        figures=(
            Figure("forced", span.forced),
            Figure("checkpoints", every),
            Figure("within", round(span.seconds, 1), "s"),
        ),
        meaning="So much is written that max_wal_size is reached; each of them floods the disk.",
        next_step="Find what writes so much; then raise max_wal_size.",
    )
