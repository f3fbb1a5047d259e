"""What has changed between two drawings of the page, so that only that is sent to the browser."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin_practice.model import Json
from tocsin_practice.page.markup import Html, join, tag


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a region. `key` is unique in its region and stays while the thing it shows stays."""

    key: str
    html: Html

    @property
    def digest(self) -> str:
        """What tells this drawing of the piece from another, so that the browser keeps what it has."""
        return f"{zlib.crc32(self.html.encode()):08x}"


Regions = Mapping[str, Sequence[Part]]
"""A drawing of everything that changes on the page: per region its parts in order."""


def region(parts: Sequence[Part]) -> Html:
    """A region's parts as they stand in the page; each part is wrapped and carries its key."""
    return join(
        tag("div", part.html, class_="part", data_key=part.key, data_digest=part.digest) for part in parts
    )


def changes(before: Regions, after: Regions) -> list[Json]:
    """For each region that differs: the keys in order, and the HTML of the parts that are new or altered."""
    return [
        {"region": name, "keys": [part.key for part in parts], "parts": _altered(before.get(name, ()), parts)}
        for name, parts in after.items()
        if list(before.get(name, ())) != list(parts)
    ]


def _altered(before: Sequence[Part], after: Sequence[Part]) -> dict[str, Json]:
    known = {part.key: part.html for part in before}
    return {
        part.key: {"digest": part.digest, "html": str(part.html)}
        for part in after
        if known.get(part.key) != part.html
    }
