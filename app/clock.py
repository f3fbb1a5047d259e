"""The time of day; nothing else asks for it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time of day in UTC; the one place that asks for it."""
    return datetime.now(UTC)
