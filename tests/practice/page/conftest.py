"""A viewer with a fixed clock, a gallery of every block, and windows of a real browser."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json
from tocsin_practice.page.scene import Author, Offer, Scene
from tocsin_practice.page.surface import Choice, Surface
from tocsin_practice.page.viewer import Names, Viewer

NOON = 1_795_262_400.0  # 2026-11-21T12:00:00Z
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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


@pytest_asyncio.fixture
async def chromium(missing: Callable[[str, str], NoReturn]) -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():  # noqa: ASYNC240  # one look at a local disk, before anything runs
        missing("Chromium", "chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def open_as(
    practice: PracticeDriver, chromium: Browser
) -> AsyncIterator[Callable[[str, str], Awaitable[Page]]]:
    """Opens a window of somebody's; none may complain in its console."""
    complaints: list[str] = []

    async def opened(person: str, path: str) -> Page:
        page = await chromium.new_page(viewport={"width": 1280, "height": 800})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(f"{practice.workspace.base_url}/as/{person}/{path}")
        await expect(page.locator("body[data-live]")).to_be_attached()
        return page

    yield opened
    assert complaints == []
