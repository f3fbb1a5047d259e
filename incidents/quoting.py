"""Other systems' words in ours: long ones travel whole between two marks, and are cut without their secrets.

Half a secret is not known as one: a password in base64 or a card number that lost its end passes every rule.
So who quotes does not cut. `quoted` notes how much may be shown, and `shortened` cuts once the whole text was
freed of secrets.
"""

from __future__ import annotations

import re

_BEGIN, _END = "\ufdd0", "\ufdd1"  # noncharacters: no text may hold them
_FIRST = 0xE000  # a width is a character from here on
_WIDEST = 0xF8FF - _FIRST
_QUOTE = re.compile(f"{_BEGIN}([\ue000-\uf8ff])([^{_BEGIN}{_END}]*){_END}?")
_MARKS = re.compile(f"{_BEGIN}[\ue000-\uf8ff]?|{_END}")


def quoted(text: str, width: int) -> str:
    """Another system's words, of which at most that many characters are to be shown, on one line.

    Short ones come as they are shown. Others are not to be read before they are `shortened`.
    """
    bare = _MARKS.sub("", text)
    line = _on_one_line(bare)
    if len(line) <= width and "\n" not in bare:
        return line
    return f"{_BEGIN}{chr(_FIRST + min(width, _WIDEST))}{bare}{_END}"


def shortened(text: str) -> str:
    """The text with what was quoted in it cut, after its secrets are gone."""
    return _MARKS.sub("", _QUOTE.sub(lambda found: cut(found[2], ord(found[1]) - _FIRST), text))


def cut(text: str, width: int) -> str:
    """The text on one line, at most that many characters; only for a text without secrets."""
    line = _on_one_line(_MARKS.sub("", text))
    return line if len(line) <= width else line[: width - 1] + "…"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
