"""Drawings kept from one redraw to the next, so that a new message does not redraw all the old ones."""

from collections.abc import Callable, Hashable

from tocsin_practice.page.markup import Html


class Memory:
    """What one window drew last time. A drawing that was not asked for between two turns is forgotten."""

    def __init__(self) -> None:
        self._before: dict[Hashable, Html] = {}
        self._now: dict[Hashable, Html] = {}

    def drawn(self, key: Hashable, draw: Callable[[], Html]) -> Html:
        """The drawing under this key, made if it is not there. The key holds all that the drawing shows."""
        kept = self._before.get(key)
        self._now[key] = draw() if kept is None else kept
        return self._now[key]

    def turn(self) -> None:
        """Begin the next redraw."""
        self._before, self._now = self._now, {}

    def forget(self) -> None:
        """Draw everything anew, since names or the time of day have changed."""
        self._before, self._now = {}, {}
