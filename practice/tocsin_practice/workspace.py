"""The workspace in memory: the one state that the wire, the page, the control API and tests share."""

import time
from collections.abc import Callable
from typing import TypeVar

from tocsin_practice.changes import ChangeFeed, ChangeKind
from tocsin_practice.channels import Channels
from tocsin_practice.files import Files
from tocsin_practice.messages import Messages
from tocsin_practice.model import App, Channel, Json, Person, Preferences, Team, UserGroup, is_hidden_reply
from tocsin_practice.people import People
from tocsin_practice.stamps import Stamps
from tocsin_practice.views import Views

T = TypeVar("T")


class Workspace:
    """A Slack workspace without its wire.

    It belongs to one event loop. `clock` gives seconds since the epoch. Every alteration goes through the
    parts below, and each writes what it did into `changes`.
    """

    def __init__(self, team: Team | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.team = team or Team()
        self.clock = clock
        self.base_url = "http://127.0.0.1"
        self.preferences = Preferences()
        self.changes = ChangeFeed(clock)
        self.stamps = Stamps(clock)
        self.apps: dict[str, App] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.people = People(self.changes, self.stamps)
        self.messages = Messages(self.changes, self.stamps, self.team.id)
        self.channels = Channels(self.changes, self.stamps, self.messages)
        self.views = Views(self.changes, self.stamps, self.team.id)
        self.files = Files(self.changes, self.stamps)

    def install(self, app: App) -> App:
        """Take in an app with its bot user."""
        self.apps[app.id] = app
        handle = app.name.lower().replace(" ", "_")
        self.people.add(
            Person(
                id=app.bot_user_id,
                name=handle,
                real_name=app.name,
                is_bot=True,
                app_id=app.id,
                bot_id=app.bot_id,
            )
        )
        self.changes.append(ChangeKind.APP_INSTALLED, {"app_id": app.id, "name": app.name})
        return app

    def empty(self) -> None:
        """Take everything out but the installed apps and the change feed."""
        for part in (self.people, self.channels, self.messages, self.views, self.files):
            part.forget_all()
        self.usergroups.clear()
        self.preferences = Preferences()
        self.changes.append(ChangeKind.RESET, {})

    def app_by_token(self, token: str) -> App | None:
        """The app that owns a bot or app-level token, or None."""
        return next((app for app in self.apps.values() if token in {app.bot_token, app.app_token}), None)

    def app_of(self, message: Json) -> App | None:
        """The installed app that posted a message, or None for a person's."""
        return self.apps.get(str(message.get("app_id", "")))

    def group_named(self, handle: str) -> UserGroup | None:
        """The user group with this handle (with or without the at sign), or None."""
        plain = handle.removeprefix("@")
        return next((group for group in self.usergroups.values() if group.handle == plain), None)

    def set_preference(self, **changed: str | bool) -> None:
        """Switch preferences by the names of `Preferences`."""
        for name, value in changed.items():
            setattr(self.preferences, name, value)
        self.changes.append(ChangeKind.PREFERENCES_CHANGED, dict(changed))

    def notice(self, person: Person, channel: Channel | None, text: str) -> None:
        """Tell one person what Slack itself would tell them, such as that a command failed."""
        where = channel.id if channel else ""
        self.changes.append(ChangeKind.NOTICE, {"text": text}, channel=where, person=person.id)

    def channels_of(self, person_id: str) -> list[Channel]:
        """The conversations that a person is a member of."""
        return [channel for channel in self.channels if person_id in channel.members]

    def unread(self, person_id: str, channel: Channel) -> int:
        """How many messages of the channel itself this person has not seen."""
        seen = channel.last_read.get(person_id, "")
        unseen = 0
        for ts, message in reversed(channel.messages.items()):
            if ts <= seen:
                break
            unseen += not is_hidden_reply(message)
        return unseen

    async def wait_for(self, look: Callable[[], T | None], *, seconds: float = 5) -> T:
        """Wait until `look`, asked now and after each change, answers with something true.

        Raises:
            NotHeardError: nothing came within `seconds`.
        """
        return await self.changes.wait_for(look, seconds=seconds)
