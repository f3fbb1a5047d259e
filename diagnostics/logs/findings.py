"""What the lines of some logs say, as findings. Pure; the excerpts must be free of secrets already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnostics.logs.codes import Code, described
from diagnostics.logs.excerpt import Excerpt, span
from diagnostics.logs.kinds import SHOWN, Kind
from diagnostics.logs.known_form import Weight
from diagnostics.logs.settings import LogSettings
from diagnostics.logs.signatures import WEIGHTS, spoken_of
from diagnostics.logs.tally import Count, Tally, tally
from diagnostics.wording import counted, duration, listed
from incidents.evidence import Figure, Finding, Health
from incidents.quoting import quoted

WIDE = 160  # characters of a line in a sentence
LONG = 400  # and of one in a table
LAST = 40  # lines before the end among which its reason is looked for
TWICE = 2
BUSY = 100  # fewer lines than this are no flood, however fast they came


@dataclass(frozen=True, slots=True)
class Told:
    """Where findings come from: the target, the probe, and how the logs are judged."""

    target: str
    probe: str
    settings: LogSettings


def told(at: Told, excerpts: Sequence[Excerpt]) -> tuple[Finding, ...]:
    """What the logs speak of; the first finding says how much was read."""
    counts = tally(excerpts, at.settings.window)
    found = [_read(at, excerpts, counts), *_floods(at, excerpts)]
    found += [_errors(at, counts)] if counts.errors else []
    found += [_spoken(at, counts, code, count) for code, count in counts.counts.items() if count.now]
    return tuple(found)


def unread(at: Told, source: str, reason: str, error: str) -> Finding:
    """A log could not be read; the reason completes "The log of api cannot be read: ..."."""
    return Finding(
        code=Code.LOG_UNREAD,
        probe=at.probe,
        target=at.target,
        health=Health.UNKNOWN,
        sentence=f"The log of {source} cannot be read: {reason}.",
        figures=(Figure("source", source), Figure("error", error)),
        meaning=described(Code.LOG_UNREAD).meaning,
        next_step=described(Code.LOG_UNREAD).next_step,
    )


def last_words(at: Told, excerpt: Excerpt) -> Finding | None:
    """What a program that has ended wrote last: its last error, else its last line; None if it is silent."""
    lines = [line for line in excerpt.lines[-LAST:] if line.text.strip()]
    if not lines:
        return None
    line = next((each for each in reversed(lines) if spoken_of(each.text)), lines[-1])
    return Finding(
        code=Code.LOG_ENDED,
        probe=at.probe,
        target=at.target,
        health=Health.OK,
        sentence=f"{excerpt.source} wrote before it ended: “{quoted(line.text, WIDE)}”.",
        figures=(Figure("source", excerpt.source),),
    )


def sources(names: Sequence[str]) -> str:
    """A few of them by name, many by number."""
    return listed(tuple(names)) if len(names) <= 3 else f"{len(names)} logs"  # noqa: PLR2004 -- what a sentence bears


def ago(excerpts: Sequence[Excerpt]) -> float:
    """Seconds back to where the shortest of these logs was read."""
    return min(((excerpt.until - excerpt.reach).total_seconds() for excerpt in excerpts), default=0.0)


def clock(at: datetime | None) -> str:
    """A moment as logs show it; empty if it is not known."""
    return f"{at:%H:%M:%S} UTC" if at else ""


def _read(at: Told, excerpts: Sequence[Excerpt], counts: Tally) -> Finding:
    window = at.settings.window
    names = (
        counted(counts.errors, "names an error", "name an error") if counts.errors else "none names an error"
    )
    short = counts.reach < window and not all(excerpt.whole for excerpt in excerpts)
    left = f" Older lines were left out: these reach back {duration(counts.reach)}." if short else ""
    where = sources([excerpt.source for excerpt in excerpts])
    return Finding(
        code=Code.LOG_READ,
        probe=at.probe,
        target=at.target,
        health=Health.OK,
        sentence=f"{counted(counts.lines, 'line')} of {where} in the last {duration(window)}, {names}.{left}",
        figures=(
            Figure("lines", counts.lines),
            Figure("errors", counts.errors),
            Figure("window", window, "s"),
            Figure("reach", round(counts.reach, 1), "s"),
            Figure("sources", ", ".join(excerpt.source for excerpt in excerpts)),
        ),
    )


def _floods(at: Told, excerpts: Sequence[Excerpt]) -> Iterator[Finding]:
    for excerpt in excerpts:
        lasted = max(span([excerpt]), 0.001)
        rate = len(excerpt.lines) / max(lasted, 1.0)
        if excerpt.whole or len(excerpt.lines) < BUSY or rate < at.settings.flood:
            continue
        entry = described(Code.LOG_FLOOD)
        yield Finding(
            code=Code.LOG_FLOOD,
            probe=at.probe,
            target=at.target,
            health=Health.WARN,
            sentence=f"{excerpt.source} floods its log: the newest {counted(len(excerpt.lines), 'line')} "
            f"were written within {duration(lasted)}.",
            figures=(
                Figure("lines", len(excerpt.lines)),
                Figure("rate", round(rate, 1), "per s"),
                Figure("reach", round((excerpt.until - excerpt.reach).total_seconds(), 1), "s"),
                Figure("source", excerpt.source),
            ),
            meaning=entry.meaning,
            next_step=entry.next_step,
        )


def _errors(at: Told, counts: Tally) -> Finding:
    most, entry = counts.kinds[0] if counts.kinds else Kind("errors"), described(Code.LOG_ERRORS)
    health = _common(at.settings, counts.errors, _before(counts, counts.errors_before))
    return Finding(
        code=Code.LOG_ERRORS,
        probe=at.probe,
        target=at.target,
        health=health,
        sentence=f"{counted(counts.errors, 'line names', 'lines name')} an error"
        f"{_compared(counts, counts.errors_before, at)}, {counted(len(counts.kinds), 'kind')}; "
        f"the most frequent, {counted(most.count, 'time')}: “{quoted(most.sample, WIDE)}”.",
        figures=(
            Figure("errors", counts.errors),
            Figure("errors before", _before(counts, counts.errors_before)),
            Figure("kinds", len(counts.kinds)),
            Figure("most frequent", most.count),
            Figure("window", at.settings.window, "s"),
        ),
        meaning=entry.meaning if health is not Health.OK else "",
        next_step=entry.next_step if health is not Health.OK else "",
        table=(("count", "last", "error", "correlation id", "last line"), *map(_row, counts.kinds[:SHOWN])),
    )


def _row(kind: Kind) -> tuple[str, ...]:
    shape, sample = quoted(kind.shape, WIDE), quoted(kind.sample, LONG)
    return (str(kind.count), clock(kind.last), shape, kind.correlation, sample)


def _spoken(at: Told, counts: Tally, code: Code, count: Count) -> Finding:
    entry, last = described(code), quoted(count.last.text, WIDE) if count.last else ""
    health = _health(code, at.settings, count.now, _before(counts, count.before))
    return Finding(
        code=code,
        probe=at.probe,
        target=at.target,
        health=health,
        sentence=f"{counted(count.now, 'line speaks', 'lines speak')} of {entry.title}"
        f"{_compared(counts, count.before, at)}, from {sources(list(count.sources))}; the last: “{last}”.",
        figures=(
            Figure("lines", count.now),
            Figure("lines before", _before(counts, count.before)),
            Figure("window", at.settings.window, "s"),
            Figure("sources", ", ".join(f"{name} {number}" for name, number in count.sources.items())),
            Figure("last", clock(count.last.at if count.last else None) or None),
        ),
        meaning=entry.meaning if health is not Health.OK else "",
        next_step=entry.next_step if health is not Health.OK else "",
    )


def _before(counts: Tally, number: int) -> int | None:
    return number if counts.compared else None


def _compared(counts: Tally, before: int, at: Told) -> str:
    window = duration(at.settings.window)
    if not counts.compared:
        return f" in the last {duration(counts.reach)}"
    return f" in the last {window} ({before:,} in the {window} before)"


def _health(code: Code, settings: LogSettings, now: int, before: int | None) -> Health:
    match WEIGHTS[code]:
        case Weight.GRAVE:
            return Health.CRITICAL
        case Weight.TELLING:
            return Health.CRITICAL if now >= settings.few else Health.WARN
        case Weight.COMMON:
            return _common(settings, now, before)


def _common(settings: LogSettings, now: int, before: int | None) -> Health:
    more = before is None or now >= TWICE * before
    return Health.WARN if now >= settings.many or (now >= settings.few and more) else Health.OK
