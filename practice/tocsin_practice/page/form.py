"""What a browser sends of a form, turned into what the elements of its blocks understand."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from tocsin_practice import elements
from tocsin_practice.elements import Found, Raw
from tocsin_practice.model import Json, View
from tocsin_practice.page.surface import field_ids
from tocsin_practice.workspace import Workspace

SUGGESTED = frozenset({"external_select", "multi_external_select"})


def fill(workspace: Workspace, view: View, entered: Mapping[str, Raw], zone: tzinfo) -> dict[str, Raw]:
    """Enter what a person typed and chose into a view.

    Fields that the view does not have are left aside. Those of menus whose entries the app suggested are
    returned, by block id, since only the one who asked the app knows its suggestions.
    """
    suggested: dict[str, Raw] = {}
    fields = {(found.block_id, found.action_id): found for found in elements.every_element(_blocks(view))}
    for name, value in entered.items():
        found = fields.get(field_ids(name))
        if found is None:
            continue
        if found.element["type"] in SUGGESTED:
            if not _kept(view, found, value):
                suggested[found.block_id] = value
            continue
        entry = elements.entry(found, understood(found, value, zone))
        workspace.views.enter(view, found.block_id, found.action_id, entry)
    return suggested


def _kept(view: View, found: Found, value: Raw) -> bool:
    """Whether a suggested choice is the one known already, which may be older than the last suggestions."""
    entry = view.values.get(found.block_id, {}).get(found.action_id) or {}
    one = entry.get("selected_option")
    known = [str(option["value"]) for option in entry.get("selected_options") or ([one] if one else [])]
    return known == ([] if not value else value if isinstance(value, list) else [str(value)])


def understood(found: Found, value: Raw, zone: tzinfo) -> Raw:
    """A field's value as the element takes it: a local date and time becomes seconds since the epoch."""
    if found.element["type"] != "datetimepicker" or not value:
        return value
    try:
        local = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return int(local.replace(tzinfo=local.tzinfo or zone).timestamp())


def block_now(blocks: list[Json], action: str, block: str) -> str:
    """The block of what was pressed, though the app has drawn the message anew since the page showed it.

    Blocks that the app gave no id get another made-up one each time; Slack takes such a press all the same.
    """
    now = [found.block_id for found in elements.every_element(blocks) if found.action_id == action]
    return now[0] if len(now) == 1 else block


def pressed(blocks: list[Json], *, action: str, block: str, value: Raw, zone: tzinfo) -> Raw:
    """The value of one used element as it takes it.

    Raises:
        ElementError: there is no such element.
    """
    return understood(elements.find(blocks, action, block), value, zone)


def _blocks(view: View) -> list[Json]:
    return list(view.payload["blocks"])
