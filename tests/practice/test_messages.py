"""Messages over the Web API: posting, changing, threads, metadata, pins, files, answers by response URL."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver
from tocsin_practice.tickets import Reply

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Down"}}


async def code(client: AsyncWebClient, method: str, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as raised:
        await client.api_call(method, json=arguments)
    return str(raised.value.response["error"])


async def test_metadata_comes_back_when_asked_for(practice: PracticeDriver, client: AsyncWebClient) -> None:
    channel = practice.channel("incidents").id
    metadata = {"event_type": "incident", "event_payload": {"reference": "INC-1"}}
    await client.chat_postMessage(channel=channel, text="Down", metadata=metadata)

    with_it = await client.conversations_history(channel=channel, limit=1, include_all_metadata=True)
    without = await client.conversations_history(channel=channel, limit=1)
    assert with_it["messages"][0]["metadata"] == metadata
    assert "metadata" not in without["messages"][0]


async def test_text_without_blocks_takes_the_blocks_away(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    channel = practice.channel("incidents")
    posted = await client.chat_postMessage(channel=channel.id, text="Down", blocks=[SECTION])
    message = channel.messages[posted["ts"]]

    changed = {"channel": channel.id, "ts": posted["ts"], "blocks": [SECTION, {"type": "divider"}]}
    await client.api_call("chat.update", json=changed)
    assert len(message["blocks"]) == 2
    assert message["text"] == "Down"
    assert "edited" not in message

    await client.chat_update(channel=channel.id, ts=posted["ts"], text="Up")
    assert "blocks" not in message
    assert message["text"] == "Up"
    assert message["edited"]["user"] == practice.app.bot_user_id


async def test_only_the_apps_own_messages_can_be_changed(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    channel = practice.channel("incidents").id
    said = practice.person("bob").say("Mine", channel=channel)

    assert (
        await code(client, "chat.update", channel=channel, ts=said["ts"], text="x") == "cant_update_message"
    )
    assert await code(client, "chat.delete", channel=channel, ts=said["ts"]) == "cant_delete_message"
    assert await code(client, "chat.update", channel=channel, ts="1.000001", text="x") == "message_not_found"


async def test_nothing_too_much_or_not_json_is_refused(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    channel = practice.channel("incidents").id
    posted = await client.chat_postMessage(channel=channel, text="Down")
    long = "x" * 4001

    assert await code(client, "chat.postMessage", channel=channel) == "no_text"
    assert await code(client, "chat.postMessage", channel="C0NOWHERE", text="x") == "channel_not_found"
    assert await code(client, "chat.update", channel=channel, ts=posted["ts"], text=long) == "msg_too_long"
    assert await code(client, "chat.postMessage", channel=channel, blocks="[") == "invalid_blocks_format"
    many = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5
    assert await code(client, "chat.postMessage", channel=channel, blocks=many) == "msg_blocks_too_long"


async def test_replies_count_in_their_parent_and_stay_out_of_the_channel(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    channel = practice.channel("incidents").id
    parent = (await client.chat_postMessage(channel=channel, text="Verdict"))["ts"]
    await client.chat_postMessage(channel=channel, text="Finding", thread_ts=parent)
    practice.person("bob").say("Thanks", channel=channel, thread_ts=parent)

    thread = (await client.conversations_replies(channel=channel, ts=parent))["messages"]
    top = (await client.conversations_history(channel=channel))["messages"]
    assert [message["text"] for message in thread] == ["Verdict", "Finding", "Thanks"]
    assert thread[0]["reply_count"] == 2
    assert thread[0]["latest_reply"] == thread[2]["ts"]
    assert top[0]["text"] == "Verdict"


async def test_a_message_is_pinned_once(practice: PracticeDriver, client: AsyncWebClient) -> None:
    channel = practice.channel("incidents").id
    ts = (await client.chat_postMessage(channel=channel, text="Card"))["ts"]

    await client.pins_add(channel=channel, timestamp=ts)
    assert await code(client, "pins.add", channel=channel, timestamp=ts) == "already_pinned"
    pinned = (await client.pins_list(channel=channel))["items"]
    assert [item["message"]["text"] for item in pinned] == ["Card"]


async def test_an_ephemeral_message_is_seen_by_one_member_and_in_no_history(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    channel, bob = practice.channel("payments-team"), practice.person("bob")
    await client.conversations_join(channel=channel.id)

    await client.chat_postEphemeral(channel=channel.id, user=bob.id, text="Only you")
    dan = practice.person("dan").id
    assert await code(client, "chat.postEphemeral", channel=channel.id, user=dan, text="x") == (
        "user_not_in_channel"
    )
    assert (await bob.ephemeral("Only you"))["is_ephemeral"]
    history = await client.conversations_history(channel=channel.id)
    assert "Only you" not in [message["text"] for message in history["messages"]]


async def test_a_file_is_announced_uploaded_shared_and_guarded(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    channel = practice.channel("incidents")
    shared = await client.files_upload_v2(
        channel=channel.id, filename="draft.md", content="# What happened", initial_comment="The draft"
    )

    message = await practice.message(channel=channel, contains="The draft")
    assert message["files"][0]["name"] == "draft.md"
    address = shared["file"]["url_private"]
    async with aiohttp.ClientSession() as session:
        async with session.get(address) as refused:
            assert refused.status == 403
        headers = {"Authorization": f"Bearer {practice.app.bot_token}"}
        async with session.get(address, headers=headers) as read:
            assert await read.text() == "# What happened"


async def test_a_response_url_answers_five_times(practice: PracticeDriver) -> None:
    bob, channel = practice.person("bob"), practice.channel("random")
    reply = Reply(app_id=practice.app.id, person_id=bob.id, channel_id=channel.id, from_command=True)
    address = practice.site.tickets.issue_response_url(reply)

    statuses = []
    async with aiohttp.ClientSession() as session:
        for number in range(6):
            async with session.post(address, json={"text": f"Answer {number}"}) as response:
                statuses.append(response.status)
    assert statuses == [200] * 5 + [404]
    assert (await bob.ephemeral())["text"] == "Answer 4"


async def test_a_response_url_speaks_to_all_replaces_and_deletes(practice: PracticeDriver) -> None:
    bob, channel = practice.person("bob"), practice.channel("random")
    first = practice.workspace.messages.whisper(
        channel, bob.id, practice.workspace.messages.by_app(practice.app) | {"text": "Choose"}
    )
    reply = Reply(
        app_id=practice.app.id,
        person_id=bob.id,
        channel_id=channel.id,
        message_ts=first.ts,
        is_ephemeral=True,
    )
    address = practice.site.tickets.issue_response_url(reply)

    async with aiohttp.ClientSession() as session:
        for body in (
            {"text": "Chosen", "replace_original": True},
            {"text": "Everyone: done", "response_type": "in_channel"},
        ):
            async with session.post(address, json=body) as response:
                assert response.status == 200
        assert [e.message["text"] for e in practice.workspace.messages.ephemerals(bob.id)] == ["Chosen"]
        async with session.post(address, json={"delete_original": True}) as response:
            assert response.status == 200
    assert practice.workspace.messages.ephemerals(bob.id) == []
    await practice.message(channel=channel, contains="Everyone: done")


async def test_arguments_may_come_as_query_form_or_json(practice: PracticeDriver) -> None:
    address = f"{practice.api_url}chat.postMessage"
    token, text = practice.app.bot_token, {"text": "Hello"}
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session:
        forms: list[dict[str, object]] = [
            {"params": text | {"channel": "incidents", "token": token}},
            {"data": text | {"channel": "incidents", "token": token}},
            {"json": text | {"channel": "incidents"}, "headers": headers},
            {"params": {"channel": "incidents"}, "json": text, "headers": headers},
        ]
        for form in forms:
            async with session.post(address, **form) as response:  # type: ignore[arg-type]  # keywords of aiohttp
                assert (await response.json())["ok"]
        async with session.post(
            address, data="{", headers=headers | {"Content-Type": "application/json"}
        ) as bad:
            assert (await bad.json())["error"] == "invalid_json"
