"""chat.*: posting, changing and deleting messages."""

from typing import Final

from tocsin_practice.api.call import Call, Method
from tocsin_practice.elements import copied
from tocsin_practice.model import Channel, ChannelKind, Json
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError
from tocsin_practice.shapes import permalink
from tocsin_practice.validation.message import checked_message

_LONGEST_UPDATE: Final = 4_000
_LONGEST_MARKDOWN: Final = 12_000
_OF_THREAD: Final = frozenset(
    {"reply_count", "reply_users", "reply_users_count", "latest_reply", "is_locked", "subscribed"}
)


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    channel = _target(call)
    call.not_archived(channel)
    fields = checked_message(_content(call)) | _dressing(call)
    if call.args.flag("reply_broadcast") and call.args.text("thread_ts"):
        fields["subtype"] = "thread_broadcast"
    thread_ts = _thread(call, channel)
    message = call.workspace.messages.post_as_app(channel, call.app, fields, thread_ts=thread_ts)
    return {"channel": channel.id, "ts": message["ts"], "message": copied(message)}


def _target(call: Call) -> Channel:
    """The channel by id or name, or a person's direct message, that the bot may write to."""
    name = call.args.needed("channel")
    mine = call.app.bot_user_id
    if call.workspace.people.get(name) is not None:
        return call.workspace.channels.open_direct([mine, name])
    channel = call.workspace.channels.named(name)
    if channel is None or not channel.visible_to(mine):
        raise RefusalError("channel_not_found")
    if mine not in channel.members and not _may_write_uninvited(call, channel):
        raise RefusalError("not_in_channel")
    return channel


def _may_write_uninvited(call: Call, channel: Channel) -> bool:
    return channel.kind is ChannelKind.PUBLIC and "chat:write.public" in call.app.scopes


def _thread(call: Call, channel: Channel) -> str:
    thread_ts = call.args.text("thread_ts")
    parent = channel.messages.get(thread_ts)
    if parent is None:
        return thread_ts
    if parent.get("thread_ts", parent["ts"]) != parent["ts"]:
        return str(parent["thread_ts"])
    return thread_ts


def _content(call: Call) -> Json:
    args = call.args
    content: Json = {
        "text": args.text("text"),
        "blocks": args.structure("blocks", "invalid_blocks_format"),
        "attachments": args.structure("attachments", "invalid_attachments"),
        "metadata": args.structure("metadata", "invalid_metadata_format"),
    }
    markdown = args.text("markdown_text")
    if markdown:
        if content["text"] or content["blocks"]:
            raise RefusalError("markdown_text_conflict")
        if len(markdown) > _LONGEST_MARKDOWN:
            raise RefusalError("msg_too_long")
        content["text"] = markdown
    return {key: value for key, value in content.items() if value}


def _dressing(call: Call) -> Json:
    if "chat:write.customize" not in call.app.scopes or not call.args.text("username"):
        return {}
    return {"username": call.args.text("username"), "subtype": "bot_message"}


def update(call: Call) -> Json:
    """chat.update: only the app's own messages; text without blocks takes the blocks away."""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.get("bot_id") != call.app.bot_id:
        raise RefusalError("cant_update_message")
    if channel.is_archived:
        raise RefusalError("is_inactive")
    if len(call.args.text("text")) > _LONGEST_UPDATE:
        raise RefusalError("msg_too_long")
    fields = _updated_fields(call, message)
    keeps_quiet = bool(fields.get("blocks"))
    changed = call.workspace.messages.edit(
        channel, message, fields, by=call.app.bot_user_id, flagged=not keeps_quiet
    )
    return {
        "channel": channel.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": without_replies(changed),
    }


def without_replies(message: Json) -> Json:
    """A copy of a message without what its thread wrote into it, as some answers show it."""
    return {key: value for key, value in copied(message).items() if key not in _OF_THREAD}


def _updated_fields(call: Call, message: Json) -> Json:
    content = _content(call)
    given = {key: call.args.has(key) for key in ("blocks", "attachments", "metadata")}
    if not content and given["metadata"] and not given["blocks"]:
        return {"metadata": None} if "metadata" in message else {}
    fields = checked_message(content)
    for key in ("blocks", "attachments"):
        emptied = given[key] or (key == "blocks" and "text" in content)
        if key in message and key not in fields and emptied:
            fields[key] = None
    if "text" not in content and message.get("text") and "blocks" in fields:
        fields["text"] = message["text"]
    if given["metadata"] and "metadata" not in fields and "metadata" in message:
        fields["metadata"] = None
    return fields


def delete(call: Call) -> Json:
    """chat.delete: only the app's own messages."""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.get("bot_id") != call.app.bot_id:
        raise RefusalError("cant_delete_message")
    call.workspace.messages.delete(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    channel = _target(call)
    call.not_archived(channel)
    person = call.workspace.people.get(call.args.needed("user"))
    if person is None or person.id not in channel.members:
        raise RefusalError("user_not_in_channel")
    fields = call.workspace.messages.by_app(call.app) | checked_message(_content(call))
    thread_ts = call.args.text("thread_ts")
    ephemeral = call.workspace.messages.whisper(channel, person.id, fields, thread_ts=thread_ts)
    return {"message_ts": ephemeral.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": permalink(call.workspace, channel, message)}


METHODS: Final = {
    "chat.postMessage": Method(post_message, Tier.POST, ("chat:write",)),
    "chat.update": Method(update, Tier.TIER_3, ("chat:write",)),
    "chat.delete": Method(delete, Tier.TIER_3, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, Tier.TIER_4, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink, Tier.SPECIAL),
}
