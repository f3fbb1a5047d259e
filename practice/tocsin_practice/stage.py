"""A running practice workspace as a test sees it: what is there, waiting for what comes, trouble."""

from collections.abc import Callable
from typing import TypeVar

from tocsin_practice.changes import NotHeardError
from tocsin_practice.model import App, Channel, Json
from tocsin_practice.reading import said
from tocsin_practice.server import Practice
from tocsin_practice.site import Site
from tocsin_practice.trouble import FaultKind, InjectedFault
from tocsin_practice.workspace import Workspace

T = TypeVar("T")

_SHOWN_WHEN_MISSED = 8
SECONDS = 20.0
"""How long a wait lasts unless told otherwise."""


class Stage:
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

        The channel need not be there yet. `user` is a handle or id; `thread_ts` narrows it to one thread,
        `after` to later messages by ts.

        Raises:
            NotHeardError: nothing came within `seconds`; the text shows the channel's last messages.
        """
        author = self._id(user)

        def look() -> Json | None:
            found = self.workspace.channels.named(channel) if isinstance(channel, str) else channel
            for message in reversed(list(found.messages.values()) if found else []):
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
