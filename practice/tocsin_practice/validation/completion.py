"""What Slack fills in by itself before it stores blocks: ids and the flags of text objects."""

import secrets
import string
from typing import Final

from tocsin_practice.model import Json
from tocsin_practice.views import block_elements

_LETTERS: Final = string.ascii_letters + string.digits
_ID_LENGTH: Final = 5


def completed(blocks: list[Json]) -> list[Json]:
    """The blocks with missing block ids and action ids made up."""
    return [_completed_block(block) for block in blocks]


def _completed_block(block: Json) -> Json:
    if not block.get("block_id"):
        block = block | {"block_id": _made_up_id()}
    for element in _interactive(block):
        if not element.get("action_id"):
            element["action_id"] = _made_up_id()
    return block


def _interactive(block: Json) -> list[Json]:
    match block.get("type"):
        case "input":
            return [block["element"]]
        case "section":
            accessory = block.get("accessory")
            return [accessory] if accessory and accessory["type"] != "image" else []
        case "actions" | "context_actions":
            return list(block["elements"])
        case _:
            return block_elements(block)


def _made_up_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))
