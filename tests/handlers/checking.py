"""What Slack would say of a message or a form: the SDK's own checks and the practice workspace's."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, BlockElement
from slack_sdk.models.views import View

from handlers.messages.parts import Message
from handlers.wire import Json
from tocsin_practice.validation.message import checked_message
from tocsin_practice.validation.view import checked_view

MENTIONS = ("<!channel>", "<!here>", "<!everyone>")


def check(message: Message) -> Json:
    """The payload, if Slack would take it."""
    payload = message.payload()
    assert len(payload["text"]) <= 4000
    checked_message(payload)
    for block in payload["blocks"]:
        Block.parse(block).validate_json()  # type: ignore[union-attr] # a block of an unknown type fails here
        for element in _elements(block):
            BlockElement.parse(element).validate_json()  # type: ignore[union-attr] # as above
    return payload


def check_view(view: View) -> Json:
    """The view, if Slack would take it."""
    payload = view.to_dict()
    checked_view(payload)
    return payload


def _elements(block: Json) -> list[Json]:
    found = [block.get("accessory"), *(block.get("elements") or [])]
    return [e for e in found if isinstance(e, dict) and "action_id" in e]


def seen(message: Message) -> str:
    """All that a person reads, in one text."""
    return "\n".join(_texts(message.payload()["blocks"]))


def _texts(part: object) -> list[str]:
    if isinstance(part, list):
        return [text for item in part for text in _texts(item)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for value in part.values() for text in _texts(value)]


def pressable(message: Message) -> list[str]:
    """The names of its buttons, in order."""
    return [
        element["text"]["text"]
        for block in message.payload()["blocks"]
        for element in _elements(block)
        if element["type"] == "button"
    ]
