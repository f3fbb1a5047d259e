"""Changes of the workspace as the events that apps subscribe to."""

from typing import Final

from tocsin_practice.changes import Change, ChangeKind
from tocsin_practice.elements import copied
from tocsin_practice.model import App, Channel, ChannelKind, Json
from tocsin_practice.shapes import channel_json
from tocsin_practice.workspace import Workspace

_MESSAGE_EVENTS: Final = {
    ChannelKind.PUBLIC: ("message.channels", "channel"),
    ChannelKind.PRIVATE: ("message.groups", "group"),
    ChannelKind.IM: ("message.im", "im"),
    ChannelKind.MPIM: ("message.mpim", "mpim"),
}
_PUBLIC_NEWS: Final = {
    ChangeKind.CHANNEL_CREATED: "channel_created",
    ChangeKind.CHANNEL_ARCHIVED: "channel_archive",
    ChangeKind.CHANNEL_UNARCHIVED: "channel_unarchive",
    ChangeKind.CHANNEL_RENAMED: "channel_rename",
}


def events_for(workspace: Workspace, app: App, change: Change) -> list[Json]:
    """The events that a change makes for an app, by its subscriptions and what it may see."""
    channel = workspace.channels.get(change.channel)
    if channel is None:
        return []
    found = _candidates(workspace, app, channel, change)
    stamp = workspace.stamps.next_ts() if found else ""
    return [{"event_ts": stamp} | event for name, event in found if name in app.bot_events]


def _candidates(workspace: Workspace, app: App, channel: Channel, change: Change) -> list[tuple[str, Json]]:
    if change.kind in _PUBLIC_NEWS:
        return _public_news(workspace, app, channel, change)
    if change.kind is ChangeKind.HOME_OPENED:
        return _home_opened(app, change)
    if app.bot_user_id not in channel.members:
        return _own_departure(app, channel, change)
    return _member_news(workspace, app, channel, change)


def _member_news(workspace: Workspace, app: App, channel: Channel, change: Change) -> list[tuple[str, Json]]:
    found: list[tuple[str, Json]] = []
    match change.kind:
        case ChangeKind.MESSAGE_POSTED:
            found = _posted(app, channel, change.data)
        case ChangeKind.MESSAGE_CHANGED | ChangeKind.MESSAGE_DELETED:
            found = _altered(workspace, channel, change)
        case ChangeKind.MEMBER_JOINED | ChangeKind.MEMBER_LEFT:
            found = [_membership(workspace, channel, change)]
        case ChangeKind.REACTION_ADDED | ChangeKind.REACTION_REMOVED:
            found = [_reaction(channel, change)]
        case ChangeKind.PIN_ADDED | ChangeKind.PIN_REMOVED:
            found = _pin(channel, change)
        case ChangeKind.FILE_SHARED:
            found = [("file_shared", _file_shared(channel, change))]
        case _:
            pass
    return found


def _posted(app: App, channel: Channel, message: Json) -> list[tuple[str, Json]]:
    name, kind = _MESSAGE_EVENTS[channel.kind]
    own = {"channel": channel.id, "channel_type": kind, "event_ts": message["ts"]}
    event = copied(message) | own
    if message.get("files") and "subtype" not in message and "bot_id" not in message:
        event["subtype"] = "file_share"
    found = [(name, event)]
    if f"<@{app.bot_user_id}>" in message.get("text", "") and "subtype" not in message:
        mention = copied(message) | {"type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}
        found.append(("app_mention", mention))
    return found


def _altered(workspace: Workspace, channel: Channel, change: Change) -> list[tuple[str, Json]]:
    name, kind = _MESSAGE_EVENTS[channel.kind]
    shape: Json = {"type": "message", "hidden": True, "channel": channel.id, "channel_type": kind}
    message = copied(change.data)
    if change.kind is ChangeKind.MESSAGE_DELETED:
        gone = {"subtype": "message_deleted", "deleted_ts": message["ts"], "previous_message": message}
        return [(name, shape | gone | {"ts": workspace.stamps.next_ts()})]
    previous = message.pop("previous", None)
    if previous is None:
        return []
    changed = {"subtype": "message_changed", "message": message, "previous_message": previous}
    return [(name, shape | changed | {"ts": workspace.stamps.next_ts()})]


def _membership(workspace: Workspace, channel: Channel, change: Change) -> tuple[str, Json]:
    joined = change.kind is ChangeKind.MEMBER_JOINED
    name = "member_joined_channel" if joined else "member_left_channel"
    kind = "G" if channel.kind is ChannelKind.PRIVATE else "C"
    event = {"type": name, "channel": channel.id, "channel_type": kind, "team": workspace.team.id}
    return name, event | change.data


def _own_departure(app: App, channel: Channel, change: Change) -> list[tuple[str, Json]]:
    if change.kind is not ChangeKind.MEMBER_LEFT or change.person != app.bot_user_id:
        return []
    name = "group_left" if channel.is_private else "channel_left"
    return [(name, {"type": name, "channel": channel.id, "actor_id": change.person})]


def _reaction(channel: Channel, change: Change) -> tuple[str, Json]:
    data = change.data
    event = {
        "type": change.kind.value,
        "user": data["user"],
        "reaction": data["reaction"],
        "item_user": data["item_user"],
        "item": {"type": "message", "channel": channel.id, "ts": data["ts"]},
    }
    return change.kind.value, event


def _pin(channel: Channel, change: Change) -> list[tuple[str, Json]]:
    message = channel.messages.get(change.data["ts"])
    if message is None:
        return []
    item = {
        "type": "message",
        "channel": channel.id,
        "message": copied(message),
        "created": int(change.at),
        "created_by": change.data["user"],
    }
    event = {
        "type": change.kind.value,
        "user": change.data["user"],
        "channel_id": channel.id,
        "item": item,
        "item_user": message.get("user", ""),
        "pin_count": len(channel.pins),
    }
    return [(change.kind.value, event)]


def _file_shared(channel: Channel, change: Change) -> Json:
    file_id = change.data["file_id"]
    return {
        "type": "file_shared",
        "file_id": file_id,
        "user_id": change.data["user_id"],
        "file": {"id": file_id},
        "channel_id": channel.id,
    }


def _public_news(workspace: Workspace, app: App, channel: Channel, change: Change) -> list[tuple[str, Json]]:
    name = _PUBLIC_NEWS[change.kind]
    if channel.is_direct:
        return []
    if channel.is_private:
        if app.bot_user_id not in channel.members or change.kind is ChangeKind.CHANNEL_CREATED:
            return []
        name = name.replace("channel_", "group_")
    event: Json = {"type": name, "channel": channel.id}
    match change.kind:
        case ChangeKind.CHANNEL_CREATED:
            shape = channel_json(workspace, channel, "")
            shape.pop("is_member")
            event["channel"] = shape
        case ChangeKind.CHANNEL_RENAMED:
            event["channel"] = {"id": channel.id, "name": channel.name, "created": channel.created}
        case _:
            event["user"] = change.data["user"]
    return [(name, event)]


def _home_opened(app: App, change: Change) -> list[tuple[str, Json]]:
    if change.data["app_id"] != app.id:
        return []
    event = {"type": "app_home_opened", "user": change.person, "channel": change.channel, "tab": "home"}
    return [("app_home_opened", event)]


def event_callback(workspace: Workspace, app: App, event: Json) -> Json:
    """The wrapper that every event travels in."""
    now = workspace.stamps.now()
    return {
        "token": app.verification_token,
        "team_id": workspace.team.id,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.stamps.next_id("Ev"),
        "event_time": now,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team.id,
                "user_id": app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{app.id}-{now}",
    }
