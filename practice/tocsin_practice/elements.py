"""Interactive elements: finding one, and what a person chose as Slack's `actions` and `state.values`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from tocsin_practice.model import Json
from tocsin_practice.views import block_elements

Raw: TypeAlias = str | int | list[str] | None
"""What a person chose: an option's value, an id, a date, a text, or a list of them."""

OPTION_TYPES: Final = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
MULTI_OPTION_TYPES: Final = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_SIMPLE_KEYS: Final = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "file_input": "files",
}
_STATELESS: Final = frozenset({"button", "overflow", "workflow_button"})
_ECHOED: Final = ("text", "value", "style", "url", "placeholder", "initial_option", "initial_date", "confirm")


class ElementError(ValueError):
    """There is no such element, or it does not offer that choice; the text says which."""


@dataclass(frozen=True, slots=True)
class Found:
    """An element and the block that holds it."""

    block: Json
    element: Json

    @property
    def action_id(self) -> str:
        """The element's action id."""
        return str(self.element["action_id"])

    @property
    def block_id(self) -> str:
        """The block's id."""
        return str(self.block["block_id"])

    @property
    def dispatches(self) -> bool:
        """Whether using it tells the app at once; fields of a form wait for the submission."""
        return self.block["type"] != "input" or bool(self.block.get("dispatch_action"))

    @property
    def is_stateless(self) -> bool:
        """Whether it leaves nothing behind in `state.values`."""
        return self.element["type"] in _STATELESS


def every_element(blocks: list[Json]) -> Iterator[Found]:
    """All interactive elements, in the order they are shown."""
    for block in blocks:
        for element in block_elements(block):
            yield Found(block, element)


def find(blocks: list[Json], action_id: str, block_id: str = "") -> Found:
    """The element with this action id (and block id, when action ids repeat).

    Raises:
        ElementError: there is none.
    """
    everything = list(every_element(blocks))
    for found in everything:
        if found.action_id == action_id and block_id in {"", found.block_id}:
            return found
    offered = ", ".join(found.action_id for found in everything) or "none"
    raise ElementError(f"There is nothing here with the action id {action_id}. On offer: {offered}.")


def find_field(blocks: list[Json], key: str) -> Found:
    """The element whose action id or block id is `key`.

    Raises:
        ElementError: there is none.
    """
    for found in every_element(blocks):
        if key in {found.action_id, found.block_id}:
            return found
    return find(blocks, key)


def options_of(element: Json) -> list[Json]:
    """The options that a menu, radio group or overflow offers, groups flattened."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def chosen(element: Json, raw: Raw, suggested: list[Json] | None = None) -> Json:
    """The part of an action or of `state.values` that says what was chosen.

    `suggested` are the options that the app offered for an external menu.

    Raises:
        ElementError: the element does not offer that.
    """
    kind = element["type"]
    offered = suggested if suggested is not None else options_of(element)
    if kind in OPTION_TYPES:
        return {"selected_option": None if raw is None or raw == "" else _option(offered, str(raw))}
    if kind in MULTI_OPTION_TYPES:
        return {"selected_options": [_option(offered, value) for value in _many(raw)]}
    return _plain_choice(kind, raw)


def _plain_choice(kind: str, raw: Raw) -> Json:
    key = _SIMPLE_KEYS.get(kind)
    if key is None:
        return {}
    if key.endswith("s"):
        return {key: _many(raw)}
    if raw is None or raw == "":
        return {key: None}
    if kind == "rich_text_input":
        return {key: _rich_text(str(raw))}
    return {key: int(str(raw)) if kind == "datetimepicker" else str(raw)}


def _many(raw: Raw) -> list[str]:
    if raw is None or raw == "":
        return []
    return [str(value) for value in raw] if isinstance(raw, list) else [str(raw)]


def _option(offered: list[Json], value: str) -> Json:
    for option in offered:
        if option["value"] == value:
            return option
    values = ", ".join(str(option["value"]) for option in offered)
    raise ElementError(f"There is no option {value}. On offer: {values or 'none'}.")


def _rich_text(text: str) -> Json:
    inner = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [inner]}


def entry(found: Found, raw: Raw, suggested: list[Json] | None = None) -> Json:
    """An element's entry in `state.values`."""
    return {"type": found.element["type"]} | chosen(found.element, raw, suggested)


def action(found: Found, raw: Raw, *, action_ts: str, suggested: list[Json] | None = None) -> Json:
    """The entry of `actions` in a block_actions payload."""
    element = found.element
    echoed = {key: element[key] for key in _ECHOED if key in element}
    described = {"type": element["type"], "action_id": found.action_id, "block_id": found.block_id}
    return described | echoed | chosen(element, raw, suggested) | {"action_ts": action_ts}


def missing_fields(blocks: list[Json], values: Mapping[str, Json]) -> dict[str, str]:
    """Slack's own complaints about a form, per block id, before the app hears of it."""
    complaints = {}
    for found in every_element(blocks):
        if found.block["type"] != "input":
            continue
        entered = values.get(found.block_id, {}).get(found.action_id, {})
        complaint = _complaint(found, entered)
        if complaint:
            complaints[found.block_id] = complaint
    return complaints


def _complaint(found: Found, entered: Json) -> str:
    content = next((value for key, value in entered.items() if key != "type"), None)
    if content in (None, "", []):
        return "" if found.block.get("optional") else "Please complete this required field."
    element = found.element
    if element["type"] == "plain_text_input":
        return _length_complaint(element, str(content))
    if element["type"] == "number_input":
        return _number_complaint(element, str(content))
    if element["type"] == "email_text_input" and "@" not in str(content):
        return "Must be a valid email address."
    if element["type"] == "url_text_input" and "://" not in str(content):
        return "Must be a valid URL."
    return ""


def _length_complaint(element: Json, text: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < least:
        return f"Must be at least {least} characters."
    return f"Must be less than {most + 1} characters." if len(text) > most else ""


def _number_complaint(element: Json, text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return "Must be a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Must be a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return f"Must be {least} or more."
    return f"Must be {most} or less." if most is not None and number > float(most) else ""


def copied(payload: Json) -> Json:
    """A deep copy, so that what goes out on the wire no longer changes with the workspace."""
    return dict(json.loads(json.dumps(payload)))
