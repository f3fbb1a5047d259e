"""Checking views."""

import json
from typing import Final

from tocsin_practice.model import Json
from tocsin_practice.refusals import RefusalError, invalid_arguments
from tocsin_practice.validation.blocks import Surface, block_faults
from tocsin_practice.validation.completion import completed

_MAX_BYTES: Final = 250_000


def checked_view(view: object, *, home: bool = False) -> Json:
    """A view as Slack would store it, ids made up.

    Raises:
        RefusalError: invalid_arguments with Slack's explanations, or view_too_large.
    """
    if not isinstance(view, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    if len(json.dumps(view).encode()) > _MAX_BYTES:
        raise RefusalError("view_too_large")
    surface = Surface.HOME if home else Surface.MODAL
    faults = block_faults(view.get("blocks"), surface, "/view/blocks")
    if faults:
        raise invalid_arguments(*(fault.sentence for fault in faults))
    return view | {"blocks": completed(view["blocks"])}
