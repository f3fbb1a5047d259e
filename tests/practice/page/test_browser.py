"""The page as people use it, in a real browser. Pictures of it go to build/screenshots/."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json

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
PICTURES = Path(__file__).parents[3] / "build" / "screenshots"


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


FORM: Json = {
    "type": "modal",
    "callback_id": "declare",
    "title": plain("Declare an incident"),
    "submit": plain("Declare"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": plain("What is wrong?"),
            "element": {"type": "plain_text_input", "action_id": "v"},
        },
        {
            "type": "input",
            "block_id": "people",
            "optional": True,
            "label": plain("Call these people"),
            "element": {"type": "multi_users_select", "action_id": "v", "placeholder": plain("Nobody yet")},
        },
    ],
}
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


@pytest_asyncio.fixture
async def chromium(missing: Callable[[str, str], NoReturn]) -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():  # noqa: ASYNC240  # one look at a local disk, before anything runs
        missing("Chromium", "chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


class Windows:
    """Windows of the page; each is somebody's, and none may log an error."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self.complaints: list[str] = []

    async def open(self, person: str, path: str) -> Page:
        page = await self._browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        await page.goto(f"{self._address}/as/{person}/{path}")
        await expect(page.locator("body[data-live]")).to_be_attached()
        return page


@pytest_asyncio.fixture
async def windows(practice: PracticeDriver, chromium: Browser) -> AsyncIterator[Windows]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    windows = Windows(chromium, practice.workspace.base_url)
    yield windows
    assert windows.complaints == []


