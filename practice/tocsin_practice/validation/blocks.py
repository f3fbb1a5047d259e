"""Limits of blocks, and what must be so among all the blocks of a surface."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from tocsin_practice.validation.checks import (
    Check,
    all_of,
    anything,
    boolean,
    choice,
    many,
    one_of_fields,
    record,
    tagged,
    text,
)
from tocsin_practice.validation.elements import ACCESSORIES, ACTIONS, ELEMENTS, INPUTS
from tocsin_practice.validation.faults import Fault
from tocsin_practice.validation.objects import ID, SLACK_FILE, TYPE, URL, either, plain


class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


_MOST_BLOCKS: Final = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
_MARKDOWN_TOTAL: Final = 12_000
_SHARED: Final[dict[str, Check]] = {"type": TYPE, "block_id": ID}


def _needs_text(value: object, pointer: str) -> Iterator[Fault]:
    if isinstance(value, dict) and not value.get("text") and not value.get("fields"):
        yield Fault("missing required field: text", pointer)


_CONTEXT: Final = tagged(
    {"image": ELEMENTS["image"], **dict.fromkeys(("plain_text", "mrkdwn"), either(3000))}
)

_EVERYWHERE: Final[dict[str, Check]] = {
    "section": all_of(
        record(
            {},
            _SHARED
            | {
                "text": either(3000),
                "fields": many(either(2000), 10),
                "accessory": tagged(ACCESSORIES),
                "expand": boolean,
            },
        ),
        _needs_text,
    ),
    "divider": record({}, _SHARED),
    "header": record({"text": plain(150)}, _SHARED | {"level": anything}),
    "context": record({"elements": many(_CONTEXT, 10)}, _SHARED),
    "actions": record({"elements": many(tagged(ACTIONS), 25)}, _SHARED),
    "input": record(
        {"label": plain(2000), "element": tagged(INPUTS)},
        _SHARED | {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "image": all_of(
        record(
            {"alt_text": text(2000)},
            _SHARED | {"image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000), "fallback": TYPE},
        ),
        one_of_fields("image_url", "slack_file"),
    ),
    "rich_text": record({"elements": anything}, _SHARED),
    "video": record(
        {"video_url": URL, "thumbnail_url": URL, "alt_text": text(2000), "title": plain(200)},
        _SHARED
        | {
            "title_url": URL,
            "description": plain(200),
            "provider_name": TYPE,
            "provider_icon_url": URL,
            "author_name": text(50),
        },
    ),
}
_NEWER: Final = (
    "card",
    "carousel",
    "container",
    "data_table",
    "data_visualization",
    "plan",
    "task_card",
    "call",
)
_IN_MESSAGES: Final[dict[str, Check]] = {
    "markdown": record({"text": text(_MARKDOWN_TOTAL)}, _SHARED),
    "table": record(
        {"rows": many(many(anything, 20), 100)}, _SHARED | {"column_settings": many(anything, 20, 0)}
    ),
    "file": record({"external_id": TYPE, "source": choice("remote")}, _SHARED),
    "context_actions": record({"elements": many(anything, 5)}, _SHARED),
    **dict.fromkeys(_NEWER, anything),
}
_IN_MODALS: Final[dict[str, Check]] = {"alert": anything}

BLOCKS: Final[dict[Surface, Check]] = {
    Surface.MESSAGE: tagged(_EVERYWHERE | _IN_MESSAGES),
    Surface.MODAL: tagged(_EVERYWHERE | _IN_MODALS),
    Surface.HOME: tagged(_EVERYWHERE),
}
"""What a block may be, per surface."""


def block_faults(blocks: object, surface: Surface, pointer: str = "/blocks") -> list[Fault]:
    """Everything that Slack dislikes about these blocks."""
    faults = list(many(BLOCKS[surface], _MOST_BLOCKS[surface], 0)(blocks, pointer))
    if faults or not isinstance(blocks, list):
        return faults
    return [*_repeated_ids(blocks, pointer), *_counted(blocks, pointer)]


def _repeated_ids(blocks: list[dict[str, object]], pointer: str) -> Iterator[Fault]:
    seen: set[object] = set()
    for position, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id and block_id in seen:
            yield Fault(f"`block_id` already exists: {block_id}", f"{pointer}/{position}/block_id")
        seen.add(block_id)
        yield from _repeated_actions(block, f"{pointer}/{position}/elements")


def _repeated_actions(block: dict[str, object], pointer: str) -> Iterator[Fault]:
    elements = block.get("elements") if block.get("type") == "actions" else None
    seen: set[object] = set()
    for position, element in enumerate(elements if isinstance(elements, list) else []):
        action_id = element.get("action_id")
        if action_id and action_id in seen:
            yield Fault(f"`action_id` already exists: {action_id}", f"{pointer}/{position}/action_id")
        seen.add(action_id)


def _counted(blocks: list[dict[str, object]], pointer: str) -> Iterator[Fault]:
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield Fault("no more than 1 table allowed", pointer)
    written = sum(len(str(block["text"])) for block in blocks if block["type"] == "markdown")
    if written > _MARKDOWN_TOTAL:
        yield Fault(f"markdown blocks must be less than {_MARKDOWN_TOTAL + 1} characters in total", pointer)
