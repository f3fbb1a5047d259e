"""The payloads of interactions, in Slack's shape."""

from tocsin_practice.elements import copied
from tocsin_practice.model import App, Channel, ChannelKind, Json, Person, Team, View


def channel_name(channel: Channel) -> str:
    """The name that interaction payloads give for a conversation."""
    match channel.kind:
        case ChannelKind.IM:
            return "directmessage"
        case ChannelKind.PRIVATE:
            return "privategroup"
        case ChannelKind.PUBLIC | ChannelKind.MPIM:
            return channel.name


def common(kind: str, team: Team, app: App, person: Person) -> Json:
    """The keys that every interaction carries."""
    return {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": team.id},
        "api_app_id": app.id,
        "token": app.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_part(channel: Channel) -> Json:
    """The short form of a channel."""
    return {"id": channel.id, "name": channel_name(channel)}


def command(team: Team, app: App, person: Person, channel: Channel, name: str, text: str) -> Json:
    """A slash command's payload, without trigger id and response URL."""
    return {
        "token": app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
    }


def view_part(view: View) -> Json:
    """A view as interactions show it: with everything entered so far."""
    return copied(view.payload) | {"state": {"values": copied(view.values)}}


def message_part(message: Json) -> Json:
    """A message as interactions show it, as it is now."""
    return copied(message)


def message_container(channel: Channel, message: Json, *, is_ephemeral: bool) -> Json:
    """Where a pressed element stands, for a message."""
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": is_ephemeral,
    }
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    return container
