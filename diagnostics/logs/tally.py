"""Counts what lines speak of, in the time that matters and in as long a time before it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from diagnostics.logs.codes import Code
from diagnostics.logs.excerpt import Excerpt, Line
from diagnostics.logs.kinds import Kind, ranked
from diagnostics.logs.signatures import spoken_of

NO_ERRORS = frozenset({Code.LOG_SLOW_QUERIES})


@dataclass(slots=True)
class Count:
    """How many lines speak of one thing.

    Attributes:
        before: as many seconds earlier.
        sources: how many by source.
        last: the newest, free of secrets.
    """

    now: int = 0
    before: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    last: Line | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What some logs speak of.

    Attributes:
        lines: how many were written in the window.
        errors: how many of these name an error.
        errors_before: as many seconds earlier.
        compared: the time before was read in full, so that its counts can be compared.
        reach: seconds back to where the shortest of the logs was read, at most the window.
    """

    lines: int
    errors: int
    errors_before: int
    compared: bool
    reach: float
    counts: Mapping[Code, Count]
    kinds: tuple[Kind, ...]


def tally(excerpts: Sequence[Excerpt], window: float) -> Tally:
    """Count the lines of the last `window` seconds of each excerpt, and those of the window before."""
    counts: dict[Code, Count] = {}
    lines = before = 0
    errors: list[Line] = []
    for excerpt, line, now in _judged(excerpts, window):
        lines += now
        said = spoken_of(line.text)
        for code in said:
            _add(counts.setdefault(code, Count()), excerpt.source, line, now=now)
        if not NO_ERRORS.issuperset(said):
            before += not now
            errors.extend([line] * now)
    reaches = [(excerpt.until - excerpt.reach).total_seconds() for excerpt in excerpts]
    shortest = min(reaches, default=0.0)
    compared = shortest >= 2 * window
    return Tally(lines, len(errors), before, compared, min(shortest, window), counts, ranked(errors))


def _judged(excerpts: Sequence[Excerpt], window: float) -> Iterator[tuple[Excerpt, Line, bool]]:
    """Each line of the two windows, and whether it belongs to the later one."""
    for excerpt in excerpts:
        begin, earlier = (excerpt.until - timedelta(seconds=window * back) for back in (1, 2))
        for line in excerpt.lines:
            if line.at is None or line.at > earlier:
                yield excerpt, line, line.at is None or line.at > begin


def _add(count: Count, source: str, line: Line, *, now: bool) -> None:
    if not now:
        count.before += 1
        return
    count.now += 1
    count.sources[source] = count.sources.get(source, 0) + 1
    count.last = line
