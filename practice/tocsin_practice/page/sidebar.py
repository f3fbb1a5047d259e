"""The column at the left to HTML: channels, direct messages and apps, with marks for what is unread."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin_practice.page.markup import Html, classes, tag
from tocsin_practice.page.patch import Part
from tocsin_practice.page.scene import Author, avatar
from tocsin_practice.page.viewer import Viewer

MOST_COUNTED = 99
LONGEST_WHOLE = 26  # characters that the column shows whole
TAIL = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One conversation in the column. `mentions` counts the unread messages that call on the viewer."""

    id: str
    name: str
    mark: str = "#"
    unread: bool = False
    mentions: int = 0
    current: bool = False
    other: Author | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Everything in the column, in the order shown."""

    joined: Sequence[Entry]
    direct: Sequence[Entry]
    apps: Sequence[Entry]
    open_to_all: Sequence[Entry] = ()


def draw(column: Column, viewer: Viewer) -> list[Part]:
    """The column's sections; those without entries are left out."""
    sections = [
        ("joined", "Channels", column.joined),
        ("direct", "Direct messages", column.direct),
        ("apps", "Apps", column.apps),
    ]
    parts = [Part(key, _section(title, entries, viewer)) for key, title, entries in sections if entries]
    if column.open_to_all:
        parts.append(Part("open-to-all", _others(column.open_to_all, viewer)))
    return parts


def _section(title: str, entries: Sequence[Entry], viewer: Viewer) -> Html:
    items = [tag("li", _entry(entry, viewer)) for entry in entries]
    return tag("section", tag("h2", title), tag("ul", items), class_="sidebar-section", aria_label=title)


def _others(entries: Sequence[Entry], viewer: Viewer) -> Html:
    items = [tag("li", _entry(entry, viewer)) for entry in entries]
    opened = any(entry.current for entry in entries)
    summary = tag("summary", "Channels to join")
    return tag("details", summary, tag("ul", items), class_="sidebar-section", open=opened)


def _entry(entry: Entry, viewer: Viewer) -> Html:
    count = min(entry.mentions, MOST_COUNTED)
    badge = tag("span", str(count), class_="count", title="Messages that call on you") if count else None
    heard = tag("span", ", unread", class_="heard") if entry.unread else None
    return tag(
        "a",
        _mark(entry),
        _name(entry.name),
        heard,
        badge,
        href=entry.address or viewer.address("c", entry.id),
        class_=classes("entry", "unread" if entry.unread else None, "current" if entry.current else None),
        aria_current="page" if entry.current else None,
        data_act="go",
    )


def _name(name: str) -> Html:
    """The name; of a long one the end stays in sight, since rooms of one day begin alike."""
    if len(name) <= LONGEST_WHOLE:
        return tag("span", name, class_="entry-name", title=name)
    begin, end = name[:-TAIL], name[-TAIL:]
    halves = [tag("span", begin, class_="entry-begin"), tag("span", end, class_="entry-end")]
    return tag("span", halves, class_="entry-name entry-long", title=name)


def _mark(entry: Entry) -> Html:
    if entry.other is not None:
        return avatar(entry.other, size="small")
    if entry.mark == "lock":
        return tag("span", class_="entry-mark icon-lock", role="img", aria_label="private")
    return tag("span", entry.mark, class_="entry-mark", aria_hidden="true")
