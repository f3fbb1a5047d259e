"""Forms as people use them, in a real browser."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.model import Json

PICTURES = Path(__file__).parents[3] / "build" / "screenshots"
OpenAs = Callable[[str, str], Awaitable[Page]]


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
        await client.chat_postMessage(channel="general", text=text)

    return bolt


@pytest.mark.usefixtures("declaring")
async def test_a_form_is_filled_corrected_and_sent(practice: PracticeDriver, open_as: OpenAs) -> None:
    page = await open_as("U0ALICE", f"c/{practice.channel('general').id}")
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
    await expect(page.locator("article").last).to_contain_text("Payments down @Bob Okafor")


async def test_a_form_that_nobody_answers_keeps_what_was_typed(
    practice: PracticeDriver, open_as: OpenAs
) -> None:
    practice.workspace.views.open(practice.app, "U0ALICE", FORM)
    page = await open_as("U0ALICE", f"c/{practice.channel('general').id}")
    form = page.get_by_role("dialog", name="Declare an incident")
    await form.get_by_label("What is wrong?").fill("Payments down")
    await form.get_by_role("button", name="Declare").click()
    await expect(form.get_by_text("We had some trouble connecting. Try again?")).to_be_visible()
    await expect(form.get_by_label("What is wrong?")).to_have_value("Payments down")
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    assert practice.workspace.views.top("U0ALICE") is None


async def test_a_form_that_the_app_redraws_keeps_what_was_typed_and_the_caret(
    practice: PracticeDriver, open_as: OpenAs
) -> None:
    view = practice.workspace.views.open(practice.app, "U0ALICE", FORM)
    page = await open_as("U0ALICE", f"c/{practice.channel('general').id}")
    title = page.get_by_label("What is wrong?")
    await title.press_sequentially("Pay")
    hint = {"type": "section", "block_id": "more", "text": plain("Names of services help.")}
    practice.workspace.views.update(view, FORM | {"blocks": [hint, *FORM["blocks"]]})
    await expect(page.get_by_text("Names of services help.")).to_be_visible()
    await page.keyboard.type("ments")
    await expect(title).to_have_value("Payments")


async def test_a_form_asks_the_app_while_it_is_filled_in(
    practice: PracticeDriver, bolt: AsyncApp, open_as: OpenAs
) -> None:
    search: Json = {"type": "external_select", "action_id": "v", "min_query_length": 1}
    picked = {"type": "input", "block_id": "server", "label": plain("Server"), "element": search}
    told = picked | {"dispatch_action": True}
    pushed: Json = {"type": "modal", "title": plain("More"), "blocks": [{"type": "divider"}]}

    @bolt.options("v")
    async def options(ack: AsyncAck, body: Json) -> None:
        await ack(options=[{"text": plain(f"{body['value']}-{n}"), "value": f"{n}"} for n in (1, 2)])

    @bolt.action("v")
    async def chosen(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        words = body["actions"][0]["selected_option"]["text"]["text"]
        shown = {"type": "section", "text": plain(f"{words} is well.")}
        await client.views_update(view_id=body["view"]["id"], view=form | {"blocks": [told, shown]})
        await client.views_push(trigger_id=body["trigger_id"], view=pushed)

    form: Json = {"type": "modal", "title": plain("Look"), "submit": plain("Look"), "blocks": [told]}
    practice.workspace.views.open(practice.app, "U0ALICE", form)
    page = await open_as("U0ALICE", f"c/{practice.channel('general').id}")
    await page.get_by_label("Server").press_sequentially("db")
    await page.get_by_role("option", name="db-2").click()
    await page.get_by_role("dialog", name="More").get_by_role("button", name="Back").click()
    look = page.get_by_role("dialog", name="Look")
    await expect(look.get_by_text("db-2 is well.")).to_be_visible()
    await expect(look.locator(".chip")).to_contain_text("db-2")
