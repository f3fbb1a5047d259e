"""How much the age of a change speaks for it as the cause of what began at a moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from diagnostics.wording import duration

STRONG = 10.0  # minutes
MEDIUM = 60.0


class Strength(StrEnum):
    """How well a change's time fits."""

    STRONG = "strong"
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class Moment:
    """The time to which changes are told: when an incident began, otherwise now.

    Attributes:
        now: the time of day, UTC.
        onset: when it began, UTC; None outside of an incident.
    """

    now: datetime
    onset: datetime | None = None

    @property
    def at(self) -> datetime:
        """That time; a clock that is wrong moves no onset into the future."""
        return min(self.onset, self.now) if self.onset else self.now

    def told(self, change: datetime | None) -> str:
        """Where a change lies, such as "23 min ago" or "23 min before it began"."""
        if change is None:
            return "at an unknown time"
        span = (self.at - change).total_seconds()
        if self.onset is None:
            return f"{duration(max(span, 0))} ago"
        return f"{duration(abs(span))} {'before' if span >= 0 else 'after'} it began"

    def minutes(self, change: datetime | None) -> int | None:
        """Whole minutes from the change until then; None if it is unknown or came after it."""
        return minutes(change, self.at)

    def ago(self, change: datetime | None) -> int | None:
        """Whole minutes from the change until now, whenever it all began; None as in `minutes`."""
        return minutes(change, self.now)

    def came(self, change: datetime | None) -> str | None:
        """Whether a change came "before" or "after"; None if its time is unknown."""
        return None if change is None else "before" if change <= self.at else "after"


def minutes(change: datetime | None, moment: datetime) -> int | None:
    """Whole minutes from the change to the moment; None if it is unknown or came after it."""
    if change is None or change > moment:
        return None
    return int((moment - change).total_seconds() // 60)


def strength(age: float | None, *, strong: float = STRONG, medium: float = MEDIUM) -> Strength | None:
    """What an age in minutes says; None if nothing."""
    if age is None or age >= medium:
        return None
    return Strength.STRONG if age < strong else Strength.MEDIUM
