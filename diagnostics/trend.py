"""A line through measurements: how fast something grows, how steadily, and when it will reach a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Points: TypeAlias = Sequence[tuple[float, float]]

FEWEST = 2  # points that make a line
DROP = 0.3  # share of the value whose sudden loss is a restart rather than a fluctuation


@dataclass(frozen=True, slots=True)
class Trend:
    """A least-squares line.

    Attributes:
        slope: units per second.
        steadiness: how much of the change the line explains, 0 to 1.
        restarts: sudden drops before the points that the line goes through.
        peak: the highest value from which it dropped; None if it never did.
        points: how many the line goes through.
        last: the newest value.
    """

    slope: float
    steadiness: float
    restarts: int
    peak: float | None
    points: int
    last: float

    def reaches(self, limit: float) -> float | None:
        """Seconds until the limit, 0 if it is reached; None if it does not grow."""
        if self.last >= limit:
            return 0.0
        return (limit - self.last) / self.slope if self.slope > 0 else None


def trend(points: Points) -> Trend | None:
    """The line since the last restart; None if there are too few points for one."""
    drops = [place for place in range(1, len(points)) if _drops(points, place)]
    since = points[drops[-1] if drops else 0 :]
    if len(since) < FEWEST or since[-1][0] <= since[0][0]:
        return None
    slope, steadiness = _line(since)
    peak = max((points[place - 1][1] for place in drops), default=None)
    return Trend(slope, steadiness, len(drops), peak, len(since), since[-1][1])


def _drops(points: Points, place: int) -> bool:
    before, after = points[place - 1][1], points[place][1]
    return before > 0 and after < (1 - DROP) * before


def _line(points: Points) -> tuple[float, float]:
    middle = sum(time for time, _ in points) / len(points)
    mean = sum(value for _, value in points) / len(points)
    across = sum((time - middle) ** 2 for time, _ in points)
    up = sum((value - mean) ** 2 for _, value in points)
    both = sum((time - middle) * (value - mean) for time, value in points)
    return both / across, both * both / (across * up) if up else 0.0
