"""Checking views."""

import json
from typing import Final

from tocsin_practice.model import Json
from tocsin_practice.refusals import RefusalError, invalid_arguments
from tocsin_practice.validation.blocks import Surface, block_faults
from tocsin_practice.validation.checks import Check, anything, boolean, choice, record, text
from tocsin_practice.validation.completion import completed
from tocsin_practice.validation.faults import Fault
from tocsin_practice.validation.objects import ID, plain

_MAX_BYTES: Final = 250_000
_SHARED: Final[dict[str, Check]] = {
    "private_metadata": text(3000, 0),
    "callback_id": ID,
    "external_id": ID,
}
_MODAL: Final = record(
    {"type": choice("modal"), "title": plain(24), "blocks": anything},
    _SHARED
    | {
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME: Final = record(
    {"type": choice("home"), "blocks": anything},
    _SHARED | {"title": plain(24), "submit": plain(24), "close": plain(24)},
)


def checked_view(view: object, *, home: bool = False) -> Json:
    """A view as Slack would store it, ids made up.

    Raises:
        RefusalError: invalid_arguments with Slack's explanations, or view_too_large.
    """
    if not isinstance(view, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    if len(json.dumps(view).encode()) > _MAX_BYTES:
        raise RefusalError("view_too_large")
    faults = view_faults(view, home=home)
    if faults:
        raise invalid_arguments(*(fault.sentence for fault in faults))
    return view | {"blocks": completed(view["blocks"])}


def view_faults(view: Json, *, home: bool) -> list[Fault]:
    """Everything that Slack dislikes about a view."""
    surface, shape = (Surface.HOME, _HOME) if home else (Surface.MODAL, _MODAL)
    faults = list(shape(view, "/view")) + block_faults(view.get("blocks"), surface, "/view/blocks")
    has_input = any(block.get("type") == "input" for block in _dicts(view.get("blocks")))
    if has_input and not home and not view.get("submit"):
        faults.append(Fault("missing required field: submit", "/view"))
    return faults


def _dicts(blocks: object) -> list[Json]:
    return [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
