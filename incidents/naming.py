"""What the room is called: `incident-YYYY-MM-DD-slug`, whatever the title is made of."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator

from incidents.catalogue import Catalogue
from incidents.model import Incident
from incidents.policy import Policy

NAME_LIMIT = 80
_SLUG_LIMIT = 50
_SPELLED = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_FILLER = frozenset({"a", "an", "the", "is", "are", "in", "on", "of", "at", "to", "and", "for"})


def slug(title: str) -> str:
    """The title as lowercase ASCII letters, digits and hyphens; empty if nothing of it is left."""
    letters = unicodedata.normalize("NFKD", title.casefold().translate(_SPELLED))
    bare = "".join(c for c in letters if not unicodedata.combining(c) and c not in "'’")
    words = re.findall(r"[a-z0-9]+", bare)
    kept = [word for word in words if word not in _FILLER] or words
    return _cut("-".join(kept), _SLUG_LIMIT)


def room_names(incident: Incident, catalogue: Catalogue, policy: Policy) -> Iterator[str]:
    """Names to try, in order: the plain one, then `-2`, `-3` and so on, each at most 80 characters."""
    service = catalogue.get(incident.service)
    tail = service.slug if service else slug(incident.title) or incident.reference.lower()
    day = incident.declared_at.astimezone(policy.time_zone).date().isoformat()
    stem = f"incident-{day}-{tail}"
    yield _cut(stem, NAME_LIMIT)
    for count in itertools.count(2):
        yield f"{_cut(stem, NAME_LIMIT - len(str(count)) - 1)}-{count}"


def _cut(text: str, limit: int) -> str:
    """At most that many characters, at a word's end where one is near."""
    if len(text) <= limit:
        return text
    head, _, _ = text[: limit + 1].rpartition("-")
    return (head if len(head) > limit // 2 else text[:limit]).strip("-")
