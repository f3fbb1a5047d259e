"""HTML as values: text is escaped unless it is `Html` already, so that hostile text stays text."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

VOID_TAGS = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Html(str):
    """Text that is HTML already and is placed as it stands. Only this package makes it."""

    __slots__ = ()


Child: TypeAlias = str | Iterable["Child"] | None
Attribute: TypeAlias = str | int | bool | None

EMPTY = Html("")


def text(words: str) -> Html:
    """The words, escaped for element content and for quoted attributes."""
    return Html(escape(words, quote=True))


def join(*children: Child) -> Html:
    """All children in order; plain strings are escaped, `None` is left out, nested lists are flattened."""
    return Html("".join(_draw(child) for child in children))


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """One element. `class_` means `class`, `data_key` means `data-key`; False and None leave it out."""
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if name in VOID_TAGS:
        return Html(opening)
    return Html(f"{opening}{join(*children)}</{name}>")


def classes(*names: str | None) -> str:
    """The names that are there, joined for a `class` attribute."""
    return " ".join(name for name in names if name)


def _draw(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return escape(child, quote=True)
    return "".join(_draw(grandchild) for grandchild in child)


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(str(value), quote=True)}"'
