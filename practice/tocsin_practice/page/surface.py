"""Where blocks are drawn: in a message or in a modal, with what was chosen so far and what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from tocsin_practice.model import Json
from tocsin_practice.page.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Choice:
    """A person or channel that can be picked in a menu."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Surface:
    """What the elements of one message or view need to be drawn.

    `values` has the shape of Slack's `state.values`; `errors` maps block ids to sentences; `channel` is where
    it is seen or was opened from. An `inert` surface shows its controls but does not let them be used.
    """

    viewer: Viewer
    people: tuple[Choice, ...] = ()
    channels: tuple[Choice, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    inert: bool = False
    scope: str = ""
    channel: str = ""

    def value(self, block_id: str, action_id: str) -> Json | None:
        """What was chosen or entered in an element so far, if anything."""
        chosen = self.values.get(block_id, {}).get(action_id)
        return chosen if isinstance(chosen, dict) else None


@dataclass(frozen=True, slots=True)
class Place:
    """One element's place: its surface, block, and whether a change of it is told to the app at once."""

    surface: Surface
    block_id: str
    dispatches: bool = True
    described_by: str | None = None
    required: bool = False
    labelled: bool = False

    @property
    def viewer(self) -> Viewer:
        """Who looks."""
        return self.surface.viewer


def field_name(block_id: str, action_id: str) -> str:
    """The name of an element's form field; `field_ids` takes it apart again."""
    return f"{quote(block_id, safe='')}/{quote(action_id, safe='')}"


def field_ids(name: str) -> tuple[str, str]:
    """The block id and action id in a form field's name."""
    block_id, _, action_id = name.partition("/")
    return unquote(block_id), unquote(action_id)


def element_id(place: Place, action_id: str, suffix: str = "") -> str:
    """An id for an element, unique on the page as long as scopes are."""
    return f"{place.surface.scope}-{field_name(place.block_id, action_id)}{suffix}".replace("%", "_")
