"""Distinct errors, counted and ranked: lines that differ only in numbers and identifiers are one kind."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from diagnostics.logs.excerpt import Line

READ = 400  # characters of a line that make its kind
MANY = 1_000  # kinds that are told apart; what comes after is counted together
SHOWN = 10
CHANGING = re.compile(
    r"""(?P<id>\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b | \b0x[0-9a-fA-F]+\b
    | \b(?=[a-f]{0,64}\d)(?=\d{0,64}[a-f])[0-9a-f]{8,64}\b) | \d+(?:[.:,\-]\d+)*""",
    re.VERBOSE,
)
STAMP = re.compile(r"^[\[(]?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16}(?: UTC)?\s{0,3}")
CORRELATION = re.compile(
    r"""(?i:\b(?:correlation|request|trace|transaction|x-request)[_\- ]?id["']?\s?[=:]\s?["']?)
    (?P<id>[A-Za-z0-9][\w\-]{5,63})""",
    re.VERBOSE,
)


@dataclass(slots=True)
class Kind:
    """Lines that are the same error.

    Attributes:
        shape: what they have in common; `#` stands for numbers, `{id}` for identifiers.
        sample: the last of them in full, free of secrets.
        correlation: the identifier of the request that the last of them names, if it does.
    """

    shape: str
    count: int = 0
    sample: str = ""
    first: datetime | None = None
    last: datetime | None = None
    correlation: str = ""

    def add(self, line: Line) -> None:
        """Count one more."""
        self.count += 1
        self.sample = line.text
        self.first = self.first or line.at
        self.last = line.at or self.last
        named = CORRELATION.search(line.text, 0, READ)
        self.correlation = named["id"] if named else self.correlation


def shape(text: str) -> str:
    """What a line has in common with others of its kind."""
    bare = STAMP.sub("", text[:READ].strip())
    return " ".join(CHANGING.sub(lambda found: "{id}" if found["id"] else "#", bare).split())


def ranked(lines: Iterable[Line]) -> tuple[Kind, ...]:
    """The kinds of these lines, the most frequent first."""
    kinds: dict[str, Kind] = {}
    rest = Kind("other errors")
    for line in lines:
        name = shape(line.text)
        kind = kinds.get(name) or (kinds.setdefault(name, Kind(name)) if len(kinds) < MANY else rest)
        kind.add(line)
    found = sorted(kinds.values(), key=lambda kind: -kind.count)
    return (*found, rest) if rest.count else tuple(found)
