"""A form that was sent, as it was read; and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from slack_sdk.models.views import View

from handlers.messages.acts import unpacked
from handlers.messages.parts import Message
from handlers.views.fields import Field, entered
from handlers.views.forms import Form
from handlers.wire import Json
from incidents.errors import IncidentError, Refused
from incidents.model import RoomId


@dataclass(frozen=True, slots=True)
class Reply:
    """What becomes of a form: it closes, shows complaints under its fields, or is drawn anew.

    Attributes:
        message: what the one who sent it is told besides.
    """

    errors: Mapping[Field, IncidentError] = field(default_factory=dict)
    view: View | None = None
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent.

    Attributes:
        about: what the form carried.
        said: what was entered.
        known: the fields that it has.
    """

    form: Form
    about: Mapping[str, str]
    said: Mapping[Field, str]
    known: tuple[Field, ...]

    @classmethod
    def read(cls, view: Json) -> Sent:
        """From Slack's payload. Raises Refused if the form is none of ours any more."""
        name = str(view.get("callback_id") or "")
        if name not in set(Form):
            raise Refused("This form is from another time. Nothing was changed. Close it and open it again.")
        blocks = [str(b.get("block_id")) for b in view.get("blocks") or [] if b.get("type") == "input"]
        known = tuple(Field(b) for b in blocks if b in set(Field))
        return cls(Form(name), unpacked(str(view.get("private_metadata") or "")), entered(view), known)

    @property
    def room(self) -> RoomId | None:
        """The channel in which the form was opened."""
        room = self.about.get("room")
        return RoomId(room) if room else None

    @property
    def since(self) -> datetime | None:
        """Since when the incident's status stood as the form showed it."""
        text = self.about.get("since", "")
        return datetime.fromtimestamp(int(text), UTC) if text.isdigit() else None
