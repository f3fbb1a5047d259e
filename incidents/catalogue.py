"""The services that can break, and the words by which people call them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Link:
    """A page worth having at hand during an incident, such as a dashboard."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Service:
    """Something that the company runs; `key` is its name in files, `slug` its part of a room's name."""

    key: str
    name: str
    slug: str
    aliases: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All services, by key."""

    services: Mapping[str, Service] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Service]:
        return iter(self.services.values())

    def get(self, key: str | None) -> Service | None:
        """The service of that key, or None."""
        return self.services.get(key) if key else None

    def mentioned_in(self, title: str) -> Service | None:
        """The service whose name or alias stands in the title; the longest match wins."""
        text = _plain(title)
        found = [
            (len(word), service)
            for service in self
            for word in map(_plain, (service.name, service.key, *service.aliases))
            if word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
