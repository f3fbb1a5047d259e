"""Checking what goes into a message."""

import json
from typing import Final

from tocsin_practice.model import Json
from tocsin_practice.refusals import RefusalError
from tocsin_practice.validation.blocks import Surface, block_faults
from tocsin_practice.validation.completion import completed
from tocsin_practice.validation.faults import Fault

BLOCKS_TOTAL: Final = 13_000
"""Characters in all blocks together that chat.postMessage takes (not documented; seen: 12-13.3 k)."""
_TRUNCATED_AT: Final = 40_000
_MAX_ATTACHMENTS: Final = 100
_METADATA_BYTES: Final = 32_000


def checked_message(fields: Json, *, total_limit: bool = True) -> Json:
    """The text, blocks, attachments and metadata of a message as Slack would store them.

    Raises:
        RefusalError: no_text, invalid_blocks, invalid_blocks_format, msg_blocks_too_long ...
    """
    shown = dict(fields)
    blocks, attachments = _list(fields, "blocks"), _list(fields, "attachments")
    if not blocks and not attachments and not str(fields.get("text") or "").strip():
        raise RefusalError("no_text")
    if blocks:
        shown["blocks"] = checked_blocks(blocks, total_limit=total_limit)
    if len(attachments) > _MAX_ATTACHMENTS:
        raise RefusalError("too_many_attachments")
    shown["text"] = str(fields.get("text") or "")[:_TRUNCATED_AT]
    if fields.get("metadata"):
        shown["metadata"] = _checked_metadata(fields["metadata"])
    return shown


def checked_blocks(blocks: list[Json], *, total_limit: bool) -> list[Json]:
    """Blocks of a message with their ids made up.

    Raises:
        RefusalError: invalid_blocks or msg_blocks_too_long.
    """
    faults = block_faults(blocks, Surface.MESSAGE)
    if faults:
        raise invalid_blocks(faults)
    if total_limit and written_length(blocks) > BLOCKS_TOTAL:
        raise RefusalError("msg_blocks_too_long")
    return completed(blocks)


def invalid_blocks(faults: list[Fault]) -> RefusalError:
    """`invalid_blocks` in Slack's shape."""
    texts = [fault.sentence for fault in faults]
    around = [Fault("failed to match all allowed schemas", fault.parent).sentence for fault in faults]
    explained = [f"[ERROR] {text}" for pair in zip(around, texts, strict=True) for text in pair]
    messages = list(dict.fromkeys(explained))
    return RefusalError("invalid_blocks", errors=texts, response_metadata={"messages": messages})


def written_length(part: object) -> int:
    """How many characters of text a block structure shows."""
    if isinstance(part, list):
        return sum(written_length(item) for item in part)
    if not isinstance(part, dict):
        return 0
    own = sum(len(value) for key, value in part.items() if key == "text" and isinstance(value, str))
    return own + sum(written_length(value) for value in part.values())


def _list(fields: Json, key: str) -> list[Json]:
    value = fields.get(key)
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise RefusalError("invalid_blocks_format" if key == "blocks" else "invalid_attachments")
    return value


def _checked_metadata(metadata: object) -> Json:
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise RefusalError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise RefusalError("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > _METADATA_BYTES:
        raise RefusalError("metadata_too_large")
    return metadata
