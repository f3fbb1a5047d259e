"""The control API over HTTP, and who is kept out of everything."""

from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver

Json = dict[str, Any]

FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "field",
            "label": {"type": "plain_text", "text": "What"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


async def control(practice: PracticeDriver, verb: str, path: str, /, **body: Any) -> Json:  # noqa: ANN401 - JSON values
    address = f"{practice.workspace.base_url}/control/{path}"
    async with aiohttp.ClientSession() as session:
        kind: Json = {"params": body} if verb == "GET" else {"json": body}
        async with session.request(verb, address, **kind) as response:
            answer: Json = await response.json()
            return answer


async def test_a_whole_conversation_by_http_alone(practice: PracticeDriver, bolt: AsyncApp) -> None:
    @bolt.command("/form")
    async def form(ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        await ack("Opening the form.")
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)

    @bolt.view("form")
    async def submitted(ack: AsyncAck, view: Json, client: AsyncWebClient) -> None:
        await ack()
        text = view["state"]["values"]["field"]["text"]["value"]
        button = {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "Take"}}
        blocks = [{"type": "actions", "elements": [button]}]
        await client.chat_postMessage(channel="incidents", text=f"Declared: {text}", blocks=blocks)

    @bolt.action("take")
    async def take(ack: AsyncAck, body: Json, say: AsyncSay) -> None:
        await ack()
        await say(f"Taken by {body['user']['name']}")

    bob = {"person": "bob"}
    sent = await control(practice, "POST", "command", **bob, channel="general", command="/form", text="x")
    assert sent["outcome"]["kind"] == "done"
    await practice.person("bob").view("Declare")
    views = await control(practice, "GET", "views", **bob)
    assert views["views"][0]["callback_id"] == "form"
    seen = await control(practice, "GET", "ephemerals", **bob)
    assert seen["ephemerals"][0]["text"] == "Opening the form."

    done = await control(practice, "POST", "submit", **bob, values={"text": "Payments"})
    assert done["outcome"]["kind"] == "view_closed"
    declared = await control(practice, "POST", "wait", channel="#incidents", contains="Declared: Payments")
    ts = declared["message"]["ts"]
    pressed = await control(practice, "POST", "press", **bob, channel="incidents", ts=ts, action_id="take")
    assert pressed["outcome"]["seconds"] >= 0
    assert (await control(practice, "POST", "wait", contains="Taken by bob"))["found"]


async def test_what_cannot_be_done_is_said_in_a_sentence(practice: PracticeDriver) -> None:
    nobody = await control(practice, "POST", "message", person="zed", channel="general", text="x")
    nowhere = await control(practice, "POST", "message", person="bob", channel="nowhere", text="x")
    nothing = await control(practice, "POST", "submit", person="bob")
    strange = await control(practice, "POST", "faults", kind="flood")

    assert nobody["error"] == "There is nobody called zed."
    assert nowhere["error"] == "There is no channel nowhere."
    assert nothing["error"] == "bob has no form open."
    assert strange["error"].startswith("`kind` is one of: rate_limited")


async def test_faults_latency_preferences_and_the_log(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    await control(practice, "POST", "faults", method="auth.test", kind="error", error="fatal_error")
    await control(practice, "PUT", "latency", milliseconds=1, method="auth.test")
    assert (await control(practice, "GET", "faults"))["faults"][0]["times"] == 1

    wrong = await control(practice, "PUT", "preferences", weather="fine")
    assert "There is no preference weather." in wrong["error"]
    right = await control(practice, "PUT", "preferences", who_can_create_channels="admins")
    assert right["who_can_create_channels"] == "admins"

    cleared = await control(practice, "DELETE", "faults")
    assert cleared["ok"]
    await client.auth_test()
    log = await control(practice, "GET", "calls", method="auth.test")
    assert [call["outcome"] for call in log["calls"]] == ["ok"]


async def test_a_reset_starts_over_and_keeps_the_app(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    await client.conversations_create(name="incident-gone")
    await control(practice, "POST", "reset")

    state = await control(practice, "GET", "state")
    names = [channel["name"] for channel in state["channels"]]
    assert names == ["general", "incidents", "payments-team", "random"]
    assert (await client.chat_postMessage(channel="incidents", text="Again"))["ok"]


async def test_a_dropped_connection_comes_back(practice: PracticeDriver, bolt: AsyncApp) -> None:
    @bolt.command("/plain")
    async def plain(ack: AsyncAck) -> None:
        await ack("Here.")

    opened = practice.site.log.last_number
    dropped = await control(practice, "POST", "disconnect", reason="refresh_requested")
    assert dropped["connections"] == 1
    await practice.site.log.wait_for("apps.connections.open", after=opened)
    await practice.connected()
    assert (await practice.person("bob").command("/plain")).is_good


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Host": "evil.example"},
    {"Host": "evil.example:80"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/api/auth.test", "/control/state", "/control/reset", "/link/"])
async def test_other_websites_are_kept_out(practice: PracticeDriver, headers: Json, path: str) -> None:
    address = f"{practice.workspace.base_url}{path}?token={practice.app.bot_token}"
    async with aiohttp.ClientSession() as session:
        async with session.get(address, headers=headers) as response:
            assert response.status == 403
        async with session.post(address, json={}, headers=headers) as response:
            assert response.status == 403


async def test_altering_requests_must_be_json(practice: PracticeDriver) -> None:
    address = f"{practice.workspace.base_url}/control/reset"
    async with aiohttp.ClientSession() as session, session.post(address, data="{}") as response:
        assert response.status == 403


async def test_the_own_page_may_ask(practice: PracticeDriver) -> None:
    base = practice.workspace.base_url
    headers = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{base}/control/wait", json={"seconds": 0.01, "contains": "?!"}, headers=headers
        ) as response,
    ):
        assert await response.json() == {"ok": True, "found": False}
