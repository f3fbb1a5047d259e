"""Who looks at the page: their id, their clock, and the names they know things by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called, for mentions: people, channels, user groups, and custom emoji left as text."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person for whom something is drawn. `now` is seconds since the epoch, UTC."""

    person: str
    names: Names
    now: float
    zone: tzinfo = UTC

    def clock(self, moment: float) -> datetime:
        """The moment (seconds since the epoch) on this person's clock."""
        return datetime.fromtimestamp(moment, self.zone)

    def address(self, *parts: str) -> str:
        """A path of the page for this person."""
        return "/".join(("/as", self.person, *parts))
