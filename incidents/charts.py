"""What a picture shows: measurements over time, limits that they run towards, and times that matter."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST = 8  # points that show a course rather than a state


@dataclass(frozen=True, slots=True)
class Series:
    """Measurements of one thing, oldest first, as (seconds since the epoch, value) pairs."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A value that matters all the time, such as a limit; a line across the picture."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A time that matters for every value, such as a deploy; seconds since the epoch."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Something that was measured over time.

    Attributes:
        measure: what is measured, such as "client sessions".
        unit: of all values: "" (a count), "bytes", "%" or "s".
        series: the first is the one that matters most.
        levels: limits.
        stacked: the series are parts of one whole, so that their sum matters too.
        reaches: when the first series reaches the first level if it goes on as it did, in seconds since the
            epoch; None if it does not, or nobody can tell.
    """

    measure: str
    unit: str
    series: tuple[Series, ...]
    levels: tuple[Level, ...] = ()
    stacked: bool = False
    reaches: float | None = None

    @property
    def begin(self) -> float:
        """The time of the first measurement; 0 if there is none."""
        return min((at for each in self.series for at, _ in each.points), default=0.0)

    @property
    def end(self) -> float:
        """The time of the last one; 0 if there is none."""
        return max((at for each in self.series for at, _ in each.points), default=0.0)

    @property
    def telling(self) -> bool:
        """Whether a picture of it says more than its figures do: it needs a course, and something in it."""
        most = max((len(each.points) for each in self.series), default=0)
        something = any(value > 0 for each in self.series for _, value in each.points)
        return most >= FEWEST and self.end > self.begin and something
