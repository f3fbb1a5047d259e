"""Interactive elements to HTML: buttons, text inputs, pickers of dates, radio buttons and checkboxes."""

from collections.abc import Callable, Mapping
from typing import Any

from tocsin_practice.model import Json
from tocsin_practice.page import mrkdwn, rich_text, selects
from tocsin_practice.page.controls import chosen, common, composition, confirm, initial, option_value
from tocsin_practice.page.emoji import replace_shortcodes
from tocsin_practice.page.markup import EMPTY, Html, classes, join, tag
from tocsin_practice.page.surface import Place, element_id, field_name

Drawer = Callable[[Json, Place], Html]

NAMES = {"date": "Date", "time": "Time", "datetime-local": "Date and time"}


def draw(element: Json, place: Place) -> Html:
    """One element of an actions, section or input block; kinds unknown here are named in words."""
    kind = str(element.get("type"))
    drawer = DRAWERS.get(kind)
    if drawer is None:
        return tag("span", f"This page does not draw {kind}.", class_="unknown")
    return drawer(element, place)


def image(element: Json) -> Html:
    """A small picture. Pictures from elsewhere are named, not fetched: the page asks no third party."""
    alt = str(element.get("alt_text", "")) or "Image"
    return tag(
        "span", tag("span", "🖼", aria_hidden="true"), " ", alt, class_="picture", title=source(element)
    )


def source(element: Json) -> str:
    """Where an image is, as a tooltip."""
    return str(element.get("image_url") or element.get("slack_file", {}).get("url") or "")


def _image(element: Json, _place: Place) -> Html:
    return image(element)


def _button(element: Json, place: Place) -> Html:
    label = replace_shortcodes(composition(element.get("text")))
    style = element.get("style")
    look = classes("btn", f"btn-{style}" if style in {"primary", "danger"} else None)
    url = str(element.get("url") or "")
    shared: dict[str, Any] = {
        **common(element, place, act="press"),
        "class_": look,
        "aria_label": element.get("accessibility_label"),
    }
    if url.lower().startswith(mrkdwn.SAFE_SCHEMES):
        shared.pop("disabled")
        button = tag("a", label, href=url, target="_blank", rel="noopener", **shared)
    else:
        button = tag("button", label, type="button", **shared)
    return join(button, confirm(element, place))


def _text_input(element: Json, place: Place) -> Html:
    known = chosen(element, place) or {}
    given = (
        known.get("value") or known.get("rich_text_value") or initial(element, place, "initial_value") or ""
    )
    words = rich_text.plain(given) if isinstance(given, dict) else str(given)
    shared: dict[str, Any] = {
        **common(element, place, act="enter" if place.dispatches else None),
        "name": field_name(place.block_id, str(element.get("action_id", ""))),
        "placeholder": composition(element.get("placeholder")) or None,
        "aria_label": None if place.labelled else composition(element.get("placeholder")) or "Text",
        "autofocus": bool(element.get("focus_on_load")),
        "data_enter": _dispatches_on(element, "on_enter_pressed"),
        "data_typing": _dispatches_on(element, "on_character_entered"),
        "autocomplete": "off",
    }
    if element.get("multiline") or element.get("type") == "rich_text_input":
        return tag("textarea", f"\n{words}", class_="field", rows=4, **shared)
    return tag("input", class_="field", type="text", value=words, inputmode=_keyboard(element), **shared)


def _keyboard(element: Json) -> str | None:
    return {"number_input": "decimal", "email_text_input": "email", "url_text_input": "url"}.get(
        str(element.get("type"))
    )


def _dispatches_on(element: Json, trigger: str) -> bool:
    config = element.get("dispatch_action_config") or {}
    return trigger in config.get("trigger_actions_on", ["on_enter_pressed"])


def _date_picker(kind: str, key: str, initial_key: str) -> Drawer:
    def drawer(element: Json, place: Place) -> Html:
        stored = (chosen(element, place) or {}).get(key) or initial(element, place, initial_key)
        return tag(
            "input",
            class_="field field-short",
            type=kind,
            value=_shown(stored, place),
            name=field_name(place.block_id, str(element.get("action_id", ""))),
            aria_label=None if place.labelled else composition(element.get("placeholder")) or NAMES[kind],
            **common(element, place, act="change" if place.dispatches else None),
        )

    return drawer


