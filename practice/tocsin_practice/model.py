"""What a workspace holds: team, people, apps, channels, views, files, as plain records.

Messages, views and bookmarks stay dictionaries in Slack's own shape, since they go over the wire as they are.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object as Slack writes it."""


class ChannelKind(StrEnum):
    """The kinds of conversation, named as in `conversations.list?types=`."""

    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    IM = "im"
    MPIM = "mpim"


class ShortcutKind(StrEnum):
    """Where a shortcut is offered."""

    MESSAGE = "message"
    GLOBAL = "global"


@dataclass(slots=True)
class Team:
    """The workspace itself."""

    id: str = "T0PRACTICE"
    name: str = "Northwind Shop"
    domain: str = "northwind-shop"
    email_domain: str = "northwind.example"


@dataclass(slots=True, kw_only=True)
class Person:
    """One member of the workspace; an app's bot user is one too.

    `tz` is an IANA name; `name` is the handle behind `@`.
    """

    id: str
    name: str
    real_name: str
    display_name: str = ""
    email: str = ""
    title: str = ""
    tz: str = "Etc/UTC"
    is_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    app_id: str = ""
    bot_id: str = ""
    color: str = "4bbe2e"

    @property
    def shown_name(self) -> str:
        """The name that Slack shows beside a message."""
        return self.display_name or self.real_name


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """A slash command as the app's manifest declares it; `name` begins with a slash."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A message or global shortcut as the app's manifest declares it."""

    name: str
    kind: ShortcutKind
    callback_id: str
    description: str = ""


@dataclass(slots=True, kw_only=True)
class App:
    """An installed app: its bot user, tokens, scopes and what its manifest asks for."""

    id: str
    name: str
    bot_user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    scopes: frozenset[str] = frozenset()
    commands: dict[str, SlashCommand] = field(default_factory=dict)
    shortcuts: tuple[Shortcut, ...] = ()
    bot_events: frozenset[str] = frozenset()
    socket_mode: bool = True
    interactivity: bool = True
    interactivity_url: str = ""
    options_url: str = ""
    events_url: str = ""
    home_tab: bool = False


@dataclass(slots=True)
class Note:
    """A channel's topic or purpose; `last_set` in seconds since the epoch."""

    value: str = ""
    creator: str = ""
    last_set: int = 0


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned message; `created` in seconds since the epoch."""

    ts: str
    created: int
    created_by: str


@dataclass(slots=True, kw_only=True)
class Channel:
    """A conversation. `messages` maps ts to message, replies included, in the order of ts.

    `last_read` maps a person's id to the ts of the last message that they have seen.
    """

    id: str
    name: str
    kind: ChannelKind
    creator: str
    created: int
    is_general: bool = False
    is_archived: bool = False
    members: dict[str, None] = field(default_factory=dict)
    topic: Note = field(default_factory=Note)
    purpose: Note = field(default_factory=Note)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    last_read: dict[str, str] = field(default_factory=dict)
    previous_names: list[str] = field(default_factory=list)

    @property
    def is_private(self) -> bool:
        """Whether only members can see that it exists."""
        return self.kind is not ChannelKind.PUBLIC

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct message, of two or of several."""
        return self.kind in {ChannelKind.IM, ChannelKind.MPIM}

    def visible_to(self, person_id: str) -> bool:
        """Whether this person may know that the channel exists."""
        return not self.is_private or person_id in self.members

    def top_level(self) -> list[Json]:
        """The messages of the channel itself, oldest first, without the replies in threads."""
        return [message for message in self.messages.values() if not is_hidden_reply(message)]

    def thread(self, thread_ts: str) -> list[Json]:
        """The parent and its replies, oldest first."""
        return [m for m in self.messages.values() if m["ts"] == thread_ts or m.get("thread_ts") == thread_ts]


def is_hidden_reply(message: Json) -> bool:
    """Whether a message shows only inside its thread."""
    thread_ts = message.get("thread_ts")
    is_reply = thread_ts is not None and thread_ts != message["ts"]
    return is_reply and message.get("subtype") != "thread_broadcast"


@dataclass(slots=True)
class Ephemeral:
    """A message that one person alone sees; it is not in any history."""

    channel_id: str
    person_id: str
    message: Json

    @property
    def ts(self) -> str:
        """The message's ts."""
        return str(self.message["ts"])


@dataclass(slots=True)
class View:
    """An open modal or a published home tab.

    `payload` is the view as Slack shows it to the app. `values` holds what the person entered so far, in the
    shape of `state.values`. `errors` maps a block id to the sentence that the app answered with.
    """

    person_id: str
    app_id: str
    payload: Json
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    response_channel: str = ""

    @property
    def id(self) -> str:
        """The view's id, `V...`."""
        return str(self.payload["id"])


@dataclass(slots=True, kw_only=True)
class File:
    """An uploaded file; it is unseen until `complete`."""

    id: str
    name: str
    title: str
    owner: str
    created: int
    size: int
    mimetype: str = "text/plain"
    filetype: str = "text"
    alt_txt: str = ""
    content: bytes = b""
    upload_key: str = ""
    complete: bool = False
    channels: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class UserGroup:
    """A group of people that can be mentioned together; `handle` without the at sign."""

    id: str
    handle: str
    name: str
    description: str = ""
    users: list[str] = field(default_factory=list)
    created: int = 0
    created_by: str = ""


@dataclass(slots=True)
class Preferences:
    """What an administrator can switch, and how strict the practice workspace is.

    `who_can_create_channels` is "everyone" or "admins"; with "admins" an app gets `restricted_action`.
    """

    who_can_create_channels: str = "everyone"
    rate_limits: bool = False
