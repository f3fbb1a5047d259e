"""What Redis counts, between two samples and since the last look: refused connections, writes, evictions."""

from diagnostics.probes.redis import ids
from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.counts import COPYING, ENLARGE, REFUSALS, Counts, counted_now
from diagnostics.probes.redis.means import Means
from diagnostics.probes.redis.section import Limits
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health

PROBE = ids.COUNTERS
MINUTE = 60.0
TWICE = 2
REPEATED = 5  # so many answers of one kind of error are no slip


async def counters(means: Means) -> tuple[Finding, ...]:
    """How the counters move while we look, and how they moved since the look before."""
    first = await _sample(means)
    await means.pause(means.limits.sample)
    second = await _sample(means)
    earlier, means.memory.last = means.memory.last, second
    known = earlier is not None and earlier.server == second.server
    since = earlier if earlier and known and second.at - earlier.at <= means.limits.remembered else first
    turned_away = rejected(means, since, second)
    refusing = commands_refused(means, first, second)
    lost = emptied(means, earlier, first) if earlier else None
    again = copied_again(means, since, second)
    found = (moved(means, first, second), turned_away, refusing, lost, again)
    return tuple(finding for finding in found if finding)


def moved(means: Means, before: Counts, after: Counts) -> Finding:
    """The finding about commands, evictions and refused writes between two samples."""
    seconds = means.limits.sample
    done = max(after.commands - before.commands, 0)
    evicted = max(after.evicted - before.evicted, 0)
    refused = max(after.refused_writes - before.refused_writes, 0)
    within = duration(seconds)
    said = f", {counted(evicted, 'key was', 'keys were')} evicted" if evicted else ""
    return Finding(
        code=Code.COUNTERS,
        probe=PROBE,
        target=means.target,
        health=Health.CRITICAL if refused else Health.OK,
        sentence=f"{counted(refused, 'write was', 'writes were')} refused within {within} (OOM)."
        if refused
        else f"{counted(done, 'command')} within {within}{said}.",
        figures=(
            Figure("commands", done),
            Figure("evicted keys", evicted),
            Figure("refused writes", refused),
            Figure("within", seconds, "s"),
        ),
        meaning="The application's writes fail now." if refused else "",
        next_step="Give it memory (CONFIG SET maxmemory), or let it evict." if refused else "",
    )


def rejected(means: Means, before: Counts, after: Counts) -> Finding | None:
    """The finding about connections that were refused since then; None if there were none."""
    refused = after.turned_away(before)
    if not refused:
        return None
    seconds = max(after.at - before.at, means.limits.sample)
    a_minute = refused / max(seconds / MINUTE, 1)
    return Finding(
        code=Code.REJECTED,
        probe=PROBE,
        target=means.target,
        health=Health.CRITICAL if a_minute > means.limits.rejected_critical else Health.WARN,
        sentence=f"{counted(refused, 'connection was', 'connections were')} refused "
        f"within {duration(seconds)}, since maxclients was reached.",
        figures=(Figure("refused", refused), Figure("within", round(seconds, 1), "s")),
        meaning="Applications were turned away.",
        next_step="See who holds the connections, and whether one opens more than it gives back.",
    )


def commands_refused(means: Means, before: Counts, after: Counts) -> Finding | None:
    """The finding about the most frequent kind of error in the answers between two samples; None if rare."""
    more = {word: number - before.errors.get(word, 0) for word, number in after.errors.items()}
    word, number = max(more.items(), key=lambda pair: pair[1])
    if number < REPEATED:
        return None
    meaning, next_step = REFUSALS[word]
    return Finding(
        code=Code.COMMANDS_REFUSED,
        probe=PROBE,
        target=means.target,
        health=Health.CRITICAL,
        sentence=f"{counted(number, 'command was', 'commands were')} refused within "
        f"{duration(means.limits.sample)} ({word}).",
        figures=(Figure("refused", number), Figure("answer", word), Figure("reason", meaning)),
        meaning=f"{meaning}.",
        next_step=next_step,
    )


def emptied(means: Means, before: Counts, after: Counts) -> Finding | None:
    """The finding that most keys have gone since the look before; None if not, or if that was long ago."""
    seconds, limits = after.at - before.at, means.limits
    kept = 100 * after.keys <= limits.keys_left * before.keys
    if before.keys < limits.keys_judged or not kept or seconds > limits.remembered:
        return None
    restarted = after.server != before.server
    return Finding(
        code=Code.EMPTIED,
        probe=PROBE,
        target=means.target,
        health=Health.WARN,
        sentence=f"Of {before.keys:,} keys {after.keys:,} are left since the look {duration(seconds)} ago"
        f"{'; it was restarted' if restarted else ''}.",
        figures=(
            Figure("before", before.keys),
            Figure("left", after.keys),
            Figure("within", round(seconds, 1), "s"),
            Figure("restarted", "yes" if restarted else "no"),
        ),
        meaning="Sessions that it held are gone, and whatever it cached is asked of the database instead.",
        next_step="See why it was restarted, and whether it saves what must last (save, appendonly)."
        if restarted
        else "See who sent FLUSHALL or FLUSHDB, or whether all of it was given one time to end.",
    )


def too_many(copies: int, replicas: int, seconds: float, limits: Limits) -> bool:
    """Whether so many whole copies in that time are more than replicas and backups ask for."""
    enough = copies >= limits.copies_warn and copies > TWICE * replicas
    return enough and copies * limits.copies_within >= seconds


def copied_again(means: Means, before: Counts, after: Counts) -> Finding | None:
    """The finding that replicas take over all data again and again; None if each has done so about once.

    Counted since the look before, or since the server's start if that was not long ago.
    """
    young = after.uptime <= means.limits.remembered
    copies = after.copies - (0 if young else before.copies)
    seconds = after.uptime if young else after.at - before.at
    if not too_many(copies, after.replicas, seconds, means.limits):
        return None
    return Finding(
        code=Code.COPIED_AGAIN,
        probe=PROBE,
        target=means.target,
        health=Health.WARN,
        sentence=f"Replicas took over all data {counted(copies, 'time')} within {duration(seconds)}; "
        f"{counted(after.replicas, 'replica')} {'follows' if after.replicas == 1 else 'follow'} now.",
        figures=(
            Figure("copies", copies),
            Figure("replicas", after.replicas),
            Figure("within", round(seconds, 1), "s"),
        ),
        meaning=COPYING,
        next_step=ENLARGE,
    )


async def _sample(means: Means) -> Counts:
    info = await means.session.info()
    return counted_now(info, at=means.monotonic(), ours=means.session.refusals)
