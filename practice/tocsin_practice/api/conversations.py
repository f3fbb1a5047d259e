"""conversations.*: making, naming, describing and closing channels, and who is in them."""

from typing import Final

from tocsin_practice.api.call import Call, Family, Method
from tocsin_practice.model import Channel, ChannelKind, Json
from tocsin_practice.names import check_channel_name
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError, invalid_arguments
from tocsin_practice.shapes import channel_json, last_read_json

_LONGEST_NOTE: Final = 250
_MOST_INVITED: Final = 100
_MOST_DIRECT: Final = 8
_MANAGE: Final = Family.MANAGE.value


def create(call: Call) -> Json:
    """conversations.create."""
    kind = ChannelKind.PRIVATE if call.args.flag("is_private") else ChannelKind.PUBLIC
    call.require("groups:write" if kind is ChannelKind.PRIVATE else "channels:manage")
    check_channel_name(call.workspace, call.args.text("name"))
    if call.workspace.preferences.who_can_create_channels != "everyone":
        raise RefusalError("restricted_action")
    channel = call.workspace.channels.create(call.args.text("name"), creator=call.app.bot_user_id, kind=kind)
    return _with_channel(call, channel, read=True)


def rename(call: Call) -> Json:
    """conversations.rename."""
    channel = _own_room(call)
    call.not_archived(channel)
    if call.args.text("name") != channel.name:
        check_channel_name(call.workspace, call.args.text("name"))
        call.workspace.channels.rename(channel, call.args.text("name"), by=call.app.bot_user_id)
    return _with_channel(call, channel)


def archive(call: Call) -> Json:
    """conversations.archive."""
    channel = _own_room(call)
    if channel.is_archived:
        raise RefusalError("already_archived")
    if channel.is_general:
        raise RefusalError("cant_archive_general")
    call.workspace.channels.archive(channel, by=call.app.bot_user_id)
    return {}


def unarchive(call: Call) -> Json:
    """conversations.unarchive."""
    channel = _own_room(call)
    if not channel.is_archived:
        raise RefusalError("not_archived")
    call.workspace.channels.unarchive(channel, by=call.app.bot_user_id)
    return {}


def _own_room(call: Call) -> Channel:
    channel = call.channel(Family.MANAGE)
    call.room(channel)
    call.membership(channel)
    return channel


def set_topic(call: Call) -> Json:
    """conversations.setTopic."""
    channel = _describable(call, "topic")
    call.workspace.channels.set_topic(channel, call.args.text("topic"), by=call.app.bot_user_id)
    return _with_channel(call, channel)


def set_purpose(call: Call) -> Json:
    """conversations.setPurpose."""
    channel = _describable(call, "purpose")
    call.workspace.channels.set_purpose(channel, call.args.text("purpose"), by=call.app.bot_user_id)
    return _with_channel(call, channel)


def _describable(call: Call, what: str) -> Channel:
    channel = call.channel(Family.MANAGE, suffix="topic")
    call.membership(channel)
    call.not_archived(channel)
    if len(call.args.text(what)) > _LONGEST_NOTE:
        raise RefusalError("too_long")
    return channel


def invite(call: Call) -> Json:
    """conversations.invite: up to 100 people; one that cannot come stops all of them, unless `force`."""
    channel = call.channel(Family.MANAGE, suffix="invites")
    call.room(channel)
    call.membership(channel)
    call.not_archived(channel)
    users = call.args.names("users")
    if not users:
        raise RefusalError("no_user")
    if len(users) > _MOST_INVITED:
        raise invalid_arguments(f"no more than {_MOST_INVITED} users allowed [json-pointer:/users]")
    problems = {user: code for user in users if (code := _invite_problem(call, channel, user))}
    good = [user for user in users if user not in problems]
    if problems and not (good and call.args.flag("force")):
        raise _invite_refusal(problems)
    for user in good:
        call.workspace.channels.join(channel, user, inviter=call.app.bot_user_id)
    return _with_channel(call, channel)


def _invite_problem(call: Call, channel: Channel, user: str) -> str:
    person = call.workspace.people.get(user)
    if person is None or person.deleted:
        return "user_not_found"
    if user == call.app.bot_user_id:
        return "cant_invite_self"
    return "already_in_channel" if user in channel.members else ""


