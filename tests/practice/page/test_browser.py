"""The page as people use it, in a real browser. Pictures of it go to build/screenshots/."""

import asyncio
import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json

PICTURES = Path(__file__).parents[3] / "build" / "screenshots"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
OpenAs = Callable[[str, str], Awaitable[Page]]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Payments down*"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "mine", "text": plain("I'm on it"), "style": "primary"},
            {
                "type": "button",
                "action_id": "end",
                "text": plain("Resolve"),
                "style": "danger",
                "confirm": {
                    "title": plain("Resolve it?"),
                    "text": {"type": "mrkdwn", "text": "*Everybody* is told."},
                    "confirm": plain("Resolve"),
                    "deny": plain("Keep it open"),
                },
            },
        ],
    },
]


async def test_two_people_talk_live(practice: PracticeDriver, open_as: OpenAs) -> None:
    general = f"c/{practice.channel('general').id}"
    alice, bob = await open_as("U0ALICE", general), await open_as("U0BOB", general)
    await bob.locator("#composer-text").fill("half a sentence")
    await alice.locator("#composer-text").press_sequentially("Can you look, @bo")
    await expect(alice.get_by_role("option")).to_have_count(1)
    await alice.keyboard.press("Enter")
    await alice.keyboard.press("Enter")
    for page in (alice, bob):
        await expect(page.locator("article", has_text="Can you look,").locator(".mention")).to_have_text(
            "@Bob Okafor"
        )
    await expect(bob.locator("#composer-text")).to_have_value("half a sentence")
    await expect(alice.locator("#composer-text")).to_have_value("")
    await bob.locator("article", has_text="Can you look").hover()
    await bob.get_by_role("button", name="React with eyes").last.click()
    await expect(alice.locator(".reaction")).to_contain_text("1")
    await alice.screenshot(path=PICTURES / "two-people.png")


async def test_whoever_types_faster_than_the_offers_come_sends_the_whole_line(
    practice: PracticeDriver, open_as: OpenAs
) -> None:
    alice = await open_as("U0ALICE", f"c/{practice.channel('general').id}")
    box = alice.locator("#composer-text")
    await box.press_sequentially("Thank you, @bo")
    await expect(alice.get_by_role("option")).to_have_count(1)
    await alice.route("**/complete?**", lambda route: route.abort())
    await box.press_sequentially(" is not here")
    await alice.keyboard.press("Enter")
    await expect(alice.locator("article").last).to_contain_text("Thank you, @bo is not here")


async def test_an_offer_for_less_does_not_take_the_place_of_a_command_typed_to_its_end(
    practice: PracticeDriver, open_as: OpenAs
) -> None:
    alice = await open_as("U0ALICE", f"c/{practice.channel('general').id}")
    box = alice.locator("#composer-text")
    await box.press_sequentially("/")
    await expect(alice.get_by_role("option").first).to_be_visible()
    await alice.route("**/complete?**", lambda _: None)
    await box.press_sequentially("never-heard-of")
    await alice.keyboard.press("Enter")
    await expect(box).to_have_value("/never-heard-of")


async def test_a_command_typed_to_its_end_is_sent_while_the_offers_for_its_beginning_stand(
    practice: PracticeDriver, bolt: AsyncApp, open_as: OpenAs
) -> None:
    @bolt.command("/form")
    async def form(ack: AsyncAck) -> None:
        await ack("Here is the form.")

    alice = await open_as("U0ALICE", f"c/{practice.channel('general').id}")
    box = alice.locator("#composer-text")
    await box.press_sequentially("/")
    offers = alice.get_by_role("option")
    await expect(offers.first).to_be_visible()
    assert await offers.first.get_attribute("value") != "/form"
    await alice.route("**/complete?**", lambda _: None)
    await box.press_sequentially("form")
    await alice.keyboard.press("Enter")
    await expect(alice.locator("article").last).to_contain_text("Here is the form.")


async def test_a_button_is_pressed_and_all_see_what_came_of_it(
    practice: PracticeDriver, bolt: AsyncApp, open_as: OpenAs
) -> None:
    @bolt.action("mine")
    async def mine(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        said = f"<@{body['user']['id']}> is on it."
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text=said, blocks=[]
        )

    general = practice.channel("general")
    await bolt.client.chat_postMessage(channel=general.id, text="Payments down", blocks=CARD)
    alice = await open_as("U0ALICE", f"c/{general.id}")
    bob = await open_as("U0BOB", f"c/{general.id}")
    await alice.get_by_role("button", name="Resolve").click()
    sure = alice.locator("dialog#confirm")
    await expect(sure).to_contain_text("Everybody is told.")
    await alice.screenshot(path=PICTURES / "confirm.png")
    await sure.get_by_role("button", name="Keep it open").click()
    await expect(sure).to_be_hidden()
    await alice.get_by_role("button", name="I'm on it").click()
    for page in (alice, bob):
        await expect(page.locator("article").last).to_contain_text("@Alice Moreau is on it.")


