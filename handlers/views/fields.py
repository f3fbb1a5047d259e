"""The fields that forms are made of, and what was entered into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from handlers.messages.text import plain
from handlers.wire import Json

LONGEST = 3000
"""What a text field holds at most."""


class Field(StrEnum):
    """A field's name: its block id and its action id."""

    SEVERITY = "severity"
    TITLE = "title"
    SERVICE = "service"
    IMPACT = "impact"
    PRIVATE = "private"
    STATUS = "status"
    ACTIONS = "actions"
    NEXT = "next"
    SUMMARY = "summary"
    REASON = "reason"
    ROLE = "role"
    PERSON = "person"
    STATE = "state"
    SUBJECT = "subject"
    WHICH = "which"
    TIME = "time"
    DETECTION = "detection"
    SUSPECT = "suspect"
    NOTE = "note"
    DEPLOYED = "deployed"
    CAUSE = "cause"
    DURATION = "duration"
    HARM = "harm"
    SIZE = "size"


def field(
    name: Field, label: str, element: InputInteractiveElement, *, hint: str = "", optional: bool = False
) -> InputBlock:
    """A labelled field."""
    return InputBlock(
        block_id=name.value,
        label=PlainTextObject(text=plain(label, 2000)),
        element=element,
        hint=PlainTextObject(text=plain(hint, 2000)) if hint else None,
        optional=optional,
    )


def line(
    name: Field, *, initial: str = "", placeholder: str = "", multiline: bool = False
) -> PlainTextInputElement:
    """A text; what is too long is said by us, so that nothing typed is lost."""
    return PlainTextInputElement(
        action_id=name.value,
        initial_value=initial[:LONGEST] or None,
        placeholder=plain(placeholder, 150) or None,
        multiline=multiline,
    )


def choice(
    name: Field,
    options: Iterable[tuple[str, str]],
    *,
    initial: str = "",
    placeholder: str = "",
    below: Mapping[str, str] = MappingProxyType({}),
) -> StaticSelectElement:
    """A menu of (value, label), at most a hundred; `below` is what stands under the label of a value."""
    made = {
        value: Option(
            text=PlainTextObject(text=plain(label, 75)),
            value=value,
            description=plain(below[value], 75) if value in below else None,
        )
        for value, label in list(options)[:100]
    }
    return StaticSelectElement(
        action_id=name.value,
        options=list(made.values()),
        initial_option=made.get(initial),
        placeholder=plain(placeholder, 150) or None,
    )


def tick(name: Field, label: str) -> CheckboxesElement:
    """One box to tick."""
    return CheckboxesElement(
        action_id=name.value, options=[Option(text=PlainTextObject(text=plain(label, 75)), value="yes")]
    )


def person(name: Field, *, initial: str | None = None) -> UserSelectElement:
    """A picker of people."""
    return UserSelectElement(action_id=name.value, placeholder="Choose a person", initial_user=initial)


def form(callback: str, title: str, submit: str, blocks: Iterable[Block], about: str) -> View:
    """A form; `about` comes back with it."""
    return View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=plain(title, 24)),
        submit=PlainTextObject(text=plain(submit, 24)),
        close=PlainTextObject(text="Cancel"),
        blocks=list(blocks),
        private_metadata=about,
    )


def entered(view: Json) -> dict[Field, str]:
    """What was entered, as text; an empty field is an empty text."""
    values: Json = (view.get("state") or {}).get("values") or {}
    return {name: _entry((values.get(name.value) or {}).get(name.value) or {}) for name in Field}


def _entry(entry: Json) -> str:
    if option := entry.get("selected_option"):
        return str(option.get("value") or "")
    if options := entry.get("selected_options"):
        return str(options[0].get("value") or "")
    return str(entry.get("value") or entry.get("selected_user") or "")
