"""What goes into the process that draws, and what comes out of it, as JSON."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from incidents.picture import Picture


@dataclass(frozen=True, slots=True)
class Order:
    """Pictures to be drawn, with times shown in that zone."""

    pictures: tuple[Picture, ...]
    zone: str


def written(order: Order) -> bytes:
    """The order as JSON."""
    return TypeAdapter(Order).dump_json(order)


def read(text: bytes) -> Order:
    """The order again. Raises ValueError."""
    return TypeAdapter(Order).validate_json(text)


def packed(images: Sequence[bytes]) -> bytes:
    """Images as JSON."""
    return TypeAdapter(list[str]).dump_json([b64encode(image).decode() for image in images])


def unpacked(text: bytes) -> tuple[bytes, ...]:
    """The images again. Raises ValueError."""
    return tuple(b64decode(image, validate=True) for image in TypeAdapter(list[str]).validate_json(text))
