"""A call's arguments, wherever they came from: query, form and JSON merged, in all the forms Slack takes."""

import json
from collections.abc import Mapping

from aiohttp import web

from tocsin_practice.model import Json
from tocsin_practice.refusals import RefusalError, invalid_arguments


class Args:
    """Typed access to the arguments of one call."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def as_json(self) -> Json:
        """Everything that was given."""
        return dict(self._values)

    def has(self, name: str) -> bool:
        """Whether the argument was given, even if empty."""
        return self._values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A text, `default` when it is absent."""
        value = self._values.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """A text that must not be absent or empty.

        Raises:
            RefusalError: invalid_arguments.
        """
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name} [json-pointer:/{name}]")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean in any of Slack's forms: true, 1, "true", "1"."""
        value = self._values.get(name)
        if value is None or value == "":
            return default
        return value is True or str(value).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """A whole number, `default` when it is absent.

        Raises:
            RefusalError: invalid_arguments.
        """
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def names(self, name: str) -> list[str]:
        """A list, given as one or as `a,b`."""
        value = self._values.get(name)
        if value is None:
            return []
        items = value if isinstance(value, list) else str(value).split(",")
        return [str(item).strip() for item in items if str(item).strip()]

    def structure(self, name: str, refusal: str = "invalid_arguments") -> object:
        """A list or object, given as one or as JSON text; None when it is absent.

        Raises:
            RefusalError: `refusal`, when the text is not JSON.
        """
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise RefusalError(refusal) from None


async def read_arguments(request: web.Request) -> Json:
    """The arguments of an HTTP request.

    Raises:
        RefusalError: invalid_json, json_not_object or invalid_form_data.
    """
    arguments: Json = dict(request.query)
    if not request.body_exists:
        return arguments
    if request.content_type == "application/json":
        arguments |= await _json_body(request)
    elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form = await request.post()
        arguments |= {key: value for key, value in form.items() if isinstance(value, str)}
    return arguments


async def _json_body(request: web.Request) -> Json:
    raw = await request.read()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise RefusalError("invalid_json") from None
    if not isinstance(body, dict):
        raise RefusalError("json_not_object")
    return body
