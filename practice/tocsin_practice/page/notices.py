"""What the workspace itself told each person, such as that a command failed: kept until it is dismissed."""

from collections.abc import Callable

from tocsin_practice.changes import Change, ChangeKind
from tocsin_practice.model import Json
from tocsin_practice.page.scene import SYSTEM_AUTHOR

KEPT = 50


class Notices:
    """Notices per person, in the shape of messages that only this person sees."""

    def __init__(self, next_ts: Callable[[], str]) -> None:
        self._next_ts = next_ts
        self._by_person: dict[str, dict[str, Json]] = {}

    def hear(self, change: Change) -> None:
        """Keep the notice in a change, if it is one that belongs to a channel; others are told at once."""
        if change.kind is not ChangeKind.NOTICE or not change.channel:
            return
        mine = self._by_person.setdefault(change.person, {})
        ts = self._next_ts()
        mine[ts] = {
            "ts": ts,
            "user": SYSTEM_AUTHOR,
            "text": str(change.data["text"]),
            "is_ephemeral": True,
            "channel": change.channel,
        }
        if len(mine) > KEPT:
            del mine[next(iter(mine))]

    def of(self, person: str, channel: str) -> list[Json]:
        """The notices that a person has in a channel, oldest first."""
        return [notice for notice in self._by_person.get(person, {}).values() if notice["channel"] == channel]

    def dismiss(self, person: str, ts: str) -> bool:
        """Forget one; False if there is none of this ts."""
        return self._by_person.get(person, {}).pop(ts, None) is not None
