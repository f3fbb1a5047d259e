"""The services that can break, and the words by which people call them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean: words stand there without blanks between them, or
# with endings that are written on.
_JOINED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LETTER = rf"[^\W_{_JOINED}]"


@dataclass(frozen=True, slots=True)
class Link:
    """A page worth having at hand during an incident, such as a dashboard."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Service:
    """Something that the company runs; `key` is its name in files, `slug` its part of a room's name.

    Attributes:
        depends_on: the keys of the services without which it fails.
    """

    key: str
    name: str
    slug: str
    aliases: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    depends_on: tuple[str, ...] = ()


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
            if word and re.search(_whole(word), text)
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None


def _whole(word: str) -> str:
    """The pattern of the word where no letter or digit is written on to it; `_` and `-` part words."""
    before, after = rf"(?<!{_LETTER})", rf"(?!{_LETTER})"
    joined = re.compile(f"[{_JOINED}]")
    first, last = joined.match(word), joined.match(word[-1])
    return f"{'' if first else before}{re.escape(word)}{'' if last else after}"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
