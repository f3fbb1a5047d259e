"""Messages: posting, editing, deleting, reacting; and those that one person alone sees."""

import uuid
from typing import Any

from tocsin_practice.changes import ChangeFeed, ChangeKind
from tocsin_practice.model import App, Channel, Ephemeral, Json, Person
from tocsin_practice.stamps import Stamps


class Messages:
    """Writes messages into channels. Whether somebody may is the caller's question."""

    def __init__(self, feed: ChangeFeed, stamps: Stamps, team_id: str) -> None:
        self._feed = feed
        self._stamps = stamps
        self._team_id = team_id
        self._ephemerals: dict[str, dict[str, Ephemeral]] = {}

    def forget_all(self) -> None:
        """Forget everything."""
        self._ephemerals.clear()

    # Posting

    def say(self, channel: Channel, person: Person, text: str, *, thread_ts: str = "", **fields: Any) -> Json:  # noqa: ANN401 - fields of Slack's message object are of any JSON type
        """Post what a person typed; further `fields` go into the message as they are."""
        message: Json = {
            "client_msg_id": str(uuid.uuid4()),
            "type": "message",
            "text": text,
            "user": person.id,
            "team": self._team_id,
        }
        return self.put(channel, message | fields, thread_ts=thread_ts)

    def post_as_app(self, channel: Channel, app: App, fields: Json, *, thread_ts: str = "") -> Json:
        """Post what an app sent; `fields` are text, blocks, metadata ... in Slack's shape."""
        return self.put(channel, self.by_app(app) | fields, thread_ts=thread_ts)

    def by_app(self, app: App) -> Json:
        """The fields that every message of an app carries."""
        return {
            "type": "message",
            "user": app.bot_user_id,
            "bot_id": app.bot_id,
            "app_id": app.id,
            "team": self._team_id,
            "bot_profile": bot_profile(app, self._team_id),
        }

    def system(self, channel: Channel, by: str, subtype: str, text: str, fields: Json | None = None) -> Json:
        """Post the line that Slack itself writes, such as a join or a new topic."""
        message: Json = {"type": "message", "subtype": subtype, "user": by, "text": text}
        return self.put(channel, message | (fields or {}))

    def put(self, channel: Channel, message: Json, *, thread_ts: str = "") -> Json:
        """Give a message its ts and its place; a reply also counts in its parent."""
        message["ts"] = self._stamps.next_ts()
        if thread_ts:
            message["thread_ts"] = thread_ts
        channel.messages[message["ts"]] = message
        author = str(message.get("user", ""))
        channel.last_read[author] = message["ts"]
        if thread_ts:
            self._count_reply(channel, thread_ts, message)
        self._feed.append(ChangeKind.MESSAGE_POSTED, message, channel=channel.id, person=author)
        return message

    def _count_reply(self, channel: Channel, thread_ts: str, reply: Json) -> None:
        parent = channel.messages.get(thread_ts)
        if parent is None:
            return
        reply["parent_user_id"] = parent.get("user", "")
        self._recount(channel, parent)
        self._feed.append(ChangeKind.MESSAGE_CHANGED, parent, channel=channel.id)

    def _recount(self, channel: Channel, parent: Json) -> None:
        replies = [m for m in channel.thread(parent["ts"]) if m is not parent]
        if not replies:
            for key in (
                "reply_count",
                "reply_users",
                "reply_users_count",
                "latest_reply",
                "subscribed",
                "thread_ts",
            ):
                parent.pop(key, None)
            return
        users = list(dict.fromkeys(str(m.get("user", "")) for m in replies))
        parent |= {
            "thread_ts": parent["ts"],
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1]["ts"],
            "is_locked": False,
            "subscribed": False,
        }

    # Changing

    def edit(self, channel: Channel, message: Json, fields: Json, *, by: str, flagged: bool = True) -> Json:
        """Replace fields of a message; one that is None goes away. `flagged`: it shows as edited."""
        before = dict(message)
        message |= fields
        if flagged:
            message["edited"] = {"user": by, "ts": self._stamps.next_ts()}
        for key in [key for key, value in fields.items() if value is None]:
            message.pop(key)
        self._feed.append(
            ChangeKind.MESSAGE_CHANGED, message | {"previous": before}, channel=channel.id, person=by
        )
        return message

    def delete(self, channel: Channel, message: Json) -> None:
        """Take a message away; a parent with replies leaves a tombstone, as in Slack."""
        ts = message["ts"]
        channel.pins = [pin for pin in channel.pins if pin.ts != ts]
        self._feed.append(ChangeKind.MESSAGE_DELETED, dict(message), channel=channel.id)
        if message.get("reply_count"):
            message["subtype"], message["text"] = "tombstone", "This message was deleted."
            for key in ("blocks", "files", "attachments", "metadata"):
                message.pop(key, None)
            return
        del channel.messages[ts]
        parent = channel.messages.get(message.get("thread_ts", ""))
        if parent is not None and parent is not message:
            self._recount(channel, parent)
            self._feed.append(ChangeKind.MESSAGE_CHANGED, parent, channel=channel.id)

    def react(self, channel: Channel, message: Json, name: str, *, by: str) -> bool:
        """Add a reaction; False when this person had given it already."""
        reactions = message.setdefault("reactions", [])
        entry = next((r for r in reactions if r["name"] == name), None)
        if entry is None:
            entry = {"name": name, "users": [], "count": 0}
            reactions.append(entry)
        if by in entry["users"]:
            return False
        entry["users"].append(by)
        entry["count"] += 1
        self._reacted(ChangeKind.REACTION_ADDED, channel, message, name, by)
        return True

    def unreact(self, channel: Channel, message: Json, name: str, *, by: str) -> bool:
        """Take a reaction back; False when this person had not given it."""
        reactions = message.get("reactions", [])
        entry = next((r for r in reactions if r["name"] == name and by in r["users"]), None)
        if entry is None:
            return False
        entry["users"].remove(by)
        entry["count"] -= 1
        message["reactions"] = [r for r in reactions if r["count"]]
        if not message["reactions"]:
            del message["reactions"]
        self._reacted(ChangeKind.REACTION_REMOVED, channel, message, name, by)
        return True

    def _reacted(self, kind: ChangeKind, channel: Channel, message: Json, name: str, by: str) -> None:
        data = {"user": by, "reaction": name, "ts": message["ts"], "item_user": message.get("user", "")}
        self._feed.append(kind, data, channel=channel.id, person=by)

    # For one person's eyes

    def whisper(self, channel: Channel, person_id: str, message: Json, *, thread_ts: str = "") -> Ephemeral:
        """Show a message to one person, in no history."""
        message |= {"type": "message", "ts": self._stamps.next_ts(), "is_ephemeral": True}
        if thread_ts:
            message["thread_ts"] = thread_ts
        ephemeral = Ephemeral(channel.id, person_id, message)
        self._ephemerals.setdefault(person_id, {})[message["ts"]] = ephemeral
        self._feed.append(ChangeKind.EPHEMERAL_POSTED, message, channel=channel.id, person=person_id)
        return ephemeral

    def ephemerals(self, person_id: str, channel_id: str = "") -> list[Ephemeral]:
        """What this person alone sees (in one channel, or everywhere), oldest first."""
        mine = self._ephemerals.get(person_id, {}).values()
        return [e for e in mine if not channel_id or e.channel_id == channel_id]

    def ephemeral(self, person_id: str, ts: str) -> Ephemeral | None:
        """One of this person's ephemeral messages, or None when it is gone."""
        return self._ephemerals.get(person_id, {}).get(ts)

    def change_ephemeral(self, ephemeral: Ephemeral, fields: Json) -> None:
        """Replace what an ephemeral message shows; it keeps its place."""
        for key in ("text", "blocks", "attachments"):
            ephemeral.message.pop(key, None)
        ephemeral.message |= fields
        self._feed.append(
            ChangeKind.EPHEMERAL_CHANGED,
            ephemeral.message,
            channel=ephemeral.channel_id,
            person=ephemeral.person_id,
        )

    def dismiss(self, ephemeral: Ephemeral) -> None:
        """Make an ephemeral message go away."""
        self._ephemerals.get(ephemeral.person_id, {}).pop(ephemeral.ts, None)
        self._feed.append(
            ChangeKind.EPHEMERAL_DELETED,
            {"ts": ephemeral.ts},
            channel=ephemeral.channel_id,
            person=ephemeral.person_id,
        )


def bot_profile(app: App, team_id: str) -> Json:
    """The `bot_profile` object of an app's messages."""
    return {
        "id": app.bot_id,
        "deleted": False,
        "name": app.name,
        "updated": 0,
        "app_id": app.id,
        "icons": {},
        "team_id": team_id,
    }
