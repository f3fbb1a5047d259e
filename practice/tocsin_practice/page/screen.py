"""One person's whole screen, drawn from the workspace: every region of the page that can change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin_practice.model import Json, Person, ShortcutKind
from tocsin_practice.page import composer, header, modal, sidebar, timeline
from tocsin_practice.page.columns import column, heading
from tocsin_practice.page.memory import Memory
from tocsin_practice.page.notices import Notices
from tocsin_practice.page.patch import Part, Regions
from tocsin_practice.page.scene import Author, Offer, Scene
from tocsin_practice.page.seat import Seat
from tocsin_practice.page.surface import Choice, Surface
from tocsin_practice.page.viewer import Names, Viewer
from tocsin_practice.workspace import Workspace


def draw(workspace: Workspace, notices: Notices, seat: Seat, memory: Memory | None = None) -> Regions:
    """Every region of the window; messages that `memory` knows are not drawn anew."""
    scene = scene_of(workspace, seat, memory or Memory())
    return {
        "sidebar": sidebar.draw(column(workspace, seat.person, seat.channel, scene), scene.viewer),
        "header": header.draw(seat.channel, heading(workspace, seat, scene), scene),
        "messages": _home(workspace, seat, scene)
        if seat.home_of
        else _messages(notices, workspace, seat, scene),
        "composer": [] if seat.home_of else _composer(workspace, seat, scene),
        "thread": _thread(workspace, seat, replace(scene, in_thread=True)),
        "reply": composer.reply(seat.channel, seat.person.id) if seat.thread else [],
        "modals": _modals(workspace, seat, scene),
    }


def title(workspace: Workspace, seat: Seat) -> str:
    """What the conversation of this window is called."""
    named = heading(workspace, seat, scene_of(workspace, seat, Memory())).title
    return named if seat.channel.is_direct else f"#{named}"


def viewer_of(workspace: Workspace, person: Person) -> Viewer:
    """How this person sees names and times."""
    names = Names(
        people={other.id: other.shown_name for other in workspace.people},
        channels={c.id: c.name for c in workspace.channels if not c.is_direct and c.visible_to(person.id)},
        groups={group.id: group.handle for group in workspace.usergroups.values()},
    )
    return Viewer(person.id, names, workspace.clock(), zone_of(person))


def zone_of(person: Person) -> tzinfo:
    """The person's time zone; UTC if its name is not known on this machine."""
    try:
        return ZoneInfo(person.tz)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def authors_of(workspace: Workspace) -> Mapping[str, Author]:
    """Everybody who can write, by id; an app also by its bot id."""
    authors = {
        person.id: Author(person.id, person.shown_name, person.name, is_app=person.is_bot, title=person.title)
        for person in workspace.people
    }
    bots = {
        app.bot_id: authors[app.bot_user_id] for app in workspace.apps.values() if app.bot_user_id in authors
    }
    return authors | bots


def scene_of(workspace: Workspace, seat: Seat, memory: Memory) -> Scene:
    """What the messages of this window need to be drawn."""
    viewer = viewer_of(workspace, seat.person)
    channel = seat.channel
    joined = seat.person.id in channel.members and not channel.is_archived
    return Scene(
        viewer,
        channel.id,
        authors=authors_of(workspace),
        people=tuple(Choice(p.id, p.shown_name) for p in workspace.people if not (p.is_bot or p.deleted)),
        channels=tuple(Choice(key, f"#{name}") for key, name in viewer.names.channels.items()),
        shortcuts=tuple(offers(workspace, ShortcutKind.MESSAGE)),
        pins={pin.ts: pin for pin in channel.pins},
        file=workspace.files.get,
        writable=joined,
        memory=memory,
    )


def offers(workspace: Workspace, kind: ShortcutKind) -> list[Offer]:
    """The shortcuts of all apps of one kind."""
    return [
        Offer(app.id, app.name, shortcut.callback_id, shortcut.name, shortcut.description)
        for app in workspace.apps.values()
        for shortcut in app.shortcuts
        if shortcut.kind is kind
    ]


def _messages(notices: Notices, workspace: Workspace, seat: Seat, scene: Scene) -> Sequence[Part]:
    private = [item for item in _own(workspace, seat) if not item.get("thread_ts")]
    own = [*private, *notices.of(seat.person.id, seat.channel.id)]
    opening = header.opening(seat.channel, heading(workspace, seat, scene))
    return timeline.channel(seat.channel.top_level(), own, scene, opening, unread_after=seat.unread_after)


def _thread(workspace: Workspace, seat: Seat, scene: Scene) -> Sequence[Part]:
    if not seat.thread:
        return []
    own = [item for item in _own(workspace, seat) if item.get("thread_ts") == seat.thread]
    messages = seat.channel.thread(seat.thread)
    return timeline.thread(messages, own, scene) if messages else []


def _own(workspace: Workspace, seat: Seat) -> list[Json]:
    return [one.message for one in workspace.messages.ephemerals(seat.person.id, seat.channel.id)]


def _composer(workspace: Workspace, seat: Seat, scene: Scene) -> list[Part]:
    named = heading(workspace, seat, scene).title
    name = named if seat.channel.is_direct else f"#{named}"
    return composer.draw(seat.channel, seat.person.id, name, offers(workspace, ShortcutKind.GLOBAL))


def _modals(workspace: Workspace, seat: Seat, scene: Scene) -> list[Part]:
    stack = workspace.views.stack(seat.person.id)
    if not stack:
        return []
    view = stack[-1]
    app = workspace.apps[view.app_id]
    surface = Surface(
        scene.viewer,
        people=scene.people,
        channels=scene.channels,
        values=view.values,
        errors=view.errors,
        scope=view.id,
        channel=view.response_channel or seat.channel.id,
    )
    return [Part(view.id, modal.draw(view, surface, scene.authors[app.bot_user_id], depth=len(stack)))]


def _home(workspace: Workspace, seat: Seat, scene: Scene) -> list[Part]:
    view = workspace.views.home(seat.person.id, seat.home_of)
    if view is None:
        return []
    surface = Surface(
        scene.viewer, people=scene.people, channels=scene.channels, values=view.values, scope=view.id
    )
    return [Part(view.id, modal.home(view, surface))]
