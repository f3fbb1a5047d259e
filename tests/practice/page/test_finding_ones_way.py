"""Finding one's way in a real browser: links, narrow windows, rooms that begin alike, the way back."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page, expect

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Channel
from tocsin_practice.shapes import permalink

PICTURES = Path(__file__).parents[3] / "build" / "screenshots"
OpenAs = Callable[[str, str], Awaitable[Page]]
ROOMS = [f"incident-2026-11-21-payments-{what}" for what in ("down", "down-2", "slow-in-europe", "refunds")]
PINNED = "SEV1 INC-2026-001: " + "payments fail for everybody who checks out with a card " * 5


def _outage(practice: PracticeDriver) -> Channel:
    """Rooms that begin alike; the first has a topic, a pin, and a bookmark of a message elsewhere."""
    alice, bob = practice.person("alice"), practice.person("bob")
    rooms = [practice.workspace.channels.create(name, creator=alice.id) for name in ROOMS]
    for room in rooms:
        bob.join(room)
    first, general = rooms[0], practice.channel("general")
    announced = alice.say("Payments are down.", channel=general)
    link = permalink(practice.workspace, general, announced)
    first.bookmarks.append({"title": "Announcement", "link": link, "emoji": ""})
    first.topic.value = "SEV1 · Investigating · INC-2026-001 · Payments · payments down for all"
    pinned = alice.say(PINNED, channel=first)
    practice.workspace.channels.pin(first, pinned["ts"], by=alice.id)
    return first


async def test_a_bookmark_of_a_message_opens_for_the_same_person(
    practice: PracticeDriver, open_as: OpenAs
) -> None:
    page = await open_as("U0BOB", f"c/{_outage(practice).id}")
    async with page.expect_popup() as opened:
        await page.get_by_role("link", name="Announcement").click()
    popup = await opened.value
    await expect(popup).to_have_url(re.compile(rf"/as/U0BOB/c/{practice.channel('general').id}#m-"))


async def test_a_link_to_a_reply_opens_its_thread(practice: PracticeDriver, open_as: OpenAs) -> None:
    general, bob = practice.channel("general"), practice.person("bob")
    head = bob.say("Look at this.", channel=general)
    reply = bob.say("I see it.", channel=general, thread_ts=head["ts"])
    bob.say(permalink(practice.workspace, general, reply), channel=general)
    page = await open_as("U0BOB", f"c/{general.id}")
    async with page.expect_popup() as opened:
        await page.locator("article").last.locator("a[href*=archives]").first.click()
    popup = await opened.value
    await expect(popup).to_have_url(re.compile(rf"/as/U0BOB/c/{general.id}/t/{re.escape(head['ts'])}#m-"))


async def test_a_narrow_window_holds_everything(practice: PracticeDriver, open_as: OpenAs) -> None:
    room = _outage(practice)
    page = await open_as("U0BOB", f"c/{room.id}")
    await page.set_viewport_size({"width": 420, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth") == 420
    await page.screenshot(path=PICTURES / "narrow.png")
    await expect(page.locator("h1", has_text=room.name)).to_be_in_viewport(ratio=1)
    await expect(page.locator("summary.me")).to_be_in_viewport(ratio=1)
    await page.locator("summary.me").click()
    await expect(page.locator("#people").get_by_text("Alice Moreau")).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Escape")

    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.get_by_role("button", name="Conversations").click()
    await page.screenshot(path=PICTURES / "narrow-rooms.png")
    await page.keyboard.press("Escape")
    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.get_by_role("button", name="Conversations").click()
    await page.locator("#sidebar").get_by_text("general", exact=True).click()
    await expect(page).to_have_url(re.compile(f"/c/{practice.channel('general').id}"))
    await expect(page.locator("#sidebar")).to_be_hidden()


async def test_rooms_that_begin_alike_can_be_told_apart(practice: PracticeDriver, open_as: OpenAs) -> None:
    page = await open_as("U0BOB", f"c/{_outage(practice).id}")
    for name in ROOMS:
        entry = page.locator(f'#sidebar .entry-name[title="{name}"]')
        await expect(entry).to_have_text(name)
        end = entry.locator(".entry-end")
        assert await end.evaluate("end => end.scrollWidth <= end.clientWidth"), name
    await page.locator("summary.head-tool", has_text="pinned").click()
    await expect(page.locator(".menu-row", has_text="SEV1 INC-2026-001")).to_contain_text(
        re.compile(r"(payments|fail|for|everybody|who|checks|out|with|a|card)…$")
    )
    await page.screenshot(path=PICTURES / "rooms.png")


async def test_escape_closes_what_was_opened_last(practice: PracticeDriver, open_as: OpenAs) -> None:
    general = practice.channel("general")
    head = practice.person("bob").say("Look at this.", channel=general)
    page = await open_as("U0ALICE", f"c/{general.id}/t/{head['ts']}")
    reply = page.locator("#reply-text")
    await reply.press_sequentially("Half a reply, @bo")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("option")).to_have_count(0)
    await expect(reply).to_have_value("Half a reply, @bo")
    await page.keyboard.press("Escape")
    await expect(page).to_have_url(re.compile(f"/c/{general.id}$"))
    await page.goto(f"{practice.workspace.base_url}/as/U0ALICE/c/{general.id}/t/{head['ts']}")
    await expect(reply).to_have_value("Half a reply, @bo")
