"""Channels and direct messages: who is in them, and what hangs on their walls."""

from collections.abc import Iterator

from tocsin_practice.changes import ChangeFeed, ChangeKind
from tocsin_practice.messages import Messages
from tocsin_practice.model import Channel, ChannelKind, Json, Note, Pin
from tocsin_practice.stamps import Stamps

_PREFIX = {ChannelKind.PUBLIC: "C", ChannelKind.PRIVATE: "C", ChannelKind.IM: "D", ChannelKind.MPIM: "G"}


class Channels:
    """All conversations by id. Nothing here asks whether somebody may: that is the caller's question."""

    def __init__(self, feed: ChangeFeed, stamps: Stamps, messages: Messages) -> None:
        self._feed = feed
        self._stamps = stamps
        self._messages = messages
        self._by_id: dict[str, Channel] = {}

    def __iter__(self) -> Iterator[Channel]:
        return iter(self._by_id.values())

    def __getitem__(self, channel_id: str) -> Channel:
        return self._by_id[channel_id]

    def get(self, channel_id: str) -> Channel | None:
        """The channel with this id, or None."""
        return self._by_id.get(channel_id)

    def named(self, name: str) -> Channel | None:
        """The channel with this name (with or without `#`) or id, or None."""
        plain = name.removeprefix("#")
        found = (c for c in self if (c.name == plain and not c.is_direct) or c.id == name)
        return next(found, None)

    def forget_all(self) -> None:
        """Forget everything."""
        self._by_id.clear()

    def create(self, name: str, *, creator: str, kind: ChannelKind = ChannelKind.PUBLIC) -> Channel:
        """Make a channel whose only member is its creator."""
        channel = self._new(name, creator=creator, kind=kind)
        channel.members[creator] = None
        self._feed.append(ChangeKind.CHANNEL_CREATED, {"user": creator}, channel=channel.id)
        self._messages.system(channel, creator, "channel_join", f"<@{creator}> has joined the channel")
        return channel

    def open_direct(self, people: list[str]) -> Channel:
        """The direct message of these people, made if it is not there yet."""
        wanted = set(people)
        found = (c for c in self if c.is_direct and set(c.members) == wanted)
        existing = next(found, None)
        if existing is not None:
            return existing
        kind = ChannelKind.IM if len(wanted) <= len(("one", "other")) else ChannelKind.MPIM
        channel = self._new(
            "mpdm" if kind is ChannelKind.MPIM else "directmessage", creator=people[0], kind=kind
        )
        channel.members.update(dict.fromkeys(people))
        self._feed.append(ChangeKind.CHANNEL_CREATED, {"user": people[0]}, channel=channel.id)
        return channel

    def _new(self, name: str, *, creator: str, kind: ChannelKind) -> Channel:
        channel = Channel(
            id=self._stamps.next_id(_PREFIX[kind]),
            name=name,
            kind=kind,
            creator=creator,
            created=self._stamps.now(),
        )
        self._by_id[channel.id] = channel
        return channel

    def join(self, channel: Channel, person_id: str, *, inviter: str = "") -> None:
        """Make a person a member and say so in the channel; a member already stays one."""
        if person_id in channel.members:
            return
        channel.members[person_id] = None
        data = {"user": person_id} | ({"inviter": inviter} if inviter else {})
        self._feed.append(ChangeKind.MEMBER_JOINED, data, channel=channel.id, person=person_id)
        extra = {"inviter": inviter} if inviter else {}
        self._messages.system(
            channel, person_id, "channel_join", f"<@{person_id}> has joined the channel", extra
        )

    def leave(self, channel: Channel, person_id: str) -> None:
        """Take a person out, and say so in the channel."""
        if channel.members.pop(person_id, self) is self:
            return
        self._feed.append(ChangeKind.MEMBER_LEFT, {"user": person_id}, channel=channel.id, person=person_id)
        self._messages.system(channel, person_id, "channel_leave", f"<@{person_id}> has left the channel")

    def set_topic(self, channel: Channel, value: str, *, by: str) -> None:
        """Set the topic, and say so in the channel."""
        channel.topic = Note(value, by, self._stamps.now())
        self._changed(channel, "topic", value)
        said = f"set the channel topic: {value}" if value else "cleared the channel topic"
        self._messages.system(channel, by, "channel_topic", said, {"topic": value})

    def set_purpose(self, channel: Channel, value: str, *, by: str) -> None:
        """Set the purpose, and say so in the channel."""
        channel.purpose = Note(value, by, self._stamps.now())
        self._changed(channel, "purpose", value)
        said = f"set the channel description: {value}" if value else "cleared the channel description"
        self._messages.system(channel, by, "channel_purpose", said, {"purpose": value})

    def _changed(self, channel: Channel, what: str, value: str) -> None:
        self._feed.append(ChangeKind.CHANNEL_CHANGED, {what: value}, channel=channel.id)

    def rename(self, channel: Channel, name: str, *, by: str) -> None:
        """Give a channel another name."""
        old, channel.name = channel.name, name
        channel.previous_names.insert(0, old)
        self._feed.append(ChangeKind.CHANNEL_RENAMED, {"name": name, "old_name": old}, channel=channel.id)
        said = f'has renamed the channel from "{old}" to "{name}"'
        self._messages.system(channel, by, "channel_name", said, {"name": name, "old_name": old})

    def archive(self, channel: Channel, *, by: str) -> None:
        """Close a channel for writing; it keeps its name and its members."""
        self._messages.system(channel, by, "channel_archive", "archived the channel")
        channel.is_archived = True
        self._feed.append(ChangeKind.CHANNEL_ARCHIVED, {"user": by}, channel=channel.id)

    def unarchive(self, channel: Channel, *, by: str) -> None:
        """Open an archived channel again."""
        channel.is_archived = False
        self._feed.append(ChangeKind.CHANNEL_UNARCHIVED, {"user": by}, channel=channel.id)
        self._messages.system(channel, by, "channel_unarchive", "un-archived the channel")

    def pin(self, channel: Channel, ts: str, *, by: str) -> Pin:
        """Pin a message."""
        pin = Pin(ts, self._stamps.now(), by)
        channel.pins.insert(0, pin)
        self._feed.append(ChangeKind.PIN_ADDED, {"user": by, "ts": ts}, channel=channel.id)
        return pin

    def unpin(self, channel: Channel, ts: str, *, by: str) -> None:
        """Take a pin down."""
        channel.pins = [pin for pin in channel.pins if pin.ts != ts]
        self._feed.append(ChangeKind.PIN_REMOVED, {"user": by, "ts": ts}, channel=channel.id)

    def add_bookmark(self, channel: Channel, fields: Json, *, by: str) -> Json:
        """Put a link on the channel's bookmark bar; `fields` are title, type, link, emoji ..."""
        now = self._stamps.now()
        bookmark = {
            "id": self._stamps.next_id("Bk"),
            "channel_id": channel.id,
            "title": "",
            "link": "",
            "emoji": "",
            "icon_url": "",
            "type": "link",
            "date_created": now,
            "date_updated": 0,
            "rank": _rank(len(channel.bookmarks)),
            "last_updated_by_user_id": by,
        } | fields
        channel.bookmarks.append(bookmark)
        self._feed.append(ChangeKind.BOOKMARK_ADDED, bookmark, channel=channel.id)
        return bookmark

    def edit_bookmark(self, channel: Channel, bookmark: Json, fields: Json, *, by: str) -> Json:
        """Change what a bookmark says or where it leads."""
        bookmark |= fields | {"date_updated": self._stamps.now(), "last_updated_by_user_id": by}
        self._feed.append(ChangeKind.BOOKMARK_CHANGED, bookmark, channel=channel.id)
        return bookmark

    def remove_bookmark(self, channel: Channel, bookmark: Json) -> None:
        """Take a bookmark away."""
        channel.bookmarks.remove(bookmark)
        self._feed.append(ChangeKind.BOOKMARK_REMOVED, bookmark, channel=channel.id)

    def mark_read(self, channel: Channel, person_id: str, ts: str) -> None:
        """Remember that a person has seen everything up to this ts."""
        channel.last_read[person_id] = ts
        self._feed.append(ChangeKind.READ, {"ts": ts}, channel=channel.id, person=person_id)


def _rank(position: int) -> str:
    return chr(ord("i") + min(position, ord("z") - ord("i")))