async def test_a_button_that_is_drawn_anew_while_it_is_pressed_is_pressed_all_the_same(
    practice: PracticeDriver, bolt: AsyncApp, open_as: OpenAs
) -> None:
    heard = asyncio.Event()

    @bolt.action("mine")
    async def mine(ack: AsyncAck) -> None:
        await ack()
        heard.set()

    general = practice.channel("general")
    posted = await bolt.client.chat_postMessage(channel=general.id, text="Payments down", blocks=CARD)
    alice = await open_as("U0ALICE", f"c/{general.id}")
    await alice.get_by_role("button", name="I'm on it").hover()
    await alice.mouse.down()
    changed: list[Json] = [{"type": "section", "text": plain("Still down")}, *CARD[1:]]
    await bolt.client.chat_update(channel=general.id, ts=posted["ts"], text="Still down", blocks=changed)
    bob = await open_as("U0BOB", f"c/{general.id}")
    await expect(bob.locator("article", has_text="Still down")).to_be_visible()
    await alice.mouse.up()
    await expect(alice.locator("article", has_text="Still down")).to_be_visible()
    await asyncio.wait_for(heard.wait(), 10)


async def test_a_thread_opens_beside_the_channel(practice: PracticeDriver, open_as: OpenAs) -> None:
    general = practice.channel("general")
    practice.person("bob").say("Look at this.", channel=general)
    page = await open_as("U0ALICE", f"c/{general.id}")
    await page.locator("#composer-text").fill("kept for later")
    await page.locator("article", has_text="Look at this.").hover()
    await page.get_by_role("button", name="Reply in thread").last.click()
    await expect(page.locator("#reply-text")).to_be_focused()
    await page.keyboard.type("I see it.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log", name="Thread")).to_contain_text("I see it.")
    await expect(page.locator(".replies")).to_contain_text("1 reply")
    await expect(page.locator("#composer-text")).to_have_value("kept for later")
    await page.get_by_role("link", name="Close the thread").click()
    await expect(page).to_have_url(re.compile(f"/c/{general.id}$"))


async def test_the_shortcuts_of_an_app_are_where_slack_has_them(
    practice: PracticeDriver, bolt: AsyncApp, open_as: OpenAs
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    @bolt.shortcut(re.compile("keep|start"))
    async def shortcut(ack: AsyncAck, body: Json) -> None:
        await ack()
        heard.put_nowait(f"{body['type']} {body['callback_id']}")

    general = practice.channel("general")
    page = await open_as("U0ALICE", f"c/{general.id}")
    await page.locator("summary[aria-label=Shortcuts]").click()
    await page.get_by_role("menuitem", name="Start").click()
    assert await asyncio.wait_for(heard.get(), 10) == "shortcut start"
    message = page.locator("article").last
    await message.hover()
    await message.locator("summary[aria-label='More actions']").click()
    await message.get_by_role("menuitem", name="Keep").click()
    assert await asyncio.wait_for(heard.get(), 10) == "message_action keep"


async def test_every_block_stands_on_the_page(
    practice: PracticeDriver, open_as: OpenAs, gallery: Json
) -> None:
    general = practice.channel("general")
    practice.workspace.messages.post_as_app(
        general, practice.app, {"text": "All", "blocks": gallery["message"]}
    )
    page = await open_as("U0ALICE", f"c/{general.id}")
    await page.set_viewport_size({"width": 1280, "height": 1900})
    await page.screenshot(path=PICTURES / "blocks.png")
    fields = {"title": plain("Every field"), "submit": plain("Send"), "blocks": gallery["modal"]}
    practice.workspace.views.open(practice.app, "U0ALICE", fields)
    await expect(page.get_by_role("dialog", name="Every field")).to_be_visible()
    await page.screenshot(path=PICTURES / "fields.png")
    await page.get_by_label("What is wrong?").fill("Payments down")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.get_by_text("We had some trouble connecting.")).to_be_visible()
    values = practice.workspace.views.stack("U0ALICE")[0].values
    assert values["text"]["v"]["value"] == "Payments down"
    assert values["select"]["v"]["selected_option"]["value"] == "4"
    assert values["moment"]["v"]["selected_date_time"] == 1_392_734_340  # the field has minutes only


async def test_an_image_is_shown_under_its_message(practice: PracticeDriver, open_as: OpenAs) -> None:
    alice = practice.workspace.people.named("U0ALICE")
    assert alice is not None
    practice.site.acts.upload(alice, practice.channel("general"), "dot.png", b64decode(DOT))
    page = await open_as("U0BOB", f"c/{practice.channel('general').id}")
    image = page.get_by_role("img", name="dot.png")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
