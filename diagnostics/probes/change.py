"""How much the age of a change speaks for it as the cause of what began at a moment."""

from datetime import datetime
from enum import StrEnum

STRONG = 10.0  # minutes
MEDIUM = 60.0


class Strength(StrEnum):
    """How well a change's time fits."""

    STRONG = "strong"
    MEDIUM = "medium"


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
