"""From the workspace to what the column at the left and the head of a conversation show."""

from tocsin_practice.model import Channel, Json, Person, is_hidden_reply
from tocsin_practice.page import mrkdwn
from tocsin_practice.page.header import Heading
from tocsin_practice.page.scene import SYSTEM_SUBTYPES, Author, Scene
from tocsin_practice.page.seat import Seat
from tocsin_practice.page.sidebar import Column, Entry
from tocsin_practice.workspace import Workspace


def column(workspace: Workspace, person: Person, current: Channel, scene: Scene) -> Column:
    """The conversations of a person: joined, direct, with apps, and those open to all."""
    rooms = sorted((c for c in workspace.channels if not c.is_direct), key=lambda c: c.name)
    shown = [c for c in rooms if c.visible_to(person.id) and (not c.is_archived or c is current)]
    others = [other for other in workspace.people if not other.deleted and other is not person]
    return Column(
        joined=[_room(workspace, person, c, current) for c in shown if person.id in c.members],
        direct=[_direct(workspace, person, other, current, scene) for other in others if not other.is_bot],
        apps=[_direct(workspace, person, other, current, scene) for other in others if other.is_bot],
        open_to_all=[_room(workspace, person, c, current) for c in shown if person.id not in c.members],
    )


def _room(workspace: Workspace, person: Person, channel: Channel, current: Channel) -> Entry:
    joined = person.id in channel.members
    unseen = unread(workspace, person, channel) if joined else []
    return Entry(
        channel.id,
        channel.name,
        mark="lock" if channel.is_private else "#",
        unread=bool(unseen),
        mentions=sum(calls_on(message, person) for message in unseen),
        current=channel is current,
    )


def _direct(workspace: Workspace, person: Person, other: Person, current: Channel, scene: Scene) -> Entry:
    channel = existing_direct(workspace, person, other)
    unseen = unread(workspace, person, channel) if channel else []
    return Entry(
        channel.id if channel else other.id,
        other.shown_name,
        unread=bool(unseen),
        mentions=len(unseen),
        current=channel is current,
        other=scene.authors[other.id],
        address="" if channel else scene.viewer.address("d", other.id),
    )


def existing_direct(workspace: Workspace, person: Person, other: Person) -> Channel | None:
    """The direct message of two people, or None while nobody wrote."""
    pair = {person.id, other.id}
    return next((c for c in workspace.channels if c.is_direct and set(c.members) == pair), None)


def unread(workspace: Workspace, person: Person, channel: Channel) -> list[Json]:
    """The messages of the channel itself that somebody else wrote and this person has not seen."""
    if not workspace.unread(person.id, channel):
        return []
    seen = channel.last_read.get(person.id, "")
    fresh: list[Json] = []
    for ts, message in reversed(channel.messages.items()):
        if ts <= seen:
            break
        if is_news(message, person.id):
            fresh.append(message)
    return fresh


def is_news(message: Json, person_id: str) -> bool:
    """Whether a message is one to tell this person of: somebody else wrote it, and not just joined."""
    own, quiet = message.get("user") == person_id, message.get("subtype") in SYSTEM_SUBTYPES
    return not (own or quiet or is_hidden_reply(message))


def calls_on(message: Json, person: Person) -> bool:
    """Whether a message mentions this person, or everybody."""
    words = f"{message.get('text') or ''} {message.get('blocks') or ''}"
    return f"<@{person.id}>" in words or f"<@{person.id}|" in words or mrkdwn.mentioned(words)


def heading(workspace: Workspace, seat: Seat, scene: Scene) -> Heading:
    """What stands above the conversation of a window."""
    channel = seat.channel
    members = [scene.authors[member] for member in channel.members if member in scene.authors]
    people = sorted(members, key=lambda member: (member.is_app, member.name))
    others = [member for member in people if member.id != seat.person.id]
    if not channel.is_direct:
        return Heading(channel.name, private=channel.is_private, members=people)
    other = others[0] if others else scene.authors[seat.person.id]
    title = ", ".join(member.name for member in others) or other.name
    tabs = _tabs(workspace, seat, scene, other)
    return Heading(title, private=True, members=people, other=other, tabs=tabs)


def _tabs(workspace: Workspace, seat: Seat, scene: Scene, other: Author) -> list[tuple[str, str]]:
    app = next((app for app in workspace.apps.values() if app.bot_user_id == other.id), None)
    if app is None or not app.home_tab:
        return []
    home, messages = scene.viewer.address("home", app.id), scene.viewer.address("c", seat.channel.id)
    return [("Home", "" if seat.home_of else home), ("Messages", messages if seat.home_of else "")]
