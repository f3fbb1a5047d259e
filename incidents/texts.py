"""What people type: cleaned, checked for length, and with the people and times that it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from incidents.errors import InvalidText

_KEPT_CONTROLS = frozenset("\n\t")
_MARKS = frozenset({"Cc", "Cs", "Co"})
_BLANK = ("Z", "C")
_DIGITS = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"
_TIME = re.compile(rf"@\{{({_DIGITS})\}}")
_PERSON = re.compile(rf"@\{{(?!{_DIGITS}\}})([^{{}}\s]{{1,80}})\}}")


def naming(person: str) -> str:
    """A person within a text, so that each way of talking can write them in its own form."""
    return f"@{{{person}}}"


def with_people(text: str, write: Callable[[str], str]) -> str:
    """The text, with each person whom it names written by `write`."""
    return _PERSON.sub(lambda found: write(found[1]), text)


def timing(at: datetime) -> str:
    """A time within a text (UTC), so that each way of talking can write it in its reader's own clock."""
    return f"@{{{at.astimezone(UTC).isoformat(timespec='microseconds')}}}"


def with_times(text: str, write: Callable[[datetime], str]) -> str:
    """The text, with each time that it names written by `write`."""
    return _TIME.sub(lambda found: _written(found, write), text)


def _written(found: re.Match[str], write: Callable[[datetime], str]) -> str:
    try:
        return write(datetime.fromisoformat(found[1]))
    except ValueError:  # somebody has typed what only looks like a time
        return found[0]


def people_in(text: str) -> list[str]:
    """The people whom the text names, each once."""
    return list(dict.fromkeys(_PERSON.findall(text)))


def cleaned(text: str) -> str:
    """Without control characters and outer blanks; emoji and right-to-left text stay whole."""
    kept = (c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in _MARKS)
    return "".join(kept).strip()


def checked(text: str, field: str, limit: int, *, empty: bool = False) -> str:
    """The text, cleaned.

    Raises:
        InvalidText: it is empty where it must not be, or longer than `limit` characters.
    """
    plain = cleaned(text)
    if not empty and not _visible(plain):
        raise InvalidText(f"The {field} is empty. Write one line; nothing was changed.")
    if len(plain) > limit:
        raise InvalidText(
            f"The {field} {'have' if field.endswith('s') else 'has'} {len(plain):,} characters; "
            f"{limit:,} is the most. "
            "Shorten it and send it again; nothing was changed."
        )
    return plain


def headline(text: str, field: str, limit: int) -> str:
    """As `checked`, on one line."""
    return checked(" ".join(text.split()), field, limit)


def plain(word: str) -> str:
    """The word as severities and roles are compared: without case, width, hyphens and blanks."""
    return re.sub(r"[-_\s]", "", unicodedata.normalize("NFKC", word).casefold())


def _visible(text: str) -> bool:
    """Whether anything can be seen; emoji newer than this program are unassigned to it, yet they can."""
    categories = map(unicodedata.category, text)
    return any(category == "Cn" or not category.startswith(_BLANK) for category in categories)
