"""What a drawing of one conversation needs to know beside its messages: authors, menus, files, shortcuts."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tocsin_practice.model import File, Json, Pin
from tocsin_practice.page.emoji import character
from tocsin_practice.page.markup import Html, classes, tag
from tocsin_practice.page.memory import Memory
from tocsin_practice.page.surface import Choice, Surface
from tocsin_practice.page.viewer import Viewer

TINTS = 10
SPREAD = 29  # sets the people of the workspace that comes with the product well apart
SYSTEM_AUTHOR = "USLACKBOT"
SYSTEM_NAME = "Workspace"
SYSTEM_SUBTYPES = frozenset(
    {
        "channel_join",
        "channel_leave",
        "channel_topic",
        "channel_purpose",
        "channel_name",
        "channel_archive",
        "channel_unarchive",
        "group_join",
        "group_leave",
        "group_topic",
        "group_purpose",
        "group_name",
        "group_archive",
        "group_unarchive",
        "pinned_item",
        "bot_add",
        "tombstone",
    }
)
"""Messages that the workspace writes in somebody's name."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, as it is shown."""

    id: str
    name: str
    handle: str = ""
    is_app: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A shortcut of an app, as a line of a menu."""

    app_id: str
    app_name: str
    callback_id: str
    name: str
    description: str = ""


def _no_file(_: str) -> File | None:
    return None


@dataclass(frozen=True, slots=True)
class Scene:
    """One conversation as one person sees it. `pins` maps the ts of a pinned message to its pin."""

    viewer: Viewer
    channel: str
    authors: Mapping[str, Author] = field(default_factory=dict)
    people: tuple[Choice, ...] = ()
    channels: tuple[Choice, ...] = ()
    shortcuts: tuple[Offer, ...] = ()
    pins: Mapping[str, Pin] = field(default_factory=dict)
    file: Callable[[str], File | None] = _no_file
    in_thread: bool = False
    writable: bool = True
    memory: Memory = field(default_factory=Memory)

    def author(self, message: Json) -> Author:
        """Who a message is shown to be from; an app may give itself another name."""
        person = str(message.get("user") or message.get("bot_id") or SYSTEM_AUTHOR)
        known = self.authors.get(person)
        name = message.get("username") or (known.name if known else None)
        is_app = bool(message.get("bot_id")) or bool(known and known.is_app)
        if person == SYSTEM_AUTHOR:
            return Author(person, SYSTEM_NAME, is_app=True)
        return Author(person, str(name or person), is_app=is_app)

    def surface(self, scope: str, values: Mapping[str, Json] | None = None) -> Surface:
        """Where a message's blocks are drawn."""
        return Surface(
            self.viewer,
            people=self.people,
            channels=self.channels,
            values=values or {},
            inert=not self.writable,
            scope=scope,
            channel=self.channel,
        )


def avatar(author: Author, *, size: str = "normal", icon: str | None = None) -> Html:
    """A person's initials on their colour; an app's on a rounder square."""
    shape = "avatar-app" if author.is_app else None
    shown = icon or _initials(author.name)
    look = classes(
        "avatar",
        f"avatar-{size}",
        shape,
        "tint-app" if author.is_app else f"tint-{tint(author.id)}",
        "avatar-icon" if icon else None,
    )
    return tag("span", shown, class_=look, aria_hidden="true")


def icon_of(message: Json) -> str | None:
    """The emoji that an app shows instead of its picture, if it gave one."""
    given = (message.get("icons") or {}).get("emoji") or message.get("icon_emoji") or ""
    return character(str(given).strip(":")) if given else None


def tint(identity: str) -> int:
    """The number of the colour that belongs to an id, always the same."""
    return zlib.crc32(identity.encode()) // SPREAD % TINTS


def _initials(name: str) -> str:
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    letters = "".join(word[0] for word in (words[:1] + words[1:][-1:]))
    return (letters or name[:1] or "?").upper()
