"""Menus to HTML: one or several of given options, people, channels or what the app suggests."""

from dataclasses import dataclass
from typing import Any

from tocsin_practice.model import Json
from tocsin_practice.page.controls import chosen, common, composition, confirm, initial, option_value
from tocsin_practice.page.markup import Html, join, tag
from tocsin_practice.page.surface import Choice, Place, element_id, field_name

KEYS = {"users": "user", "conversations": "conversation", "channels": "channel"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a menu."""

    value: str
    label: str


def single(element: Json, place: Place) -> Html:
    """A menu of which one entry is chosen."""
    picked = _picked(element, place)
    placeholder = composition(element.get("placeholder")) or "Choose"
    empty = tag("option", placeholder, value="", selected=not picked)
    menu = tag(
        "select",
        empty,
        [_group(label, entries, picked) for label, entries in _groups(element, place)],
        class_="field field-select",
        name=field_name(place.block_id, str(element.get("action_id", ""))),
        autofocus=bool(element.get("focus_on_load")),
        aria_label=None if place.labelled else placeholder,
        **common(element, place, act="change" if place.dispatches else None),
    )
    return join(menu, confirm(element, place))


def multiple(element: Json, place: Place) -> Html:
    """A menu of which several entries are chosen, as a list of boxes that folds away."""
    picked = _picked(element, place)
    shared: dict[str, Any] = common(element, place, act="several" if place.dispatches else None)
    identity = shared.pop("id")
    entries = [entry for _, group in _groups(element, place) for entry in group]
    names = [entry.label for entry in entries if entry.value in picked]
    placeholder = composition(element.get("placeholder")) or "Choose"
    summary = tag(
        "summary",
        [tag("span", name, class_="chip") for name in names]
        or tag("span", placeholder, class_="placeholder"),
        class_="field field-select",
        id=identity,
        data_placeholder=placeholder,
        aria_label=None if place.labelled else placeholder,
        aria_labelledby=f"{_label(element, place)} {identity}" if place.labelled else None,
    )
    boxes = [_box(entry, element, place, shared, picked=entry.value in picked) for entry in entries]
    menu = tag(
        "div",
        boxes,
        class_="menu menu-boxes",
        role="group",
        aria_label=None if place.labelled else placeholder,
        aria_labelledby=f"{_label(element, place)} {identity}" if place.labelled else None,
    )
    limit = element.get("max_selected_items")
    return join(
        tag("details", summary, menu, class_="drop several", data_limit=limit), confirm(element, place)
    )


def external(element: Json, place: Place) -> Html:
    """A menu whose entries the app suggests while one types."""
    several = str(element.get("type", "")).startswith("multi_")
    known = _picked_options(element, place)
    shared: dict[str, Any] = common(element, place, act="suggest")
    name = field_name(place.block_id, str(element.get("action_id", "")))
    kept = [_kept(option, name) for option in known]
    box = tag(
        "input",
        class_="field field-select",
        type="text",
        role="combobox",
        autocomplete="off",
        aria_expanded="false",
        placeholder=composition(element.get("placeholder")) or "Type to search",
        aria_label=None if place.labelled else "Search",
        data_least=element.get("min_query_length", 3),
        **shared,
    )
    found = tag("div", class_="menu menu-found", role="listbox", hidden=True)
    return tag(
        "div",
        tag("div", kept, class_="kept"),
        box,
        found,
        class_="external",
        data_several=several,
        data_name=name,
        data_dispatches=place.dispatches,
    )


def suggestion(option: Json) -> Html:
    """One suggested entry, as a line of the list under an external menu."""
    label = composition(option.get("text"))
    words = option.get("description")
    return tag(
        "button",
        label,
        tag("small", composition(words)) if words else None,
        type="button",
        role="option",
        data_act="pick",
        value=option_value(option),
        data_label=label,
    )


def _label(element: Json, place: Place) -> str | None:
    return element_id(place, str(element.get("action_id", "")), "-label") if place.labelled else None


def _kept(option: Json, name: str) -> Html:
    label = composition(option.get("text"))
    hidden = tag("input", type="hidden", name=name, value=option_value(option), data_label=label)
    return tag(
        "span",
        hidden,
        label,
        tag("button", "\N{MULTIPLICATION SIGN}", type="button", data_act="drop-chip"),
        class_="chip",
    )


def _box(entry: _Entry, element: Json, place: Place, shared: dict[str, Any], *, picked: bool) -> Html:
    box = tag(
        "input",
        type="checkbox",
        value=entry.value,
        checked=picked,
        data_label=entry.label,
        name=field_name(place.block_id, str(element.get("action_id", ""))),
        **shared,
    )
    return tag("label", box, tag("span", entry.label), class_="box")


def _group(label: str, entries: list[_Entry], picked: set[str]) -> Html:
    options = join(
        tag("option", entry.label, value=entry.value, selected=entry.value in picked) for entry in entries
    )
    return tag("optgroup", options, label=label) if label else options


def _groups(element: Json, place: Place) -> list[tuple[str, list[_Entry]]]:
    """The menu's entries under their headings; no heading is an empty one."""
    surface = place.surface
    match str(element.get("type", "")).removeprefix("multi_"):
        case "users_select":
            return [("", _choices(surface.people))]
        case "channels_select":
            return [("", _choices(surface.channels))]
        case "conversations_select":
            include = (element.get("filter") or {}).get("include") or ["public", "private", "im"]
            people = [("People", _choices(surface.people))] if "im" in include else []
            channels = [("Channels", _choices(surface.channels))] if set(include) != {"im"} else []
            return channels + people
        case _:
            return _given(element)


def _given(element: Json) -> list[tuple[str, list[_Entry]]]:
    groups = element.get("option_groups")
    if groups:
        return [(composition(group.get("label")), _options(group.get("options", []))) for group in groups]
    return [("", _options(element.get("options", [])))]


def _options(options: list[Json]) -> list[_Entry]:
    return [_Entry(option_value(option), _with_description(option)) for option in options]


def _with_description(option: Json) -> str:
    description = composition(option.get("description"))
    label = composition(option.get("text"))
    return f"{label} · {description}" if description else label


def _choices(choices: tuple[Choice, ...]) -> list[_Entry]:
    return [_Entry(choice.id, choice.label) for choice in choices]


def _picked(element: Json, place: Place) -> set[str]:
    """The values that are chosen: entered so far, or else the element's own initial ones."""
    kind = str(element.get("type", "")).removeprefix("multi_").removesuffix("_select")
    key = KEYS.get(kind)
    if key is None:
        return {option_value(option) for option in _picked_options(element, place)}
    known = chosen(element, place) or {}
    several = known.get(f"selected_{key}s") or initial(element, place, f"initial_{key}s") or []
    one = known.get(f"selected_{key}") or initial(element, place, f"initial_{key}")
    if not one and not several and element.get("default_to_current_conversation"):
        one = place.surface.channel
    return {*several, *([one] if one else [])}


def _picked_options(element: Json, place: Place) -> list[Json]:
    known = chosen(element, place)
    if known is not None:
        one = known.get("selected_option")
        return [one] if one else list(known.get("selected_options") or [])
    one = element.get("initial_option")
    return [one] if one else list(element.get("initial_options") or [])