def _invite_refusal(problems: dict[str, str]) -> RefusalError:
    each = [{"user": user, "ok": False, "error": code} for user, code in problems.items()]
    return RefusalError(next(iter(problems.values())), errors=each)


def join(call: Call) -> Json:
    """conversations.join."""
    channel = call.channel()
    call.room(channel)
    call.not_archived(channel)
    if call.app.bot_user_id in channel.members:
        already = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return _with_channel(call, channel) | already
    if channel.is_private:
        raise RefusalError("method_not_supported_for_channel_type")
    call.workspace.channels.join(channel, call.app.bot_user_id)
    return _with_channel(call, channel)


def leave(call: Call) -> Json:
    """conversations.leave."""
    channel = call.channel(Family.MANAGE)
    call.room(channel)
    call.not_archived(channel)
    if channel.is_general:
        raise RefusalError("cant_leave_general")
    if call.app.bot_user_id not in channel.members:
        return {"not_in_channel": True}
    call.workspace.channels.leave(channel, call.app.bot_user_id)
    return {}


def kick(call: Call) -> Json:
    """conversations.kick."""
    channel = _own_room(call)
    person = call.person()
    if person.id == call.app.bot_user_id:
        raise RefusalError("cant_kick_self")
    if channel.is_general:
        raise RefusalError("cant_kick_from_general")
    if person.id not in channel.members:
        raise RefusalError("not_in_channel")
    call.workspace.channels.leave(channel, person.id)
    return {"errors": {}}


def open_direct(call: Call) -> Json:
    """conversations.open: a direct message by its people or by its id."""
    if call.args.has("channel"):
        channel = call.channel(Family.MANAGE)
        if not channel.is_direct:
            raise RefusalError("method_not_supported_for_channel_type")
    else:
        channel = _direct_with(call, call.args.names("users"))
    if call.args.flag("return_im"):
        return {
            "no_op": True,
            "already_open": True,
            "channel": channel_json(call.workspace, channel, call.bot.id),
        }
    return {"channel": {"id": channel.id}}


def _direct_with(call: Call, users: list[str]) -> Channel:
    if not users:
        raise RefusalError("users_list_not_supplied")
    if len(users) > _MOST_DIRECT:
        raise RefusalError("too_many_users")
    call.require("im:write" if len(users) == 1 else "mpim:write")
    for user in users:
        person = call.workspace.people.get(user)
        if person is None:
            raise RefusalError("user_not_found")
        if person.deleted:
            raise RefusalError("user_disabled")
    return call.workspace.channels.open_direct([call.app.bot_user_id, *users])


def mark(call: Call) -> Json:
    """conversations.mark."""
    channel = call.channel(Family.MANAGE)
    call.membership(channel)
    call.workspace.channels.mark_read(channel, call.app.bot_user_id, call.args.needed("ts"))
    return {}


def _with_channel(call: Call, channel: Channel, *, read: bool = False) -> Json:
    shape = channel_json(call.workspace, channel, call.app.bot_user_id)
    return {"channel": shape | (last_read_json(channel, call.app.bot_user_id) if read else {})}


METHODS: Final = {
    "conversations.create": Method(create, Tier.TIER_2, _MANAGE),
    "conversations.rename": Method(rename, Tier.TIER_2, _MANAGE),
    "conversations.archive": Method(archive, Tier.TIER_2, _MANAGE),
    "conversations.unarchive": Method(unarchive, Tier.TIER_2, _MANAGE),
    "conversations.setTopic": Method(
        set_topic, Tier.TIER_2, (*_MANAGE, "channels:write.topic", "groups:write.topic")
    ),
    "conversations.setPurpose": Method(
        set_purpose, Tier.TIER_2, (*_MANAGE, "channels:write.topic", "groups:write.topic")
    ),
    "conversations.invite": Method(
        invite, Tier.TIER_3, (*_MANAGE, "channels:write.invites", "groups:write.invites")
    ),
    "conversations.join": Method(join, Tier.TIER_3, ("channels:join",)),
    "conversations.leave": Method(leave, Tier.TIER_3, _MANAGE),
    "conversations.kick": Method(kick, Tier.TIER_3, _MANAGE),
    "conversations.open": Method(open_direct, Tier.TIER_3, _MANAGE),
    "conversations.mark": Method(mark, Tier.TIER_3, _MANAGE),
}
