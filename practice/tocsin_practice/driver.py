"""People to drive in tests: each act over the real wire, each wait on the change feed."""

from collections.abc import Callable
from typing import TypeVar

from tocsin_practice.changes import NotHeardError
from tocsin_practice.elements import Raw, every_element
from tocsin_practice.model import App, Channel, Json, Person, View
from tocsin_practice.outcomes import Outcome
from tocsin_practice.places import InMessage, InView, Place
from tocsin_practice.reading import said, view_text
from tocsin_practice.server import Practice
from tocsin_practice.site import Site
from tocsin_practice.trouble import FaultKind, InjectedFault
from tocsin_practice.workspace import Workspace

T = TypeVar("T")

_SHOWN_WHEN_MISSED = 8

SECONDS = 5.0
"""How long a wait lasts unless told otherwise."""


class PracticeDriver:
    """A running practice workspace as a test sees it."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice

    @property
    def site(self) -> Site:
        """All its parts."""
        return self.practice.site

    @property
    def workspace(self) -> Workspace:
        """The state."""
        return self.site.workspace

    @property
    def app(self) -> App:
        """The installed app (the first, if there are several)."""
        return next(iter(self.workspace.apps.values()))

    @property
    def api_url(self) -> str:
        """What goes into `base_url` of slack_sdk, with the slash at its end."""
        return f"{self.workspace.base_url}/api/"

    def environment(self) -> dict[str, str]:
        """The variables that point an app's process here."""
        return {
            "SLACK_BOT_TOKEN": self.app.bot_token,
            "SLACK_APP_TOKEN": self.app.app_token,
            "SLACK_SIGNING_SECRET": self.app.signing_secret,
            "SLACK_API_URL": self.api_url,
        }

    def person(self, name: str) -> "PersonDriver":
        """Somebody to drive, by handle; made up when nobody is called that."""
        person = self.workspace.people.named(name) or self.workspace.people.create(name)
        return PersonDriver(self, person)

    def channel(self, name: str) -> Channel:
        """The channel with this name or id.

        Raises:
            LookupError: there is none.
        """
        channel = self.workspace.channels.named(name)
        if channel is None:
            names = ", ".join(c.name for c in self.workspace.channels if not c.is_direct)
            raise LookupError(f"There is no channel {name}. There are: {names}.")
        return channel

    # Waiting

    async def until(self, look: Callable[[], T | None], *, seconds: float = SECONDS) -> T:
        """Wait until `look` answers with something true; asked now and after each change."""
        return await self.workspace.wait_for(look, seconds=seconds)

    async def connected(self, connections: int = 1, *, seconds: float = 20) -> None:
        """Wait until the app holds this many Socket Mode connections."""
        await self.until(lambda: self.site.sockets.count(self.app.id) >= connections, seconds=seconds)

    async def new_channel(self, prefix: str, *, seconds: float = SECONDS) -> Channel:
        """Wait for the newest channel whose name begins so (with or without `#`)."""
        plain = prefix.removeprefix("#")

        def look() -> Channel | None:
            found = [c for c in self.workspace.channels if not c.is_direct and c.name.startswith(plain)]
            return found[-1] if found else None

        return await self.until(look, seconds=seconds)

    async def message(
        self,
        *,
        channel: Channel | str,
        contains: str = "",
        user: str = "",
        thread_ts: str | None = None,
        after: str = "",
        seconds: float = SECONDS,
    ) -> Json:
        """Wait for the newest message that says `contains` (in its text or blocks).

        The channel need not be there yet. `user` is a handle or id; `thread_ts` narrows it to one thread, `after` to later messages by ts.
        """
        author = self._id(user)

        def look() -> Json | None:
            found = self.workspace.channels.named(channel) if isinstance(channel, str) else channel
            for message in reversed(found.messages.values()) if found else ():
                fits = contains in said(message) and message["ts"] > after
                by_them = author in {"", message.get("user")}
                if fits and by_them and thread_ts in {None, message.get("thread_ts")}:
                    return message
            return None

        try:
            return await self.until(look, seconds=seconds)
        except NotHeardError as error:
            raise NotHeardError(self._missed(channel, contains)) from error

    def _missed(self, channel: Channel | str, contains: str) -> str:
        name = channel if isinstance(channel, str) else channel.name
        known = self.workspace.channels.named(name)
        last = [said(message) for message in known.messages.values()][-_SHOWN_WHEN_MISSED:] if known else []
        return f"Nobody said {contains!r} in {name}. The last messages there: {last}"

    def messages(self, channel: Channel | str) -> list[Json]:
        """All messages of a channel, replies included, oldest first."""
        return list(self._channel(channel).messages.values())

    def _channel(self, channel: Channel | str) -> Channel:
        return self.channel(channel) if isinstance(channel, str) else channel

    def _id(self, user: str) -> str:
        person = self.workspace.people.named(user) if user else None
        return person.id if person else user

    # Trouble

    def latency(self, seconds: float, method: str = "*") -> None:
        """Let each call of a method (or of all) take so long."""
        self.site.trouble.set_latency(seconds, method)

    def fault(
        self, method: str, kind: FaultKind, *, times: int = 1, after: int = 0, status: int = 503
    ) -> None:
        """Let the next `times` calls of a method fail, after `after` good ones."""
        self.site.trouble.inject(
            InjectedFault(method=method, kind=kind, times=times, after=after, status=status)
        )