@pytest.fixture
def declaring(bolt: AsyncApp) -> AsyncApp:
    """An app that opens a form, finds fault with short titles and posts the rest."""

    @bolt.command("/form")
    async def form(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @bolt.view("declare")
    async def declare(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        values = body["view"]["state"]["values"]
        if len(values["title"]["v"]["value"]) < 5:
            await ack(response_action="errors", errors={"title": "Say in a few words what is wrong."})
            return
        await ack()
        called = " ".join(f"<@{person}>" for person in values["people"]["v"]["selected_users"])
        text = f"*{values['title']['v']['value']}* {called}"
        await client.chat_postMessage(channel="general", text=text, blocks=[*CARD])

    @bolt.action("mine")
    async def mine(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        said = f"<@{body['user']['id']}> is on it."
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text=said, blocks=[]
        )

    return bolt


async def test_two_people_talk_live(practice: PracticeDriver, windows: Windows) -> None:
    general = f"c/{practice.channel('general').id}"
    alice, bob = await windows.open("U0ALICE", general), await windows.open("U0BOB", general)
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


@pytest.mark.usefixtures("declaring")
async def test_a_form_is_filled_corrected_and_sent(practice: PracticeDriver, windows: Windows) -> None:
    page = await windows.open("U0ALICE", f"c/{practice.channel('general').id}")
    await page.locator("#composer-text").press_sequentially("/form")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Declare an incident")
    title = form.get_by_label("What is wrong?")
    await expect(title).to_be_focused()
    await form.get_by_role("button", name="Declare").click()
    await expect(form.get_by_role("alert")).to_have_text("Please complete this required field.")
    await title.fill("db")
    await form.get_by_text("Nobody yet").click()
    await form.get_by_label("Bob Okafor").check()
    await form.locator("summary").click()
    await form.get_by_role("button", name="Declare").click()
    await expect(form.get_by_role("alert")).to_have_text("Say in a few words what is wrong.")
    await expect(title).to_have_value("db")
    await expect(form.locator(".chip")).to_have_text("Bob Okafor")
    await page.screenshot(path=PICTURES / "field-error.png")
    await title.fill("Payments down")
    await page.keyboard.press("Enter")
    await expect(form).to_have_count(0)
    await expect(page.get_by_role("button", name="I'm on it")).to_be_visible()


async def test_a_button_is_pressed_and_all_see_what_came_of_it(
    practice: PracticeDriver, declaring: AsyncApp, windows: Windows
) -> None:
    general = practice.channel("general")
    await declaring.client.chat_postMessage(channel=general.id, text="Payments down", blocks=CARD)
    alice = await windows.open("U0ALICE", f"c/{general.id}")
    bob = await windows.open("U0BOB", f"c/{general.id}")
    await alice.get_by_role("button", name="Resolve").click()
    sure = alice.locator("dialog#confirm")
    await expect(sure).to_contain_text("Everybody is told.")
    await alice.screenshot(path=PICTURES / "confirm.png")
    await sure.get_by_role("button", name="Keep it open").click()
    await expect(sure).to_be_hidden()
    await alice.get_by_role("button", name="I'm on it").click()
    for page in (alice, bob):
        await expect(page.locator("article").last).to_contain_text("@Alice Moreau is on it.")


async def test_a_form_that_nobody_answers_keeps_what_was_typed(
    practice: PracticeDriver, windows: Windows
) -> None:
    practice.workspace.views.open(practice.app, "U0ALICE", FORM)
    page = await windows.open("U0ALICE", f"c/{practice.channel('general').id}")
    form = page.get_by_role("dialog", name="Declare an incident")
    await form.get_by_label("What is wrong?").fill("Payments down")
    await form.get_by_role("button", name="Declare").click()
    await expect(form.get_by_text("We had some trouble connecting. Try again?")).to_be_visible()
    await expect(form.get_by_label("What is wrong?")).to_have_value("Payments down")
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    assert practice.workspace.views.top("U0ALICE") is None


async def test_a_form_that_the_app_redraws_keeps_what_was_typed_and_the_caret(
    practice: PracticeDriver, windows: Windows
) -> None:
    view = practice.workspace.views.open(practice.app, "U0ALICE", FORM)
    page = await windows.open("U0ALICE", f"c/{practice.channel('general').id}")
    title = page.get_by_label("What is wrong?")
    await title.press_sequentially("Pay")
    hint = {"type": "section", "block_id": "more", "text": plain("Names of services help.")}
    practice.workspace.views.update(view, FORM | {"blocks": [hint, *FORM["blocks"]]})
    await expect(page.get_by_text("Names of services help.")).to_be_visible()
    await page.keyboard.type("ments")
    await expect(title).to_have_value("Payments")


async def test_a_thread_opens_beside_the_channel(practice: PracticeDriver, windows: Windows) -> None:
    general = practice.channel("general")
    practice.person("bob").say("Look at this.", channel=general)
    page = await windows.open("U0ALICE", f"c/{general.id}")
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
    practice: PracticeDriver, bolt: AsyncApp, windows: Windows
) -> None:
    heard: list[str] = []

    @bolt.shortcut(re.compile("keep|start"))
    async def shortcut(ack: AsyncAck, body: Json) -> None:
        await ack()
        heard.append(f"{body['type']} {body['callback_id']}")

    general = practice.channel("general")
    page = await windows.open("U0ALICE", f"c/{general.id}")
    await page.locator("summary[aria-label=Shortcuts]").click()
    async with page.expect_response("**/act"):
        await page.get_by_role("menuitem", name="Start").click()
    message = page.locator("article").last
    await message.hover()
    await message.locator("summary[aria-label='More actions']").click()
    async with page.expect_response("**/act"):
        await message.get_by_role("menuitem", name="Keep").click()
    assert heard == ["shortcut start", "message_action keep"]


async def test_every_block_stands_on_the_page(
    practice: PracticeDriver, windows: Windows, gallery: Json
) -> None:
    general = practice.channel("general")
    practice.workspace.messages.post_as_app(
        general, practice.app, {"text": "All", "blocks": gallery["message"]}
    )
    page = await windows.open("U0ALICE", f"c/{general.id}")
    await page.set_viewport_size({"width": 1280, "height": 1900})
    await page.screenshot(path=PICTURES / "blocks.png")
    fields = {"title": plain("Every field"), "submit": plain("Send"), "blocks": gallery["modal"]}
    practice.workspace.views.open(practice.app, "U0ALICE", fields)
    await expect(page.get_by_role("dialog", name="Every field")).to_be_visible()
    await page.screenshot(path=PICTURES / "fields.png")
    await page.get_by_label("What is wrong?").fill("Payments down")
    async with page.expect_response("**/act"):
        await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    values = practice.workspace.views.stack("U0ALICE")[0].values
    assert values["text"]["v"]["value"] == "Payments down"
    assert values["select"]["v"]["selected_option"]["value"] == "4"
    assert values["moment"]["v"]["selected_date_time"] == 1_392_734_340  # the field has minutes only
