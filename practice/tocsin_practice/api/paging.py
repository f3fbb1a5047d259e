"""Pages of a list, with Slack's opaque cursors."""

import base64
import binascii
from typing import TypeVar

from tocsin_practice.api.arguments import Args
from tocsin_practice.model import Json
from tocsin_practice.refusals import RefusalError

T = TypeVar("T")


def page(items: list[T], args: Args, *, default: int = 100, most: int = 999) -> tuple[list[T], Json]:
    """One page of `items`, and the `response_metadata` that leads to the next.

    Raises:
        RefusalError: invalid_cursor or invalid_limit.
    """
    limit = args.number("limit", default)
    if limit < 0:
        raise RefusalError("invalid_limit")
    limit = min(limit or default, most)
    start = _offset(args.text("cursor"))
    following = start + limit
    cursor = _cursor(following) if following < len(items) else ""
    return items[start:following], {"response_metadata": {"next_cursor": cursor}}


def _cursor(offset: int) -> str:
    return base64.b64encode(f"offset:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("offset:"))
    except (binascii.Error, ValueError):
        raise RefusalError("invalid_cursor") from None
