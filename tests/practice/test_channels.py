"""Channels over the Web API: names, invitations, privacy, archives, pages, scopes."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.driver import PracticeDriver


async def refusal(call: Awaitable[Any]) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as raised:
        await call
    answer: dict[str, Any] = raised.value.response.data
    return answer


async def test_who_creates_a_channel_is_its_creator_and_only_member(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    created = (await client.conversations_create(name="incident-payments"))["channel"]

    assert created["creator"] == practice.app.bot_user_id
    assert created["is_member"]
    members = await client.conversations_members(channel=created["id"])
    assert members["members"] == [practice.app.bot_user_id]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "invalid_name_required"),
        ("a" * 81, "invalid_name_maxlength"),
        ("Incident", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("payments!", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
        ("general", "name_taken"),
    ],
)
async def test_a_bad_name_is_refused_with_slacks_code(client: AsyncWebClient, name: str, code: str) -> None:
    answer = await refusal(client.conversations_create(name=name))
    assert answer["error"] == code


async def test_letters_of_any_script_may_name_a_channel(client: AsyncWebClient) -> None:
    assert (await client.conversations_create(name="障害-決済"))["ok"]


async def test_an_archived_channel_keeps_its_name_and_takes_no_messages(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="incident-old"))["channel"]["id"]
    await client.conversations_archive(channel=channel)

    assert (await refusal(client.conversations_create(name="incident-old")))["error"] == "name_taken"
    assert (await refusal(client.chat_postMessage(channel=channel, text="x")))["error"] == "is_archived"
    assert (await refusal(client.conversations_archive(channel=channel)))["error"] == "already_archived"
    assert (await refusal(client.conversations_setTopic(channel=channel, topic="x")))[
        "error"
    ] == "is_archived"


async def test_one_bad_guest_stops_the_invitation_of_all_unless_forced(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    channel = (await client.conversations_create(name="incident-guests"))["channel"]["id"]
    bob = practice.person("bob")

    answer = await refusal(client.conversations_invite(channel=channel, users=[bob.id, "U0NOBODY"]))
    assert answer["error"] == "user_not_found"
    assert answer["errors"] == [{"user": "U0NOBODY", "ok": False, "error": "user_not_found"}]
    assert not bob.is_in(channel)

    await client.conversations_invite(channel=channel, users=[bob.id, "U0NOBODY"], force=True)
    assert bob.is_in(channel)


async def test_inviting_a_member_oneself_or_too_many_is_refused(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    channel = (await client.conversations_create(name="incident-again"))["channel"]["id"]
    bob, mine = practice.person("bob").id, practice.app.bot_user_id
    await client.conversations_invite(channel=channel, users=bob)

    async def code(users: list[str]) -> str:
        answer = await refusal(client.conversations_invite(channel=channel, users=users))
        return str(answer["error"])

    assert await code([bob]) == "already_in_channel"
    assert await code([mine]) == "cant_invite_self"
    assert await code([f"U{number}" for number in range(101)]) == "invalid_arguments"


async def test_a_private_channel_does_not_exist_for_those_outside(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    bob = practice.person("bob")
    practice.site.acts.create_channel(bob.person, "secret", is_private=True)
    secret = practice.channel("secret")

    for call in (
        client.conversations_info(channel=secret.id),
        client.chat_postMessage(channel=secret.id, text="x"),
        client.conversations_join(channel=secret.id),
    ):
        assert (await refusal(call))["error"] == "channel_not_found"
    listed = await client.conversations_list(types="public_channel,private_channel", limit=999)
    assert "secret" not in [channel["name"] for channel in listed["channels"]]


async def test_without_write_public_an_app_writes_only_where_it_is_a_member(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    assert (await client.chat_postMessage(channel="#random", text="As a guest"))["ok"]
    practice.app.scopes -= {"chat:write.public"}

    answer = await refusal(client.chat_postMessage(channel="#random", text="As a guest"))
    assert answer["error"] == "not_in_channel"


async def test_a_missing_scope_is_named(practice: PracticeDriver, client: AsyncWebClient) -> None:
    practice.app.scopes -= {"channels:manage"}

    answer = await refusal(client.conversations_create(name="incident-scope"))
    assert answer["error"] == "missing_scope"
    assert "channels:manage" in answer["needed"]
    assert "chat:write" in answer["provided"]


async def test_a_workspace_may_let_only_administrators_create_channels(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    practice.workspace.set_preference(who_can_create_channels="admins")

    answer = await refusal(client.conversations_create(name="incident-restricted"))
    assert answer["error"] == "restricted_action"


async def test_a_topic_over_250_characters_is_too_long(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="incident-topic"))["channel"]["id"]

    await client.conversations_setTopic(channel=channel, topic="t" * 250)
    answer = await refusal(client.conversations_setTopic(channel=channel, topic="t" * 251))
    assert answer["error"] == "too_long"


async def test_channels_come_in_pages(client: AsyncWebClient) -> None:
    names, cursor = [], ""
    while True:
        part = await client.conversations_list(limit=3, cursor=cursor)
        names += [channel["name"] for channel in part["channels"]]
        cursor = part["response_metadata"]["next_cursor"]
        if not cursor:
            break

    assert names == ["general", "incidents", "payments-team", "random"]


async def test_a_joined_channel_warns_when_joined_again(client: AsyncWebClient) -> None:
    listed = await client.conversations_list()
    random = next(channel["id"] for channel in listed["channels"] if channel["name"] == "random")

    await client.conversations_join(channel=random)
    again = await client.conversations_join(channel=random)
    assert again["warning"] == "already_in_channel"


async def test_addresses_are_shown_only_with_their_scope(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    found = await client.users_lookupByEmail(email="Bob@northwind.example")
    assert found["user"]["profile"]["email"] == "bob@northwind.example"

    practice.app.scopes -= {"users:read.email"}
    plain = await client.users_info(user=found["user"]["id"])
    assert "email" not in plain["user"]["profile"]
    assert (await refusal(client.users_lookupByEmail(email="bob@northwind.example")))[
        "error"
    ] == "missing_scope"