def _shown(stored: object, place: Place) -> str | None:
    """Seconds since the epoch as the browser's local date and time; all else as it is."""
    if isinstance(stored, int):
        return place.viewer.clock(stored).strftime("%Y-%m-%dT%H:%M")
    return str(stored) if stored else None


def _radio_buttons(element: Json, place: Place) -> Html:
    picked = (chosen(element, place) or {}).get("selected_option") or initial(
        element, place, "initial_option"
    )
    values = {option_value(picked)} if picked else set()
    return _boxes(element, place, kind="radio", picked=values)


def _checkboxes(element: Json, place: Place) -> Html:
    known = chosen(element, place)
    picked = known.get("selected_options", []) if known else initial(element, place, "initial_options") or []
    return _boxes(element, place, kind="checkbox", picked={option_value(option) for option in picked})


def _boxes(element: Json, place: Place, *, kind: str, picked: set[str]) -> Html:
    shared: dict[str, Any] = common(element, place, act="change" if place.dispatches else None)
    identity = shared.pop("id")
    invalid = shared.pop("aria_invalid")
    rows = [
        tag(
            "label",
            tag(
                "input",
                type=kind,
                value=option_value(option),
                checked=option_value(option) in picked,
                name=field_name(place.block_id, str(element.get("action_id", ""))),
                **shared,
            ),
            tag("span", _option_words(option, place), class_="box-words"),
            class_="box",
        )
        for option in element.get("options", [])
    ]
    role = "radiogroup" if kind == "radio" else "group"
    label = element_id(place, str(element.get("action_id", "")), "-label")
    boxes = tag(
        "div",
        rows,
        class_="boxes",
        role=role,
        id=identity,
        aria_labelledby=label if place.labelled else None,
        aria_invalid=invalid,
    )
    return join(boxes, confirm(element, place))


def _option_words(option: Json, place: Place) -> Html:
    description = option.get("description")
    return join(
        tag("span", words(option.get("text"), place)),
        tag("span", words(description, place), class_="box-description") if description else None,
    )


def words(part: object, place: Place) -> Html:
    """A text object as HTML, mrkdwn drawn and plain text escaped."""
    if not isinstance(part, dict):
        return EMPTY
    if part.get("type") == "mrkdwn":
        return mrkdwn.draw(str(part.get("text", "")), place.viewer)
    return Html(join(composition(part)).replace("\n", "<br>"))


def _overflow(element: Json, place: Place) -> Html:
    shared: dict[str, Any] = common(element, place, act="overflow")
    identity = shared.pop("id")
    items = [
        tag(
            "button",
            composition(option.get("text")),
            type="button",
            role="menuitem",
            value=option_value(option),
            data_url=option.get("url"),
            **shared,
        )
        for option in element.get("options", [])
    ]
    summary = tag("summary", "⋯", class_="btn btn-icon", aria_label="More actions", id=identity)
    menu = tag("details", summary, tag("div", items, class_="menu", role="menu"), class_="drop")
    return join(menu, confirm(element, place))


def _file_input(_element: Json, _place: Place) -> Html:
    return tag("span", "The practice workspace does not upload files in forms.", class_="unknown")


DRAWERS: Mapping[str, Drawer] = {
    "button": _button,
    "workflow_button": _button,
    "image": _image,
    "overflow": _overflow,
    "plain_text_input": _text_input,
    "number_input": _text_input,
    "email_text_input": _text_input,
    "url_text_input": _text_input,
    "rich_text_input": _text_input,
    "file_input": _file_input,
    "radio_buttons": _radio_buttons,
    "checkboxes": _checkboxes,
    "datepicker": _date_picker("date", "selected_date", "initial_date"),
    "timepicker": _date_picker("time", "selected_time", "initial_time"),
    "datetimepicker": _date_picker("datetime-local", "selected_date_time", "initial_date_time"),
    "static_select": selects.single,
    "external_select": selects.external,
    "users_select": selects.single,
    "conversations_select": selects.single,
    "channels_select": selects.single,
    "multi_static_select": selects.multiple,
    "multi_external_select": selects.external,
    "multi_users_select": selects.multiple,
    "multi_conversations_select": selects.multiple,
    "multi_channels_select": selects.multiple,
}
