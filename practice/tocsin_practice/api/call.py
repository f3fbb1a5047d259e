"""One call of the Web API: who calls, with what, and what they may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from tocsin_practice.api.arguments import Args
from tocsin_practice.model import App, Channel, ChannelKind, Json, Person
from tocsin_practice.ratelimits import Tier
from tocsin_practice.refusals import RefusalError
from tocsin_practice.site import Site
from tocsin_practice.workspace import Workspace


class Family(Enum):
    """Scopes that differ by the kind of channel: public, private, direct, direct with several."""

    MANAGE = ("channels:manage", "groups:write", "im:write", "mpim:write")
    READ = ("channels:read", "groups:read", "im:read", "mpim:read")
    HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


_KINDS: Final = (ChannelKind.PUBLIC, ChannelKind.PRIVATE, ChannelKind.IM, ChannelKind.MPIM)
_SUFFIXED: Final = frozenset({"channels:manage", "groups:write"})


def scope_for(family: Family, kind: ChannelKind) -> str:
    """The scope of a family that a kind of channel asks for."""
    return family.value[_KINDS.index(kind)]


@dataclass(frozen=True, slots=True)
class Call:
    """A call on its way through a method."""

    site: Site
    app: App
    args: Args

    @property
    def workspace(self) -> Workspace:
        """The workspace that is called."""
        return self.site.workspace

    @property
    def bot(self) -> Person:
        """The calling app's bot user."""
        return self.workspace.people[self.app.bot_user_id]

    def require(self, *any_of: str) -> None:
        """Go on only with one of these scopes.

        Raises:
            RefusalError: missing_scope.
        """
        require_scope(self.app, any_of)

    def channel(self, family: Family | None = None, *, name: str = "channel", suffix: str = "") -> Channel:
        """The channel that an argument names by id; it must be visible to the bot and within its scopes.

        `suffix` names the narrower scope that does as well (`invites` for `channels:write.invites`).

        Raises:
            RefusalError: channel_not_found, missing_scope, invalid_arguments.
        """
        channel = self.workspace.channels.get(self.args.needed(name))
        if channel is None or not channel.visible_to(self.app.bot_user_id):
            raise RefusalError("channel_not_found")
        if family is not None:
            self._require_family(family, channel.kind, suffix)
        return channel

    def _require_family(self, family: Family, kind: ChannelKind, suffix: str) -> None:
        scope = scope_for(family, kind)
        narrower = {
            "channels:manage": f"channels:write.{suffix}",
            "groups:write": f"groups:write.{suffix}",
        }
        self.require(scope, *([narrower[scope]] if suffix and scope in _SUFFIXED else []))

    def membership(self, channel: Channel) -> None:
        """Go on only as a member.

        Raises:
            RefusalError: not_in_channel.
        """
        if self.app.bot_user_id not in channel.members:
            raise RefusalError("not_in_channel")

    def not_archived(self, channel: Channel) -> None:
        """Go on only in a channel that is open.

        Raises:
            RefusalError: is_archived.
        """
        if channel.is_archived:
            raise RefusalError("is_archived")

    def room(self, channel: Channel) -> None:
        """Go on only in a channel, not in a direct message.

        Raises:
            RefusalError: method_not_supported_for_channel_type.
        """
        if channel.is_direct:
            raise RefusalError("method_not_supported_for_channel_type")

    def person(self, name: str = "user") -> Person:
        """The person that an argument names by id.

        Raises:
            RefusalError: user_not_found, invalid_arguments.
        """
        person = self.workspace.people.get(self.args.needed(name))
        if person is None:
            raise RefusalError("user_not_found")
        return person

    def message(self, channel: Channel, name: str = "timestamp") -> Json:
        """The message that an argument names by ts.

        Raises:
            RefusalError: message_not_found, invalid_arguments.
        """
        message = channel.messages.get(self.args.needed(name))
        if message is None:
            raise RefusalError("message_not_found")
        return message


Handler: TypeAlias = Callable[[Call], Json]


class TokenKind(Enum):
    """Which token a method takes."""

    BOT = "bot"
    APP = "app-level"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Web API. `scopes`: any one of them lets the call through; none: no scope needed."""

    handler: Handler
    tier: Tier
    scopes: tuple[str, ...] = ()
    token: TokenKind = TokenKind.BOT


def require_scope(app: App, any_of: Iterable[str]) -> None:
    """Go on only if the app has one of these scopes; with none named, always.

    Raises:
        RefusalError: missing_scope with `needed` and `provided`.
    """
    wanted = tuple(any_of)
    if wanted and not app.scopes.intersection(wanted):
        provided = ",".join(sorted(app.scopes))
        raise RefusalError("missing_scope", needed=",".join(wanted), provided=provided)
