"""Modals and home tabs: what each person has open, as a stack."""

import uuid

from tocsin_practice.changes import ChangeFeed, ChangeKind
from tocsin_practice.model import App, Json, View
from tocsin_practice.stamps import Stamps

MAX_STACK = 3


class Views:
    """Open modals per person, newest last, and published home tabs."""

    def __init__(self, feed: ChangeFeed, stamps: Stamps, team_id: str) -> None:
        self._feed = feed
        self._stamps = stamps
        self._team_id = team_id
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[tuple[str, str], View] = {}

    def forget_all(self) -> None:
        """Forget everything."""
        self._stacks.clear()
        self._homes.clear()

    def stack(self, person_id: str) -> list[View]:
        """The modals that a person has open, the top one last."""
        return list(self._stacks.get(person_id, ()))

    def top(self, person_id: str) -> View | None:
        """The modal that a person sees, or None."""
        stack = self._stacks.get(person_id)
        return stack[-1] if stack else None

    def home(self, person_id: str, app_id: str) -> View | None:
        """An app's home tab for a person, or None while nothing was published."""
        return self._homes.get((person_id, app_id))

    def get(self, view_id: str) -> View | None:
        """The open view or home tab with this id, or None."""
        everything = [view for stack in self._stacks.values() for view in stack]
        return next((v for v in (*everything, *self._homes.values()) if v.id == view_id), None)

    def with_external_id(self, app_id: str, external_id: str) -> View | None:
        """The app's open view with this external id, or None."""
        everything = [view for stack in self._stacks.values() for view in stack]
        mine = (v for v in (*everything, *self._homes.values()) if v.app_id == app_id)
        return next((v for v in mine if v.payload["external_id"] == external_id), None)

    def open(self, app: App, person_id: str, fields: Json, *, response_channel: str = "") -> View:
        """Show a new modal, on top of those that are open."""
        stack = self._stacks.setdefault(person_id, [])
        payload = self._payload(app, fields)
        payload["previous_view_id"] = stack[-1].id if stack else None
        payload["root_view_id"] = stack[0].id if stack else payload["id"]
        view = View(person_id, app.id, payload, initial_values(payload), response_channel=response_channel)
        stack.append(view)
        self._feed.append(ChangeKind.VIEW_OPENED, payload, person=person_id)
        return view

    def update(self, view: View, fields: Json) -> View:
        """Replace what a view shows; what was typed stays where block and action ids stay."""
        kept = {key: view.payload[key] for key in ("id", "root_view_id", "previous_view_id")}
        view.payload |= _shown(fields) | kept | {"hash": self._hash()}
        view.errors = {}
        fresh = initial_values(view.payload)
        for block_id, actions in fresh.items():
            for action_id in actions:
                typed = view.values.get(block_id, {}).get(action_id)
                if typed is not None and typed.get("type") == actions[action_id].get("type"):
                    actions[action_id] = typed
        view.values = fresh
        self._feed.append(ChangeKind.VIEW_CHANGED, view.payload, person=view.person_id)
        return view

    def enter(self, view: View, block_id: str, action_id: str, value: Json) -> None:
        """Remember what a person entered in one field; the page needs no news of that."""
        view.values.setdefault(block_id, {})[action_id] = value

    def show_errors(self, view: View, errors: dict[str, str]) -> None:
        """Show the app's complaint under each field."""
        view.errors = errors
        self._feed.append(ChangeKind.VIEW_CHANGED, view.payload | {"errors": errors}, person=view.person_id)

    def close(self, view: View) -> None:
        """Take one modal away; the one below it shows."""
        stack = self._stacks.get(view.person_id, [])
        if view in stack:
            stack.remove(view)
            self._feed.append(ChangeKind.VIEW_CLOSED, {"id": view.id}, person=view.person_id)

    def clear(self, person_id: str) -> list[View]:
        """Take all of a person's modals away; those that were open are returned."""
        closed = self._stacks.pop(person_id, [])
        for view in reversed(closed):
            self._feed.append(ChangeKind.VIEW_CLOSED, {"id": view.id}, person=person_id)
        return closed

    def publish(self, app: App, person_id: str, fields: Json) -> View:
        """Set an app's home tab for a person."""
        existing = self._homes.get((person_id, app.id))
        if existing is not None:
            existing.payload |= _shown(fields) | {"hash": self._hash()}
            existing.values = initial_values(existing.payload)
        else:
            payload = self._payload(app, fields)
            payload |= {"root_view_id": payload["id"], "previous_view_id": None}
            existing = View(person_id, app.id, payload, initial_values(payload))
            self._homes[(person_id, app.id)] = existing
        self._feed.append(ChangeKind.HOME_PUBLISHED, existing.payload, person=person_id)
        return existing

    def _payload(self, app: App, fields: Json) -> Json:
        return _shown(fields) | {
            "id": self._stamps.next_id("V"),
            "team_id": self._team_id,
            "state": {"values": {}},
            "hash": self._hash(),
            "app_id": app.id,
            "app_installed_team_id": self._team_id,
            "bot_id": app.bot_id,
        }

    def _hash(self) -> str:
        return f"{self._stamps.now()}.{uuid.uuid4().hex[:8]}"


def _shown(fields: Json) -> Json:
    defaults: Json = {
        "type": "modal",
        "title": None,
        "submit": None,
        "close": None,
        "blocks": [],
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
    }
    return {key: fields.get(key, default) for key, default in defaults.items()}


def initial_values(payload: Json) -> Json:
    """The `state.values` of a view or message before anyone touches it."""
    values: Json = {}
    for block in payload.get("blocks") or []:
        for element in block_elements(block):
            entry = initial_entry(element)
            if entry is not None:
                values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def block_elements(block: Json) -> list[Json]:
    """The elements of a block that a person can use: of an input, a section or an actions block."""
    match block.get("type"):
        case "input":
            return [block["element"]]
        case "section" if "accessory" in block:
            return [element for element in [block["accessory"]] if "action_id" in element]
        case "actions" | "context_actions":
            return [element for element in block["elements"] if "action_id" in element]
        case _:
            return []


def initial_entry(element: Json) -> Json | None:
    """An element's entry in `state.values` while it is untouched; None when it holds no value."""
    found = _VALUE_KEYS.get(element["type"])
    if found is None:
        return None
    key, initial = found
    empty: list[Json] | None = [] if key.endswith("s") else None
    return {"type": element["type"], key: element.get(initial, empty)}


_VALUE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
"""Per stateful element: its key in `state.values`, and the element's field with the value it starts from."""
