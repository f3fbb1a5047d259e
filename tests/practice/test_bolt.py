"""slack-bolt and slack-sdk, unmodified, over the real wire: commands, buttons, forms, events, replies."""

import asyncio
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.outcomes import OutcomeKind

Body = dict[str, Any]

BUTTONS: list[Body] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Payments are down."}},
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "take",
                "text": {"type": "plain_text", "text": "I'm on it"},
                "value": "INC-1",
            },
            {
                "type": "users_select",
                "action_id": "who",
                "placeholder": {"type": "plain_text", "text": "Who"},
            },
        ],
    },
]

FORM = {
    "type": "modal",
    "callback_id": "declare",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Declare"},
    "private_metadata": "kept",
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "What is wrong?"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "input",
            "block_id": "severity",
            "label": {"type": "plain_text", "text": "Severity"},
            "element": {
                "type": "static_select",
                "action_id": "level",
                "options": [
                    {"text": {"type": "plain_text", "text": "One"}, "value": "SEV1"},
                    {"text": {"type": "plain_text", "text": "Two"}, "value": "SEV2"},
                ],
            },
        },
    ],
}


async def test_a_command_reaches_the_app_and_its_answer_is_seen_by_one_person(
    practice: PracticeDriver, bolt: AsyncApp
) -> None:
    @bolt.command("/plain")
    async def plain(ack: AsyncAck, command: Body) -> None:
        await ack(f"Heard: {command['text']} in {command['channel_name']}")

    bob, alice = practice.person("bob"), practice.person("alice")
    outcome = await bob.command("/plain", "SEV1 <payments> & cards", channel="incidents")

    assert outcome.is_good
    heard = await bob.ephemeral("Heard")
    assert heard["text"] == "Heard: SEV1 <payments> & cards in incidents"
    assert practice.workspace.messages.ephemerals(alice.id) == []


async def test_a_command_that_asks_for_escaping_gets_mentions_as_tokens(
    practice: PracticeDriver, bolt: AsyncApp
) -> None:
    heard = asyncio.Queue[str]()

    @bolt.command("/escaped")
    async def escaped(ack: AsyncAck, command: Body) -> None:
        await ack()
        heard.put_nowait(command["text"])

    channel = practice.channel("general")
    await practice.person("bob").command("/escaped", "@carol, see #general at https://example.com/a & b")

    text = await heard.get()
    assert text == f"<@U0CAROL|carol>, see <#{channel.id}|general> at <https://example.com/a> &amp; b"


@pytest.mark.usefixtures("bolt")
async def test_a_command_that_nobody_handles_shows_slacks_failure(practice: PracticeDriver) -> None:
    outcome = await practice.person("bob").command("/silent")

    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.text == '/silent failed with the error "dispatch_failed"'


async def test_without_a_connection_a_command_fails_at_once(practice: PracticeDriver) -> None:
    outcome = await practice.person("bob").command("/plain")

    assert outcome.kind is OutcomeKind.FAILED


async def test_a_pressed_button_carries_who_what_and_where(
    practice: PracticeDriver, bolt: AsyncApp, client: AsyncWebClient
) -> None:
    pressed = asyncio.Queue[Body]()

    @bolt.action("take")
    async def take(ack: AsyncAck, body: Body) -> None:
        await ack()
        pressed.put_nowait(body)

    channel = practice.channel("incidents")
    posted = await client.chat_postMessage(channel=channel.id, text="Down", blocks=BUTTONS)
    outcome = await practice.person("bob").press("take", in_channel=channel)

    body = await pressed.get()
    assert outcome.is_good
    assert body["user"]["id"] == "U0BOB"
    assert body["actions"][0]["value"] == "INC-1"
    assert body["container"]["message_ts"] == body["message"]["ts"] == posted["ts"]
    assert body["channel"] == {"id": channel.id, "name": "incidents"}
    assert body["state"]["values"]["row"]["who"] == {"type": "users_select", "selected_user": None}


