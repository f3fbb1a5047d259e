"""Hysteresis: what was ill at the last look must fall further than its limit before it is well again."""

from collections.abc import Hashable

from incidents.evidence import Health

MOST = 1_000  # things that are remembered; containers come and go under ever new names


class Hold:
    """How measured things stood at the last look at one target."""

    def __init__(self) -> None:
        self._last: dict[Hashable, Health] = {}

    def judged(self, what: Hashable, value: float, *, warn: float, critical: float, release: float) -> Health:
        """How bad a figure is that is bad when high; remembered for the next look.

        Args:
            what: is measured, such as one disk.
            value: of the same unit as the limits.
            warn: from here on it is a warning.
            critical: from here on it is critical.
            release: how far below a limit that was reached it must fall.
        """
        before = self._last.get(what, Health.OK)
        worst = before is Health.CRITICAL
        health = Health.OK
        if value >= warn - (release if worst or before is Health.WARN else 0):
            health = Health.WARN
        if value >= critical - (release if worst else 0):
            health = Health.CRITICAL
        self._last.pop(what, None)
        if health is not Health.OK:
            self._last[what] = health
            if len(self._last) > MOST:
                del self._last[next(iter(self._last))]  # nobody has looked at it for the longest
        return health
