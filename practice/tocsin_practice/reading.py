"""Reading what a message or view says, for those who look for a text in it."""

from collections.abc import Iterator
from typing import Final

from tocsin_practice.model import Json

_SPOKEN: Final = frozenset({"text", "alt_text", "title", "name", "value", "fallback", "label"})


def said(message: Json) -> str:
    """Everything that a message shows: its text, then the texts of its blocks, files and attachments."""
    parts = [message.get("text") or ""]
    for key in ("blocks", "attachments", "files"):
        parts += list(_texts(message.get(key) or []))
    return "\n".join(part for part in parts if part)


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _texts(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str) and key in _SPOKEN:
                yield value
            else:
                yield from _texts(value)


def view_text(payload: Json) -> str:
    """Everything that a view shows: its title, then the texts of its blocks."""
    return "\n".join(_texts([payload.get("title") or {}, payload.get("blocks") or []]))
