"""What INFO says, as figures; what a version does not say is None, never zero."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Info:
    """The lines of INFO by their names."""

    lines: Mapping[str, str]

    def word(self, name: str) -> str:
        """The text of a line; empty if there is none."""
        return self.lines.get(name, "")

    def number(self, name: str) -> float | None:
        """The number of a line; None if there is none."""
        return _number(self.lines.get(name, ""))

    def count(self, name: str) -> int:
        """The number of a line that counts; 0 if the line is missing since nothing was counted."""
        return int(self.number(name) or 0)

    def errors(self, prefix: str) -> int:
        """How many commands were answered with this error since the start, such as "OOM"."""
        return int(_number(fields(self.word(f"errorstat_{prefix}")).get("count", "")) or 0)

    @property
    def keys(self) -> int:
        """How many keys there are, in all databases."""
        held = (
            fields(value) for name, value in self.lines.items() if name[:2] == "db" and name[2:].isdigit()
        )
        return sum(int(_number(parts.get("keys", "")) or 0) for parts in held)

    @property
    def now(self) -> float | None:
        """The server's own time, in seconds since 1970; None before Redis 6."""
        micro = self.number("server_time_usec")
        return micro / 1e6 if micro else None


def parsed(text: str) -> Info:
    """The lines of an answer to INFO."""
    pairs = (line.partition(":") for line in text.splitlines() if not line.startswith("#"))
    return Info({name: value.strip() for name, found, value in pairs if found})


def fields(text: str) -> dict[str, str]:
    """The parts of a value such as "ip=10.0.0.7,state=online,lag=1"."""
    return {name: value for name, _, value in (part.partition("=") for part in text.split(","))}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None  # "-nan" is what Redis writes of a ratio to nothing
