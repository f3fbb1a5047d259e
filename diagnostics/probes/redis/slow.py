"""Which commands took long a moment ago, by command and pattern of key; and the latency events."""

import re
from dataclasses import dataclass

from diagnostics.probe import SkippedError
from diagnostics.probes.redis import ids
from diagnostics.probes.redis.codes import Code
from diagnostics.probes.redis.means import Means
from diagnostics.probes.redis.session import Answer
from diagnostics.wording import counted, duration
from incidents.evidence import Figure, Finding, Health

SLOW = ids.SLOW
LATENCY = ids.LATENCY
ENTRIES = "20"
WORD = re.compile(r"[A-Za-z]{1,24}")
PREFIX = re.compile(r"([A-Za-z][A-Za-z_\-]{0,30})([:.{/|])")
WITH_PART = frozenset(
    {"ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DEBUG", "FUNCTION", "LATENCY"}
) | frozenset({"MEMORY", "MODULE", "OBJECT", "PUBSUB", "SCRIPT", "SLOWLOG", "XGROUP", "XINFO"})
WITHOUT_KEY = frozenset(
    {"AUTH", "ECHO", "EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "EXEC", "FCALL", "FCALL_RO"}
) | (
    frozenset(
        {"FLUSHALL", "FLUSHDB", "HELLO", "INFO", "MIGRATE", "MULTI", "PING", "RESTORE", "SCAN", "SELECT"}
    )
)


@dataclass(frozen=True, slots=True)
class Slow:
    """One command that took long, without its arguments."""

    command: str
    seconds: float
    age: float | None


async def slowlog(means: Means) -> tuple[Finding, ...]:
    """The newest entries of the slow log, by the server's own clock."""
    now = (await means.session.info()).now
    entries = [_entry(entry, now) for entry in await means.session.ask("SLOWLOG", "GET", ENTRIES)]
    recent = [entry for entry in entries if entry.age is None or entry.age <= means.limits.recent]
    return (commands(means, recent, len(entries) - len(recent)),)


def commands(means: Means, recent: list[Slow], earlier: int) -> Finding:
    """The finding about slow commands of the last minutes."""
    limits = means.limits
    slow = [entry for entry in recent if entry.seconds >= limits.slow_warn]
    worst = max(slow, key=lambda entry: entry.seconds, default=None)
    within = duration(limits.recent)
    if worst is None:
        older = f"; {counted(earlier, 'older entry', 'older entries')} in the log" if earlier else ""
        return _finding(means, Health.OK, f"No slow command in the last {within}{older}.", ())
    critical = worst.seconds >= limits.slow_critical
    return _finding(
        means,
        Health.CRITICAL if critical else Health.WARN,
        f"{counted(len(slow), 'slow command')} in the last {within}, the slowest {worst.command} "
        f"with {duration(worst.seconds)}.",
        tuple(slow),
    )


def pattern(words: list[str]) -> str:
    """A command with the pattern of its key, never with what it carries: "GET session:*"."""
    name = words[0].upper() if words and WORD.fullmatch(words[0].replace("_", "")) else "a command"
    if len(words) == 1 or not words or name in WITHOUT_KEY:
        return name
    first = words[1]
    if name in WITH_PART:
        return f"{name} {first.upper()}" if WORD.fullmatch(first) else name
    prefix = PREFIX.match(first)
    return f"{name} {prefix[1]}{prefix[2]}*" if prefix else f"{name} *"


async def latency(means: Means) -> tuple[Finding, ...]:
    """The latency events of the last minutes.

    Raises:
        SkippedError: latency monitoring is off.
    """
    events = await means.session.ask("LATENCY", "LATEST")
    if not events and "is disabled" in str(await means.session.ask("LATENCY", "DOCTOR")):
        raise SkippedError("latency monitoring is off (CONFIG SET latency-monitor-threshold 100 turns it on)")
    now = (await means.session.info()).now
    recent = [
        (str(event[0]), float(event[2]) / 1000)
        for event in events
        if now is None or now - float(event[1]) <= means.limits.recent
    ]
    return (_latency(means, recent),)


def _entry(entry: Answer, now: float | None) -> Slow:
    words = [str(word) for word in entry[3]]
    return Slow(pattern(words), float(entry[2]) / 1e6, None if now is None else max(now - float(entry[1]), 0))


def _finding(means: Means, health: Health, sentence: str, slow: tuple[Slow, ...]) -> Finding:
    ill = bool(slow)
    worst = max(slow, key=lambda entry: entry.seconds) if slow else None
    rows = (
        (entry.command, duration(entry.seconds), "?" if entry.age is None else f"{duration(entry.age)} ago")
        for entry in slow
    )
    return Finding(
        code=Code.SLOW,
        probe=SLOW,
        target=means.target,
        health=health,
        sentence=sentence,
        figures=(
            Figure("slow commands", len(slow)),
            Figure("slowest", worst.seconds if worst else None, "s"),
            Figure("command", worst.command if worst else None),
        ),
        meaning="Redis does one thing at a time: everybody else waited as long." if ill else "",
        next_step="Find out who sends it. KEYS, and reads of whole large values, want SCAN or smaller parts."
        if ill
        else "",
        table=(("command", "took", "when"), *rows) if ill else (),
    )


def _latency(means: Means, recent: list[tuple[str, float]]) -> Finding:
    event, worst = max(recent, key=lambda pair: pair[1], default=("", 0.0))
    critical = worst >= means.limits.latency_critical
    within = duration(means.limits.recent)
    return Finding(
        code=Code.LATENCY,
        probe=LATENCY,
        target=means.target,
        health=Health.CRITICAL if critical else Health.WARN if recent else Health.OK,
        sentence=f"Redis stood still for {duration(worst)} in the last {within} (event {event})."
        if recent
        else f"No latency event in the last {within}.",
        figures=(
            Figure("events", len(recent)),
            Figure("worst", worst if recent else None, "s"),
            Figure("event", event or None),
        ),
        meaning="Everybody who asked it waited as long." if recent else "",
        next_step="LATENCY DOCTOR says what to do about this event." if recent else "",
    )
