"""The main job as people do it: in a browser, from the first line to the all-clear, on a real outage."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.acceptance.conftest import ROOT, Bot
from tests.diagnostics.faults import filled
from tests.practice.page.conftest import CHROMIUM, FLAGS
from tocsin_practice.driver import PracticeDriver

PICTURES = ROOT / "build" / "screenshots"
PATIENCE = 20_000.0  # milliseconds until a window gives up on what should show


class Window:
    """A person's window, used by what is seen in it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def types(self, line: str) -> None:
        """Write a line under the conversation and send it."""
        await self.page.locator("#composer-text").press_sequentially(line)
        await self.page.keyboard.press("Enter")

    async def sees(self, *words: str) -> Locator:
        """The newest message with all these words, once it is there."""
        found = self.page.get_by_role("article")
        for some in words:
            found = found.filter(has_text=some)
        await expect(found.last).to_be_visible(timeout=PATIENCE)
        return found.last

    async def goes_to(self, channel: str) -> None:
        """Choose a channel at the left."""
        await self.page.locator(".sidebar").get_by_role("link", name=re.compile(channel)).click()
        heading = self.page.get_by_role("heading", name=re.compile(channel)).first
        await expect(heading).to_be_visible(timeout=PATIENCE)
        await self.is_live()

    async def is_live(self) -> None:
        """Wait until the page follows what happens."""
        await expect(self.page.locator("body[data-live]")).to_be_attached(timeout=PATIENCE)

    @property
    def card(self) -> Locator:
        """The pinned card."""
        return self.page.locator("article.pinned")

    @property
    def form(self) -> Locator:
        """The form that is open."""
        return self.page.locator("dialog[data-view]")

    async def sends(self, label: str) -> None:
        """Send the form by the button of that label."""
        await self.form.get_by_role("button", name=label, exact=True).click()

    async def photograph(self, name: str) -> None:
        """Keep a picture."""
        await self.page.screenshot(path=PICTURES / f"main-job-{name}.png")


async def shows(place: Locator, words: str) -> None:
    """Wait until it says so."""
    await expect(place).to_contain_text(words, timeout=PATIENCE)


OpenAs = Callable[[str, str], Awaitable[Window]]


@pytest.fixture
def config_folder(shop_config: Path) -> Path:
    return shop_config


@pytest_asyncio.fixture
async def chromium(missing: Callable[[str, str], NoReturn]) -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():  # one look at a local disk, before anything runs
        missing("Chromium", "chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def open_as(practice: PracticeDriver, chromium: Browser) -> AsyncIterator[OpenAs]:
    """Opens a window of somebody's on a channel; none may complain in its console."""
    complaints: list[str] = []

    async def opened(person: str, channel: str) -> Window:
        page = await chromium.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        who, where = practice.person(person).id, practice.channel(channel).id
        await page.goto(f"{practice.workspace.base_url}/as/{who}/c/{where}")
        window = Window(page)
        await window.is_live()
        return window

    yield opened
    assert complaints == []


async def test_from_the_first_line_to_the_all_clear(
    open_as: OpenAs, looking_bot: Bot, shop_database: str
) -> None:
    alice = await open_as("alice", "general")
    async with AsyncExitStack() as outage:
        await outage.enter_async_context(filled(shop_database.replace("tocsin:root@", "app:app@")))
        room = await declare(alice)
        await share_the_work(alice, await open_as("bob", room))
        await find_the_cause(alice)
        await tell_everybody(alice)
    await end_it(alice, looking_bot)
    await leave_the_record(alice)


async def declare(alice: Window) -> str:
    """One line; the room's name."""
    await alice.types("/incident SEV1 payments down")
    await alice.sees("Only visible to you", "is declared")
    await alice.goes_to("incident-")
    await shows(alice.card, "SEV1 · payments down")
    await alice.photograph("1-declared")
    heading = await alice.page.get_by_role("heading", name=re.compile("incident-")).first.inner_text()
    return heading.strip("# \n")


async def share_the_work(alice: Window, bob: Window) -> None:
    """Alice commands; Bob comes and takes the technical lead in his own window."""
    await alice.card.get_by_role("button", name="I'm on it").click()
    await alice.sees("@Alice", "is on it.")
    await alice.card.get_by_role("button", name="Take").first.click()
    await bob.sees("is incident commander now.")
    await bob.page.get_by_role("button", name="Join channel").click()
    await expect(bob.card.get_by_role("button", name="Take")).to_have_count(3, timeout=PATIENCE)
    await bob.card.get_by_role("button", name="Take").first.click()
    await alice.sees("@Bob", "is technical lead now.")
    await shows(alice.card, "Technical lead: @Bob Okafor")


async def find_the_cause(alice: Window) -> None:
    """The verdict names the leak; the thread below has every finding, and the figures as a file."""
    await alice.types("/diagnose db")
    verdict = await alice.sees("from reports-export: a connection leak. We are sure of it (0.", "Look again")
    await alice.photograph("2-verdict")
    await verdict.get_by_role("link", name=re.compile(r"2 replies")).click()
    await alice.is_live()
    thread = alice.page.locator(".thread")
    await shows(thread, "sit idle in a transaction")
    await shows(thread, "Figures of payments db")
    await alice.photograph("3-thread")
    await thread.get_by_role("link", name="Close").click()
    await alice.is_live()


async def tell_everybody(alice: Window) -> None:
    """An update by form: too long first, then previewed and posted; the announcement follows."""
    await alice.card.get_by_role("button", name="Post update").click()
    await shows(alice.form, "Update INC-")
    await alice.form.get_by_label("Status").select_option(label="Identified")
    await alice.form.get_by_label("Impact").fill("long " * 500)
    await alice.form.get_by_label("Actions").fill("Bob restarts reports-export.")
    await alice.sends("Preview")
    await shows(alice.form, "2,000 is the most")
    await alice.photograph("4-too-long")
    await alice.form.get_by_label("Impact").fill("No card payments go through.")
    await alice.sends("Preview")
    await shows(alice.form, "This is what everybody will read.")
    await alice.photograph("5-preview")
    await alice.sends("Post it")
    await alice.sees("Status: Identified", "No card payments go through.", "Posted by")
    await alice.photograph("6-updated")


async def end_it(alice: Window, bot: Bot) -> None:
    """Restored, watched, resolved."""
    await alice.card.get_by_role("button", name="Service restored").click()
    await alice.sees("says that the service is restored.")
    await bot.advance(minutes=15.2)
    ended = await alice.sees("The watch ended without a relapse")
    await ended.get_by_role("button", name="Resolve").click()
    await alice.form.get_by_label("Summary").fill("A report export leaked its sessions. It was restarted.")
    await alice.photograph("7-resolve")
    await alice.sends("Resolve")
    await alice.sees("is resolved", "A report export leaked its sessions.", "Time to mitigate:")
    await alice.sees("Post-mortem draft of INC-")
    await alice.photograph("8-resolved")


async def leave_the_record(alice: Window) -> None:
    """The timeline for whoever asks, and the announcement for all."""
    await alice.card.get_by_role("button", name="Timeline").click()
    await alice.sees("Timeline of INC-", "declared SEV1", "became incident commander", "a connection leak")
    await alice.photograph("9-timeline")
    await alice.goes_to("incidents")
    await alice.sees("SEV1 · payments down", "Resolved", "What it was:", "No card payments go through.")
    await alice.photograph("10-announcement")
