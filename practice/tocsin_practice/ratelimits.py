"""Slack's rate limits, per app and method in windows of a minute; off unless the preference is on."""

from collections import deque
from collections.abc import Callable
from enum import Enum
from math import ceil
from typing import Final

_WINDOW: Final = 60.0


class Tier(Enum):
    """Calls a minute; `POST` is chat.postMessage's own rule, one a second and channel with a short burst."""

    TIER_1 = 1
    TIER_2 = 20
    TIER_3 = 50
    TIER_4 = 100
    SPECIAL = 600
    POST = 0


_POST_BURST: Final = 4
_POSTS_A_MINUTE: Final = 300


class RateLimits:
    """Counts calls and says how long to wait."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: dict[tuple[str, ...], deque[float]] = {}

    def wait(self, app_id: str, method: str, tier: Tier, channel: str = "") -> int:
        """Count a call: 0 when it may go on, else the seconds after which to try again."""
        if tier is not Tier.POST:
            return self._count((app_id, method), tier.value, _WINDOW)
        return self._count((app_id, method, channel), _POST_BURST, _POST_BURST * 1.0) or self._count(
            (app_id, method), _POSTS_A_MINUTE, _WINDOW
        )

    def _count(self, key: tuple[str, ...], allowed: int, window: float) -> int:
        now = self._clock()
        calls = self._windows.setdefault(key, deque())
        while calls and now - calls[0] >= window:
            calls.popleft()
        if len(calls) >= allowed:
            return max(1, ceil(calls[0] + window - now))
        calls.append(now)
        return 0

    def clear(self) -> None:
        """Forget all calls."""
        self._windows.clear()
