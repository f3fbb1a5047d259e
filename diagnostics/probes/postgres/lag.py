"""How long standbys have been behind: a burst that is over in seconds is told from a lag that stays."""

from collections import deque
from collections.abc import Collection

LONGEST = 900.0  # seconds that is remembered what a standby had received


class Lags:
    """Since when each standby has been behind, by the looks and the signs of life so far.

    Args:
        note: seconds of lag from which on it is watched.
    """

    def __init__(self, note: float) -> None:
        self._note = note
        self._since: dict[str, float] = {}
        self._received: deque[tuple[float, float]] = deque()

    def held(self, name: str, seconds: float | None, at: float) -> float:
        """For how long that standby has been so far behind, in seconds; 0 if it is not, or only now.

        Args:
            name: which standby.
            seconds: its lag.
            at: when that was seen, by a clock that only rises.
        """
        if seconds is None or seconds < self._note:
            self._since.pop(name, None)
            return 0.0
        return at - self._since.setdefault(name, at)

    def attached(self, names: Collection[str]) -> None:
        """Forget all other standbys: one that comes back later under an old name begins anew."""
        self._since = {name: since for name, since in self._since.items() if name in names}

    def at_most(self, received: float, replayed: float, at: float) -> float:
        """Seconds that a standby can be behind, by what it had received earlier and has replayed now.

        The age of its last replayed transaction tells more than that after a quiet time: then the first piece
        of log that comes looks hours late.

        Args:
            received: the position in the log up to which it has received, in bytes.
            replayed: the same of what it has replayed.
            at: when, by a clock that only rises.
        """
        while self._received and self._received[0][0] < at - LONGEST:
            self._received.popleft()
        done = [seen for seen, position in self._received if position <= replayed]
        self._received.append((at, received))
        return at - done[-1] if done else float("inf")
