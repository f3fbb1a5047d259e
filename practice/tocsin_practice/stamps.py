"""Ids and message timestamps: unique, increasing, and shaped as Slack's."""

from collections.abc import Callable
from typing import Final

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Stamps:
    """Hands out what must be unique in a workspace."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last_micros = 0
        self._count = 0

    def now(self) -> int:
        """Whole seconds since the epoch."""
        return int(self._clock())

    def next_ts(self) -> str:
        """A message ts, greater than each one before it: seconds, a dot, six digits."""
        micros = max(int(self._clock() * 1_000_000), self._last_micros + 1)
        self._last_micros = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """An id such as `C0P0000001`, unique among all kinds."""
        self._count += 1
        return prefix + "0P" + _base36(self._count).rjust(7, "0")


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits
