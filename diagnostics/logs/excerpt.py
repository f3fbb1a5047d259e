"""What was read of a log: its lines with their times, and how far back they reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

STAMP = 40  # characters; a time is no longer


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `at` is when it was written by its machine's clock, None if that is not known."""

    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The newest lines of one source, oldest first.

    Attributes:
        source: as people call it, such as a container's name.
        since: from when on lines were asked for, by the source's clock.
        until: when it was read, by the same clock.
        whole: nothing written since then is missing; otherwise older lines were left out.
        masked: how many secrets were taken out.
    """

    source: str
    lines: tuple[Line, ...]
    since: datetime
    until: datetime
    whole: bool = True
    masked: int = 0

    @property
    def reach(self) -> datetime:
        """From when on nothing is missing."""
        first = next((line.at for line in self.lines if line.at), self.until)
        return self.since if self.whole else first


def stamped(raw: str) -> Line:
    """A line that begins with its time, such as "2026-11-21T14:00:00.123456789Z text"."""
    head, space, rest = raw[:STAMP].partition(" ")
    try:
        at = datetime.fromisoformat(head)
    except ValueError:
        return Line(None, raw)
    return Line(at, rest + raw[STAMP:]) if space and at.tzinfo else Line(None, raw)


def span(excerpts: Iterable[Excerpt]) -> float:
    """Seconds from the first line of known time to the last."""
    times = [line.at for excerpt in excerpts for line in excerpt.lines if line.at]
    return (max(times) - min(times)).total_seconds() if times else 0.0
