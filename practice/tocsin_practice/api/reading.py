"""conversations.* and users.conversations: looking at channels, their members and their messages."""

import re
from typing import Final

from tocsin_practice.api.call import Call, Family, Method, scope_for
from tocsin_practice.api.paging import page
from tocsin_practice.model import Channel, ChannelKind, Json
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError
from tocsin_practice.shapes import channel_json, last_read_json

_TS: Final = re.compile(r"\d+(\.\d+)?")
_THREAD_LIMIT: Final = 1000


def list_channels(call: Call) -> Json:
    """conversations.list."""
    kinds = _kinds(call)
    mine = call.app.bot_user_id
    shown = [
        channel_json(call.workspace, channel, mine)
        | ({} if channel.is_direct else {"num_members": len(channel.members)})
        for channel in call.workspace.channels
        if channel.kind in kinds
        and channel.visible_to(mine)
        and not (channel.is_archived and call.args.flag("exclude_archived"))
    ]
    part, more = page(shown, call.args, most=1000)
    return {"channels": part} | more


def users_conversations(call: Call) -> Json:
    """users.conversations: those of the bot, or those of a person that the bot can see."""
    kinds, mine = _kinds(call), call.app.bot_user_id
    whose = call.args.text("user") or mine
    shown = [
        channel_json(call.workspace, channel, mine)
        for channel in call.workspace.channels_of(whose)
        if channel.kind in kinds
        and channel.visible_to(mine)
        and not (channel.is_archived and call.args.flag("exclude_archived"))
    ]
    for shape in shown:
        shape.pop("is_member", None)
    part, more = page(shown, call.args)
    return {"channels": part} | more


def _kinds(call: Call) -> set[ChannelKind]:
    names = call.args.names("types") or [ChannelKind.PUBLIC.value]
    try:
        kinds = {ChannelKind(name) for name in names}
    except ValueError:
        raise RefusalError("invalid_types") from None
    for kind in sorted(kinds):
        call.require(scope_for(Family.READ, kind))
    return kinds


def info(call: Call) -> Json:
    """conversations.info."""
    channel = call.channel(Family.READ)
    mine = call.app.bot_user_id
    shape = channel_json(call.workspace, channel, mine) | last_read_json(channel, mine)
    if call.args.flag("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"channel": shape}


def members(call: Call) -> Json:
    """conversations.members."""
    channel = call.channel(Family.READ)
    part, more = page(list(channel.members), call.args)
    return {"members": part} | more


def history(call: Call) -> Json:
    """conversations.history: newest first."""
    channel = call.channel(Family.HISTORY)
    call.membership(channel)
    found = [m for m in reversed(channel.top_level()) if _within(call, m["ts"])]
    part, more = page(found, call.args)
    rest = more if more["response_metadata"]["next_cursor"] else {}
    shown = [_shown(call, m) for m in part]
    return {"messages": shown, "has_more": bool(rest), "pin_count": len(channel.pins)} | rest


def replies(call: Call) -> Json:
    """conversations.replies: the parent, then the replies, oldest first."""
    channel = call.channel(Family.HISTORY)
    call.membership(channel)
    parent_ts = _parent_ts(channel, call.args.needed("ts"))
    thread = channel.thread(parent_ts)
    found = [m for m in thread if m["ts"] == parent_ts or _within(call, m["ts"])]
    part, more = page(found, call.args, default=_THREAD_LIMIT, most=_THREAD_LIMIT)
    rest = more if more["response_metadata"]["next_cursor"] else {}
    return {"messages": [_shown(call, m) for m in part], "has_more": bool(rest)} | rest


def _parent_ts(channel: Channel, ts: str) -> str:
    message = channel.messages.get(ts)
    if message is None:
        raise RefusalError("thread_not_found")
    return str(message.get("thread_ts", ts))


def _within(call: Call, ts: str) -> bool:
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    inclusive = call.args.flag("inclusive")
    at = float(ts)
    too_old = bool(oldest) and (at < oldest or (at == oldest and not inclusive))
    too_new = bool(latest) and (at > latest or (at == latest and not inclusive))
    return not too_old and not too_new


def _bound(call: Call, name: str) -> float:
    text = call.args.text(name)
    if text and not _TS.fullmatch(text):
        raise RefusalError(f"invalid_ts_{name}")
    return float(text) if text else 0.0


def _shown(call: Call, message: Json) -> Json:
    if "metadata" not in message or call.args.flag("include_all_metadata"):
        return message
    return {key: value for key, value in message.items() if key != "metadata"}


METHODS: Final = {
    "conversations.list": Method(list_channels, Tier.TIER_2, Family.READ.value),
    "conversations.info": Method(info, Tier.TIER_3, Family.READ.value),
    "conversations.members": Method(members, Tier.TIER_4, Family.READ.value),
    "conversations.history": Method(history, Tier.TIER_3, Family.HISTORY.value),
    "conversations.replies": Method(replies, Tier.TIER_3, Family.HISTORY.value),
    "users.conversations": Method(users_conversations, Tier.TIER_3, Family.READ.value),
}
