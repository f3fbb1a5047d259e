"""One request of the control API, read and looked up."""

import json
from dataclasses import dataclass

from aiohttp import web

from tocsin_practice.elements import Raw
from tocsin_practice.model import Channel, Json, Person, View
from tocsin_practice.workspace import Workspace


class ControlError(Exception):
    """The request cannot be carried out; the text says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """The query or JSON body of a request."""

    body: Json

    @classmethod
    async def read(cls, request: web.Request) -> "Request":
        """Query and body merged.

        Raises:
            ControlError: the body is not a JSON object.
        """
        raw = await request.read()
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            raise ControlError("The body is not JSON.") from None
        if not isinstance(body, dict):
            raise ControlError("The body must be a JSON object.")
        return cls(dict(request.query) | body)

    def text(self, name: str) -> str:
        """A text, empty when it is absent."""
        value = self.body.get(name)
        return "" if value is None else str(value)

    def needed(self, name: str) -> str:
        """A text that must be there.

        Raises:
            ControlError: it is not.
        """
        text = self.text(name)
        if not text:
            raise ControlError(f"`{name}` is missing.")
        return text

    def number(self, name: str, default: float) -> float:
        """A number, `default` when it is absent.

        Raises:
            ControlError: it is no number.
        """
        text = self.text(name)
        try:
            return float(text) if text else default
        except ValueError:
            raise ControlError(f"`{name}` must be a number.") from None

    def flag(self, name: str) -> bool:
        """A boolean, False when it is absent."""
        return self.text(name).lower() in {"1", "true"}

    def raw(self, name: str) -> Raw:
        """What was chosen in an element: a text, a number, or a list of texts."""
        value = self.body.get(name)
        return value if value is None or isinstance(value, str | int | list) else str(value)

    def values(self) -> dict[str, Raw]:
        """A form's values by action id or block id."""
        values = self.body.get("values") or {}
        if not isinstance(values, dict):
            raise ControlError("`values` must be an object.")
        return values

    def person(self, workspace: Workspace) -> Person:
        """The person that `person` names by handle or id.

        Raises:
            ControlError: there is none.
        """
        person = workspace.people.named(self.needed("person"))
        if person is None:
            raise ControlError(f"There is nobody called {self.text('person')}.")
        return person

    def channel(self, workspace: Workspace) -> Channel:
        """The channel that `channel` names by name or id.

        Raises:
            ControlError: there is none.
        """
        channel = workspace.channels.named(self.needed("channel"))
        if channel is None:
            raise ControlError(f"There is no channel {self.text('channel')}.")
        return channel

    def view(self, workspace: Workspace, person: Person) -> View:
        """The form that `view_id` names, or the person's top one.

        Raises:
            ControlError: none is open.
        """
        view_id = self.text("view_id")
        view = workspace.views.get(view_id) if view_id else workspace.views.top(person.id)
        if view is None:
            raise ControlError(f"{person.name} has no form open.")
        return view
