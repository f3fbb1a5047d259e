"""What all interactive elements share: their ids, what was chosen so far, the question before an action."""

from typing import Any

from tocsin_practice.model import Json
from tocsin_practice.page import mrkdwn
from tocsin_practice.page.emoji import replace_shortcodes
from tocsin_practice.page.markup import EMPTY, Html, classes, tag
from tocsin_practice.page.surface import Place, element_id


def common(element: Json, place: Place, *, act: str | None) -> dict[str, Any]:
    """The attributes that every control carries; `act` says what the page does when it is used."""
    action_id = str(element.get("action_id", ""))
    return {
        "id": element_id(place, action_id),
        "data_act": act,
        "data_block": place.block_id,
        "data_action": action_id,
        "disabled": place.surface.inert,
        "aria_invalid": "true" if place.block_id in place.surface.errors else None,
        "aria_describedby": place.described_by,
        "aria_required": "true" if place.required else None,
    }


def composition(part: object) -> str:
    """The words of a text object, its emoji shortcodes drawn; empty if there is none."""
    if not isinstance(part, dict):
        return ""
    return replace_shortcodes(str(part.get("text", "")))


def option_value(option: Json) -> str:
    """The value of an option, or its words if it has none."""
    value = option.get("value")
    return str(value) if value is not None else composition(option.get("text"))


def chosen(element: Json, place: Place) -> Json | None:
    """What was entered in this element so far; None if nothing is known, so that the initial value counts."""
    return place.surface.value(place.block_id, str(element.get("action_id", "")))


def initial(element: Json, place: Place, key: str) -> Any:  # noqa: ANN401  # Block Kit's initial values are of any kind
    """The element's own initial value, unless something is known of what was entered."""
    return element.get(key) if chosen(element, place) is None else None


def confirm(element: Json, place: Place) -> Html:
    """The dialog that an element asks to be confirmed with, kept out of sight until it is needed."""
    dialog = element.get("confirm")
    if not isinstance(dialog, dict):
        return EMPTY
    danger = dialog.get("style") == "danger"
    text = dialog.get("text") or {}
    drawn = mrkdwn.draw(str(text.get("text", "")), place.viewer)
    return tag(
        "template",
        tag("h2", composition(dialog.get("title")) or "Are you sure?"),
        tag("p", drawn),
        tag(
            "div",
            tag(
                "button", composition(dialog.get("deny")) or "Cancel", type="submit", value="no", class_="btn"
            ),
            tag(
                "button",
                composition(dialog.get("confirm")) or "Yes",
                type="submit",
                value="yes",
                class_=classes("btn", "btn-danger" if danger else "btn-primary"),
            ),
            class_="modal-actions",
        ),
        data_confirms=True,
        data_block=place.block_id,
        data_action=str(element.get("action_id", "")),
    )
