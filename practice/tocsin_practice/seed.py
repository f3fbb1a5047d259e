"""Furnishing a workspace: the people, channels and messages that it starts with."""

from typing import Final

from tocsin_practice.model import App, Channel, ChannelKind, Json, Person, Team, UserGroup
from tocsin_practice.workspace import Workspace

NORTHWIND: Final[Json] = {
    "team": {"name": "Northwind Shop", "domain": "northwind-shop", "email_domain": "northwind.example"},
    "people": [
        {
            "id": "U0ALICE",
            "name": "alice",
            "real_name": "Alice Moreau",
            "title": "Site Reliability Engineer",
            "tz": "Europe/Paris",
            "is_admin": True,
            "color": "9f69e7",
        },
        {
            "id": "U0BOB",
            "name": "bob",
            "real_name": "Bob Okafor",
            "title": "Backend Engineer, Payments",
            "tz": "Europe/London",
            "color": "4bbe2e",
        },
        {
            "id": "U0CAROL",
            "name": "carol",
            "real_name": "Carol Lindqvist",
            "title": "Engineering Manager",
            "tz": "Europe/Stockholm",
            "color": "e7392d",
        },
        {
            "id": "U0DAN",
            "name": "dan",
            "real_name": "Dan Whitfield",
            "title": "Customer Support Lead",
            "tz": "America/New_York",
            "color": "3c989f",
        },
        {
            "id": "U0ERIN",
            "name": "erin",
            "real_name": "Erin Nakamura",
            "title": "Database Engineer",
            "tz": "Asia/Tokyo",
            "color": "674b1b",
        },
    ],
    "channels": [
        {
            "name": "general",
            "is_general": True,
            "purpose": "Announcements and work-wide matters",
            "messages": [
                {"user": "alice", "text": "Good morning. The office in Lyon is closed on Friday."},
                {"user": "carol", "text": "The release train leaves at 14:00 UTC, as every Tuesday."},
            ],
        },
        {
            "name": "incidents",
            "topic": "Every incident is announced here",
            "purpose": "Declared incidents, one message each",
            "messages": [{"user": "carol", "text": "No open incidents. The last one was closed on Tuesday."}],
        },
        {
            "name": "payments-team",
            "purpose": "Checkout, cards, refunds",
            "members": ["alice", "bob", "erin"],
            "messages": [
                {"user": "bob", "text": "Pool size for the payments API is 20 now, as we agreed."},
                {"user": "erin", "text": "Thanks. I am watching connections on the primary this week."},
            ],
        },
        {
            "name": "random",
            "purpose": "Everything else",
            "messages": [{"user": "dan", "text": "There is banana bread in the kitchen."}],
        },
    ],
    "usergroups": [{"handle": "payments-oncall", "name": "Payments on-call", "users": ["bob", "erin"]}],
    "app_channels": ["incidents"],
}
"""The workspace that starts when no other is given. `app_channels` are those that the app is invited to."""


def new_workspace(seed: Json = NORTHWIND) -> Workspace:
    """A furnished workspace, without any app yet."""
    team = Team(**{key: str(value) for key, value in seed.get("team", {}).items()})
    workspace = Workspace(team)
    furnish(workspace, seed)
    return workspace


def furnish(workspace: Workspace, seed: Json) -> None:
    """Put a seed's people, groups and channels into a workspace."""
    for fields in seed.get("people", []):
        address = f"{fields['name']}@{workspace.team.email_domain}"
        workspace.people.add(Person(**({"email": address} | fields)))
    for fields in seed.get("usergroups", []):
        _add_group(workspace, fields)
    for fields in seed.get("channels", []):
        _add_channel(workspace, fields)


def install(workspace: Workspace, app: App, *, channels: list[str] | None = None) -> App:
    """Install an app and invite it to channels by name (default: the seed's own)."""
    workspace.install(app)
    for name in NORTHWIND["app_channels"] if channels is None else channels:
        channel = workspace.channels.named(name)
        if channel is not None:
            workspace.channels.join(channel, app.bot_user_id, inviter=channel.creator)
    return app


def _add_group(workspace: Workspace, fields: Json) -> None:
    group = UserGroup(
        id=workspace.stamps.next_id("S"),
        handle=fields["handle"],
        name=fields["name"],
        users=[_id(workspace, name) for name in fields.get("users", [])],
        created=workspace.stamps.now(),
    )
    workspace.usergroups[group.id] = group


def _add_channel(workspace: Workspace, fields: Json) -> Channel:
    people = [person.id for person in workspace.people]
    members = [_id(workspace, name) for name in fields.get("members", [])] or people
    kind = ChannelKind.PRIVATE if fields.get("is_private") else ChannelKind.PUBLIC
    channel = workspace.channels.create(fields["name"], creator=members[0], kind=kind)
    channel.is_general = bool(fields.get("is_general"))
    channel.members.update(dict.fromkeys(members))
    for what in ("topic", "purpose"):
        note = getattr(channel, what)
        note.value, note.creator, note.last_set = fields.get(what, ""), members[0], channel.created
    for message in fields.get("messages", []):
        workspace.messages.say(channel, workspace.people[_id(workspace, message["user"])], message["text"])
    newest = next(reversed(channel.messages), "")
    channel.last_read = dict.fromkeys(members, newest)
    return channel


def _id(workspace: Workspace, name: str) -> str:
    person = workspace.people.named(name)
    if person is None:
        raise ValueError(f"The seed names {name}, who is not among its people.")
    return person.id