async def test_a_menu_leaves_its_choice_in_the_state(
    practice: PracticeDriver, bolt: AsyncApp, client: AsyncWebClient
) -> None:
    chosen = asyncio.Queue[Body]()

    @bolt.action("who")
    async def who(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        chosen.put_nowait(body)
        await respond(f"<@{body['actions'][0]['selected_user']}> leads now.", replace_original=True)

    await client.chat_postMessage(channel="#incidents", text="Down", blocks=BUTTONS)
    await practice.person("bob").press("who", in_channel="incidents", value="U0CAROL")

    body = await chosen.get()
    assert body["state"]["values"]["row"]["who"]["selected_user"] == "U0CAROL"
    replaced = await practice.message(channel="incidents", contains="leads now")
    assert "blocks" not in replaced


async def test_a_form_opens_complains_and_closes(practice: PracticeDriver, bolt: AsyncApp) -> None:
    submitted = asyncio.Queue[Body]()

    @bolt.command("/form")
    async def form(ack: AsyncAck, command: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)

    @bolt.view("declare")
    async def declare(ack: AsyncAck, view: Body) -> None:
        if view["state"]["values"]["title"]["text"]["value"] == "x":
            await ack(response_action="errors", errors={"title": "Say a little more."})
            return
        await ack()
        submitted.put_nowait(view)

    bob = practice.person("bob")
    await bob.command("/form")
    view = await bob.view("What is wrong?", callback_id="declare")

    empty = await bob.submit(view)
    short = await bob.submit(view, {"title": "x", "level": "SEV1"})
    good = await bob.submit(view, {"title": "Payments down"})

    assert set(empty.errors) == {"title", "severity"}
    assert short.errors == {"title": "Say a little more."}
    assert good.kind is OutcomeKind.VIEW_CLOSED
    sent = await submitted.get()
    assert sent["private_metadata"] == "kept"
    assert sent["state"]["values"]["severity"]["level"]["selected_option"]["value"] == "SEV1"
    assert practice.workspace.views.top(bob.id) is None


async def test_an_app_hears_messages_mentions_joins_pins_and_reactions(
    practice: PracticeDriver, bolt: AsyncApp
) -> None:
    heard = asyncio.Queue[str]()

    for name in ("app_mention", "member_joined_channel", "reaction_added", "pin_added", "channel_created"):

        @bolt.event(name)
        async def note(event: Body) -> None:
            heard.put_nowait(event["type"])

    @bolt.event("message")
    async def message(event: Body) -> None:
        heard.put_nowait(f"message {event.get('subtype', '')}".strip())

    bob, channel = practice.person("bob"), practice.channel("incidents")
    said = bob.say(f"<@{practice.app.bot_user_id}> hello", channel=channel)
    bob.react("eyes", channel=channel, ts=said["ts"])
    practice.site.acts.pin(bob.person, channel, said["ts"])
    practice.site.acts.create_channel(bob.person, "after")
    practice.site.acts.invite(bob.person, channel, practice.person("zoe").person)

    kinds = {await heard.get() for _ in range(7)}
    assert kinds == {
        "app_mention",
        "channel_created",
        "member_joined_channel",
        "message",
        "message channel_join",
        "pin_added",
        "reaction_added",
    }


async def test_shortcuts_reach_the_app(practice: PracticeDriver, bolt: AsyncApp) -> None:
    @bolt.shortcut("keep")
    async def keep(ack: AsyncAck, body: Body, say: AsyncSay) -> None:
        await ack()
        await say(f"Kept: {body['message']['text']}")

    @bolt.shortcut("start")
    async def start(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    bob = practice.person("bob")
    said = bob.say("Rollback done", channel="incidents")
    await bob.message_shortcut("keep", channel="incidents", ts=said["ts"])
    await practice.message(channel="incidents", contains="Kept: Rollback done")

    await bob.global_shortcut("start")
    assert (await bob.view()).payload["callback_id"] == "declare"


async def test_a_refresh_makes_the_app_connect_again(practice: PracticeDriver, bolt: AsyncApp) -> None:
    @bolt.command("/plain")
    async def plain(ack: AsyncAck) -> None:
        await ack("Still here.")

    opened = practice.site.log.last_number
    await practice.site.sockets.disconnect(practice.app.id)
    await practice.site.log.wait_for("apps.connections.open", after=opened)
    await practice.connected()

    outcome = await practice.person("bob").command("/plain")
    assert outcome.is_good


async def test_an_event_that_found_nobody_comes_again_once_somebody_listens(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    attempts = practice.site.acts
    bob, channel = practice.person("bob"), practice.channel("incidents")
    attempts.say(bob.person, channel, "Is anybody there?")

    app = AsyncApp(client=client)
    heard = asyncio.Queue[Body]()

    @app.event("message")
    async def message(body: Body) -> None:
        heard.put_nowait(body)

    handler = AsyncSocketModeHandler(app, practice.app.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # bolt leaves it untyped
    body = await heard.get()
    await handler.close_async()  # type: ignore[no-untyped-call]  # as above

    assert body["event"]["text"] == "Is anybody there?"
