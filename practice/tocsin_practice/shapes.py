"""People, channels, files and the team as the Web API writes them."""

import datetime as dt
import zoneinfo

from tocsin_practice.model import App, Channel, ChannelKind, File, Json, Note, Person, UserGroup
from tocsin_practice.workspace import Workspace


def person_json(workspace: Workspace, person: Person, *, with_email: bool = True) -> Json:
    """The `user` object; the address only for those with `users:read.email`."""
    team_id = workspace.team.id
    offset = tz_offset(person.tz, workspace.clock())
    return {
        "id": person.id,
        "team_id": team_id,
        "name": person.name,
        "deleted": person.deleted,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": offset,
        "profile": profile_json(person, with_email=with_email) | {"team": team_id},
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
        "is_email_confirmed": not person.is_bot,
    }


def profile_json(person: Person, *, with_email: bool = True) -> Json:
    """The `profile` object."""
    first, _, last = person.real_name.partition(" ")
    profile = {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "first_name": first,
        "last_name": last,
    }
    if person.is_bot:
        return profile | {"bot_id": person.bot_id, "api_app_id": person.app_id, "always_active": True}
    return profile | ({"email": person.email} if with_email and person.email else {})


def tz_offset(tz: str, at: float) -> int:
    """Seconds east of UTC in a time zone at a moment; 0 for a zone that this machine does not know."""
    try:
        zone = zoneinfo.ZoneInfo(tz)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return 0
    offset = dt.datetime.fromtimestamp(at, zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def note_json(note: Note) -> Json:
    """A topic or purpose."""
    return {"value": note.value, "creator": note.creator, "last_set": note.last_set}


def channel_json(workspace: Workspace, channel: Channel, viewer_id: str) -> Json:
    """The `channel` object as one member or outsider sees it."""
    if channel.kind is ChannelKind.IM:
        return _direct_json(workspace, channel, viewer_id)
    shape: Json = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_im": False,
        "is_mpim": channel.kind is ChannelKind.MPIM,
        "is_private": channel.is_private,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "unlinked": 0,
        "name_normalized": channel.name,
        "is_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": workspace.team.id,
        "updated": channel.created * 1000,
        "creator": channel.creator,
        "is_ext_shared": False,
        "shared_team_ids": [workspace.team.id],
        "pending_connected_team_ids": [],
        "is_member": viewer_id in channel.members,
        "topic": note_json(channel.topic),
        "purpose": note_json(channel.purpose),
        "previous_names": channel.previous_names,
    }
    return shape


def last_read_json(channel: Channel, viewer_id: str) -> Json:
    """The key that members get besides: how far they have read."""
    if viewer_id not in channel.members:
        return {}
    return {"last_read": channel.last_read.get(viewer_id, "0000000000.000000")}


def _direct_json(workspace: Workspace, channel: Channel, viewer_id: str) -> Json:
    others = [member for member in channel.members if member != viewer_id]
    return {
        "id": channel.id,
        "created": channel.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
        "updated": channel.created * 1000,
        "user": others[0] if others else viewer_id,
    }


def file_json(workspace: Workspace, file: File) -> Json:
    """The `file` object."""
    address = f"{workspace.base_url}/files/{file.id}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.capitalize(),
        "user": file.owner,
        "user_team": workspace.team.id,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": address,
        "channels": list(file.channels),
        "groups": [],
        "ims": [],
        "file_access": "visible",
        **({"alt_txt": file.alt_txt} if file.alt_txt else {}),
    }


def team_json(workspace: Workspace) -> Json:
    """The `team` object."""
    team = workspace.team
    return {
        "id": team.id,
        "name": team.name,
        "url": team_url(workspace),
        "domain": team.domain,
        "email_domain": team.email_domain,
        "icon": {"image_default": True},
        "avatar_base_url": "https://ca.slack-edge.com/",
        "is_verified": False,
    }


def team_url(workspace: Workspace) -> str:
    """The workspace's address, with the slash that Slack ends it with."""
    return f"{workspace.base_url}/"


def permalink(workspace: Workspace, channel: Channel, message: Json) -> str:
    """The address of a message; the page opens it."""
    plain = f"{workspace.base_url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    thread_ts = message.get("thread_ts")
    if thread_ts is None or thread_ts == message["ts"]:
        return plain
    return f"{plain}?thread_ts={thread_ts}&cid={channel.id}"


def group_json(workspace: Workspace, group: UserGroup) -> Json:
    """The `usergroup` object, without its people."""
    return {
        "id": group.id,
        "team_id": workspace.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.created,
        "date_delete": 0,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": group.created_by,
        "updated_by": group.created_by,
        "prefs": {"channels": [], "groups": []},
        "channel_count": 0,
        "user_count": len(group.users),
    }


def bot_json(app: App) -> Json:
    """The `bot` object of bots.info."""
    return {
        "id": app.bot_id,
        "deleted": False,
        "name": app.name,
        "updated": 0,
        "app_id": app.id,
        "user_id": app.bot_user_id,
        "icons": {},
    }
