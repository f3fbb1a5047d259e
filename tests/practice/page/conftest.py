"""A viewer with a fixed clock, a gallery of every block, and ways to draw them."""

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from tocsin_practice.model import Json
from tocsin_practice.page.scene import Author, Offer, Scene
from tocsin_practice.page.surface import Choice, Surface
from tocsin_practice.page.viewer import Names, Viewer

NOON = 1_795_262_400.0  # 2026-11-21T12:00:00Z


@pytest.fixture
def viewer() -> Viewer:
    names = Names(
        people={"U0ALICE": "Alice Moreau", "U0BOB": "Bob Okafor"},
        channels={"C0GENERAL": "general"},
        groups={"S0": "payments-oncall"},
    )
    return Viewer("U0ALICE", names, NOON, UTC)


@pytest.fixture
def surface(viewer: Viewer) -> Surface:
    people = (Choice("U0ALICE", "Alice Moreau"), Choice("U0BOB", "Bob Okafor"))
    return Surface(viewer, people=people, channels=(Choice("C0GENERAL", "#general"),), scope="m-1")


@pytest.fixture
def scene(viewer: Viewer) -> Scene:
    return Scene(
        viewer,
        "C0GENERAL",
        authors={
            "U0ALICE": Author("U0ALICE", "Alice Moreau", "alice"),
            "U0BOB": Author("U0BOB", "Bob Okafor", "bob"),
            "U0BOT": Author("U0BOT", "Tocsin", "tocsin", is_app=True),
        },
        shortcuts=(Offer("A0", "Tocsin", "keep", "Add to the timeline"),),
    )


@pytest.fixture
def gallery() -> Json:
    words = Path(__file__).with_name("gallery.json").read_text("utf-8")
    return dict(json.loads(words))


@pytest.fixture
def said() -> Callable[..., Json]:
    def message(text: str = "Hello.", *, at: float = NOON, user: str = "U0BOB", **fields: object) -> Json:
        return {"type": "message", "user": user, "text": text, "ts": f"{at:.6f}", **fields}

    return message