class PersonDriver:
    """One person of the workspace. Channels are given by name, id or object."""

    def __init__(self, practice: PracticeDriver, person: Person) -> None:
        self._practice = practice
        self.person = person

    @property
    def id(self) -> str:
        """The person's id."""
        return self.person.id

    @property
    def mention(self) -> str:
        """How a text mentions them."""
        return f"<@{self.person.id}>"

    # Acts

    async def command(self, name: str, text: str = "", *, channel: Channel | str = "general") -> Outcome:
        """Send a slash command."""
        where = self._channel(channel)
        return await self._practice.site.acts.command(self.person, where, f"{name} {text}".strip())

    def say(self, text: str, *, channel: Channel | str, thread_ts: str = "") -> Json:
        """Post a message; it is returned.

        Raises:
            AssertionError: Slack would not let them.
        """
        where = self._channel(channel)
        outcome = self._practice.site.acts.say(self.person, where, text, thread_ts=thread_ts)
        if outcome.message is None:
            raise AssertionError(outcome.text)
        return outcome.message

    async def press(
        self,
        action_id: str,
        *,
        in_channel: Channel | str,
        value: Raw = None,
        ts: str = "",
        block_id: str = "",
        seconds: float = SECONDS,
    ) -> Outcome:
        """Wait for the newest message (or the one with this ts) that has this button or menu, and use it."""
        channel = self._channel(in_channel)

        def look() -> InMessage | None:
            newest_first = reversed(self._places(channel))
            fitting = (place for place in newest_first if ts in {"", place.message["ts"]})
            return next((place for place in fitting if _offers(place, action_id, block_id)), None)

        place = await self._practice.until(look, seconds=seconds)
        return await self._practice.site.acts.press(self.person, place, action_id, value, block_id=block_id)

    async def press_in_view(self, view: View | str, action_id: str, value: Raw = None) -> Outcome:
        """Use a button or menu in an open form or home tab."""
        place = InView(self._view(view))
        return await self._practice.site.acts.press(self.person, place, action_id, value)

    async def submit(self, view: View | str, values: dict[str, Raw] | None = None) -> Outcome:
        """Fill in fields by action id or block id and send the form."""
        return await self._practice.site.acts.submit(self.person, self._view(view), values)

    async def close(self, view: View | str, *, all_of_them: bool = False) -> Outcome:
        """Dismiss a form."""
        return await self._practice.site.acts.close(self.person, self._view(view), all_of_them=all_of_them)

    async def message_shortcut(self, callback_id: str, *, channel: Channel | str, ts: str) -> Outcome:
        """Run a message shortcut."""
        where = self._channel(channel)
        return await self._practice.site.acts.message_shortcut(self.person, callback_id, where, ts)

    async def global_shortcut(self, callback_id: str) -> Outcome:
        """Run a global shortcut."""
        return await self._practice.site.acts.global_shortcut(self.person, callback_id)

    def react(self, emoji: str, *, channel: Channel | str, ts: str) -> Outcome:
        """Add a reaction, or take it back."""
        return self._practice.site.acts.react(self.person, self._channel(channel), ts, emoji)

    def join(self, channel: Channel | str) -> Outcome:
        """Join a public channel."""
        return self._practice.site.acts.join(self.person, self._channel(channel))

    # What they see

    async def view(self, contains: str = "", *, callback_id: str = "", seconds: float = SECONDS) -> View:
        """Wait until the form on top says `contains` (and has this callback id)."""

        def look() -> View | None:
            top = self._practice.workspace.views.top(self.id)
            if top is None or callback_id not in {"", top.payload["callback_id"]}:
                return None
            return top if contains in view_text(top.payload) else None

        return await self._practice.until(look, seconds=seconds)

    async def ephemeral(
        self, contains: str = "", *, channel: Channel | str = "", seconds: float = SECONDS
    ) -> Json:
        """Wait for the newest message that only they see."""
        where = self._channel(channel).id if channel else ""

        def look() -> Json | None:
            mine = self._practice.workspace.messages.ephemerals(self.id, where)
            found = (e.message for e in reversed(mine) if contains in said(e.message))
            return next(found, None)

        return await self._practice.until(look, seconds=seconds)

    async def direct_message(self, contains: str = "", *, seconds: float = SECONDS) -> Json:
        """Wait for the newest message of the app in their direct message with it."""
        app = self._practice.app
        channel = self._practice.workspace.channels.open_direct([self.id, app.bot_user_id])
        return await self._practice.message(
            channel=channel, contains=contains, user=app.bot_user_id, seconds=seconds
        )

    def is_in(self, channel: Channel | str) -> bool:
        """Whether they are a member."""
        return self.id in self._channel(channel).members

    def _channel(self, channel: Channel | str) -> Channel:
        return self._practice.channel(channel) if isinstance(channel, str) else channel

    def _view(self, view: View | str) -> View:
        found = view if isinstance(view, View) else self._practice.workspace.views.get(view)
        if found is None:
            raise LookupError(f"The form {view} is not open.")
        return found

    def _places(self, channel: Channel) -> list[InMessage]:
        mine = self._practice.workspace.messages.ephemerals(self.id, channel.id)
        shown = [InMessage(channel, e.message, self.id, is_ephemeral=True) for e in mine]
        shown += [InMessage(channel, m, self.id) for m in channel.messages.values()]
        return sorted(shown, key=lambda place: str(place.message["ts"]))


def _offers(place: Place, action_id: str, block_id: str) -> bool:
    every = every_element(place.blocks)
    return any(f.action_id == action_id and block_id in {"", f.block_id} for f in every)
