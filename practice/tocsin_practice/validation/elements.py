"""Limits of block elements, and which of them stand in which block."""

from typing import Final

from tocsin_practice.validation.checks import (
    Check,
    all_of,
    anything,
    boolean,
    choice,
    many,
    matching,
    one_of_fields,
    record,
    text,
    whole,
)
from tocsin_practice.validation.objects import (
    CONFIRM,
    FILTER,
    ID,
    OPTION,
    OPTION_GROUP,
    PLAIN_OPTION,
    SLACK_FILE,
    TYPE,
    URL,
    plain,
)

_SHARED: Final[dict[str, Check]] = {
    "type": TYPE,
    "action_id": ID,
    "confirm": CONFIRM,
    "focus_on_load": boolean,
}
_MENU: Final[dict[str, Check]] = _SHARED | {"placeholder": plain(150)}
_MULTI: Final[dict[str, Check]] = _MENU | {"max_selected_items": whole(1, 100)}
_DATE: Final = matching(r"\d{4}-\d{2}-\d{2}", "must match format: YYYY-MM-DD")
_TIME: Final = matching(r"\d{2}:\d{2}", "must match format: HH:mm")
_OPTIONS: Final[dict[str, Check]] = {
    "options": many(PLAIN_OPTION, 100),
    "option_groups": many(OPTION_GROUP, 100),
}
_CHOOSE: Final[dict[str, Check]] = {"options": many(OPTION, 10)}
_TYPING: Final[dict[str, Check]] = {
    "type": TYPE,
    "action_id": ID,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "initial_value": text(3000, 0),
    "dispatch_action_config": anything,
}


def _with(fields: dict[str, Check], **more: Check) -> Check:
    return record({}, fields | more)


def _menu(fields: dict[str, Check], **more: Check) -> Check:
    return all_of(_with(fields | _OPTIONS, **more), one_of_fields("options", "option_groups"))


ELEMENTS: Final[dict[str, Check]] = {
    "button": record(
        {"type": TYPE, "text": plain(75)},
        {
            "action_id": ID,
            "url": URL,
            "value": text(2000, 0),
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": text(75),
        },
    ),
    "overflow": record({"options": many(PLAIN_OPTION, 5)}, _SHARED),
    "static_select": _menu(_MENU, initial_option=PLAIN_OPTION),
    "external_select": _with(_MENU, initial_option=PLAIN_OPTION, min_query_length=whole(0, 3000)),
    "users_select": _with(_MENU, initial_user=TYPE),
    "channels_select": _with(_MENU, initial_channel=TYPE, response_url_enabled=boolean),
    "conversations_select": _with(
        _MENU,
        initial_conversation=TYPE,
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=FILTER,
    ),
    "multi_static_select": _menu(_MULTI, initial_options=many(PLAIN_OPTION, 100)),
    "multi_external_select": _with(
        _MULTI, initial_options=many(PLAIN_OPTION, 100), min_query_length=whole(0, 3000)
    ),
    "multi_users_select": _with(_MULTI, initial_users=many(TYPE, 100)),
    "multi_channels_select": _with(_MULTI, initial_channels=many(TYPE, 100)),
    "multi_conversations_select": _with(
        _MULTI,
        initial_conversations=many(TYPE, 100),
        default_to_current_conversation=boolean,
        filter=FILTER,
    ),
    "radio_buttons": record(_CHOOSE, _SHARED | {"initial_option": OPTION}),
    "checkboxes": record(_CHOOSE, _SHARED | {"initial_options": many(OPTION, 10)}),
    "datepicker": _with(_MENU, initial_date=_DATE),
    "timepicker": _with(_MENU, initial_time=_TIME, timezone=TYPE),
    "datetimepicker": _with(_SHARED, initial_date_time=whole(0, 9_999_999_999)),
    "workflow_button": record({"text": plain(75), "workflow": anything}, _SHARED | {"style": TYPE}),
    "plain_text_input": _with(
        _TYPING, multiline=boolean, min_length=whole(0, 3000), max_length=whole(1, 3000)
    ),
    "email_text_input": _with(_TYPING),
    "url_text_input": _with(_TYPING),
    "number_input": record(
        {"type": TYPE, "is_decimal_allowed": boolean}, _TYPING | {"min_value": TYPE, "max_value": TYPE}
    ),
    "rich_text_input": _with(_TYPING | {"initial_value": anything}),
    "file_input": _with(_SHARED, filetypes=many(TYPE, 100), max_files=whole(1, 10)),
    "image": all_of(
        record(
            {"type": TYPE, "alt_text": text(2000)},
            {"image_url": URL, "slack_file": SLACK_FILE, "fallback": TYPE},
        ),
        one_of_fields("image_url", "slack_file"),
    ),
}
"""Every element by its type."""

_FIELDS_ONLY: Final = frozenset(
    {
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "rich_text_input",
        "file_input",
    }
)
_BUTTONS: Final = frozenset({"button", "overflow", "workflow_button"})

ACCESSORIES: Final = {kind: check for kind, check in ELEMENTS.items() if kind not in _FIELDS_ONLY}
ACTIONS: Final = {kind: check for kind, check in ACCESSORIES.items() if kind != "image"}
INPUTS: Final = {kind: check for kind, check in ELEMENTS.items() if kind not in _BUTTONS | {"image"}}
