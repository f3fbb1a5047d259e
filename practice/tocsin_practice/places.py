"""Where an element stands: in a message, or in a form or home tab."""

from dataclasses import dataclass
from typing import TypeAlias

from tocsin_practice.model import Channel, Json, View
from tocsin_practice.views import initial_values


@dataclass(frozen=True, slots=True)
class InMessage:
    """A message that a person sees; `is_ephemeral` when nobody else does."""

    channel: Channel
    message: Json
    person_id: str
    is_ephemeral: bool = False

    @property
    def blocks(self) -> list[Json]:
        """The message's blocks."""
        return self.message.get("blocks") or []

    @property
    def app_id(self) -> str:
        """The app that posted it, or empty."""
        return str(self.message.get("app_id", ""))

    @property
    def key(self) -> str:
        """What tells it from other places."""
        return f"{self.channel.id}/{self.message['ts']}"

    def initial_values(self) -> Json:
        """`state.values` before anyone touches anything."""
        return initial_values(self.message)


@dataclass(frozen=True, slots=True)
class InView:
    """An open form or a home tab."""

    view: View
    channel: None = None

    @property
    def blocks(self) -> list[Json]:
        """The view's blocks."""
        return list(self.view.payload["blocks"])

    @property
    def app_id(self) -> str:
        """The app that opened it."""
        return self.view.app_id

    @property
    def key(self) -> str:
        """What tells it from other places."""
        return self.view.id


Place: TypeAlias = InMessage | InView
