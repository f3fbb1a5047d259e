"""Checking blocks against the tables."""

from enum import StrEnum

from tocsin_practice.validation.faults import Fault


class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


def block_faults(blocks: object, surface: Surface, pointer: str = "/blocks") -> list[Fault]:  # noqa: ARG001 - filled in next
    """Everything that Slack dislikes about these blocks."""
    return []
