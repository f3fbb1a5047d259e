"""The practice workspace held against Slack's own material: keys, types, error codes, scopes, tiers."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tocsin_practice.api.table import METHODS
from tocsin_practice.driver import PracticeDriver
from tocsin_practice.ratelimits import Tier

MATERIAL = Path(__file__).parents[3] / "shared" / "slack"

PAGED = sorted(set(METHODS) - {"files.delete"})
"""The methods whose page is among the material."""

EXTRA_KEYS: dict[str, set[str]] = {
    "chat.update": {"message.ts", "message.thread_ts"},  # Slack sends them all the same
    "pins.list": {"items.channel", "items.message"},  # the sample holds a pinned file only
    "reactions.get": {"message.edited", "message.thread_ts"},  # its message was neither edited nor replied to
}
"""Keys that Slack is known to send and that its merged samples lack."""

CODES_FROM_ELSEWHERE = {
    "chat.postMessage": {"msg_too_long"},  # as chat.update; the page names the limit of markdown_text only
    "bookmarks.list": {"permission_denied"},  # as its three sisters; its own page names no errors
    "pins.list": {"not_in_channel"},  # as pins.add
    "conversations.replies": {"not_in_channel"},  # as conversations.history
}
"""Codes that a method's extracted page does not list, with the reason."""


def material(*parts: str) -> Any:  # noqa: ANN401 - a JSON document
    path = MATERIAL.joinpath(*parts)
    if not path.is_file():
        pytest.skip("Slack's material is not beside this checkout.")
    return json.loads(path.read_text())


def invented(sample: Any, answer: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON values
    """The paths in an answer that the sample does not know, or knows with another type."""
    if isinstance(answer, dict) and isinstance(sample, dict):
        if not sample:
            return
        for key, value in answer.items():
            path = f"{where}.{key}".lstrip(".")
            if key not in sample:
                yield path
            else:
                yield from invented(sample[key], value, path)
    elif isinstance(answer, list) and isinstance(sample, list):
        for item in answer if sample else []:
            yield from invented(sample[0], item, where)
    elif answer is not None and sample is not None and _kind(sample) != _kind(answer):
        yield f"{where}: {_kind(answer)} where Slack has {_kind(sample)}"


def _kind(value: object) -> str:
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    )


VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Declare"},
    "blocks": [{"type": "divider", "block_id": "line"}],
}


class Caller:
    """Calls methods and keeps the answers."""

    def __init__(self, practice: PracticeDriver, client: AsyncWebClient) -> None:
        self.practice = practice
        self.client = client
        self.answers: dict[str, Any] = {}

    async def __call__(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401 - a Slack response
        app = self.practice.app
        token = app.app_token if method.startswith("apps.") else app.bot_token
        headers = {"Authorization": f"Bearer {token}"}
        response = await self.client.api_call(method, json=arguments, headers=headers)
        self.answers[method] = response.data
        return response.data


async def call_about_messages(call: Caller) -> None:
    bob = call.practice.person("bob")
    channel = (await call("conversations.create", name="incident-one"))["channel"]["id"]
    await call("conversations.invite", channel=channel, users=bob.id)
    await call("conversations.setTopic", channel=channel, topic="Down")
    await call("conversations.setPurpose", channel=channel, purpose="To mend it")
    posted = await call(
        "chat.postMessage",
        channel=channel,
        text="Down",
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "*Down*"}}],
        metadata={"event_type": "incident", "event_payload": {"id": "1"}},
    )
    ts = posted["ts"]
    await call.client.chat_postMessage(channel=channel, text="In a thread", thread_ts=ts)
    await call("chat.update", channel=channel, ts=ts, text="Up")
    await call("chat.postEphemeral", channel=channel, user=bob.id, text="Only you")
    await call("chat.getPermalink", channel=channel, message_ts=ts)
    await call("pins.add", channel=channel, timestamp=ts)
    await call("pins.list", channel=channel)
    await call("pins.remove", channel=channel, timestamp=ts)
    await call("reactions.add", channel=channel, timestamp=ts, name="eyes")
    await call("reactions.get", channel=channel, timestamp=ts)
    await call("reactions.remove", channel=channel, timestamp=ts, name="eyes")
    mark = {"channel_id": channel, "title": "Graphs", "type": "link", "link": "https://example.com"}
    bookmark = (await call("bookmarks.add", **mark))["bookmark"]["id"]
    await call("bookmarks.edit", channel_id=channel, bookmark_id=bookmark, title="More graphs")
    await call("bookmarks.list", channel_id=channel)
    await call("bookmarks.remove", channel_id=channel, bookmark_id=bookmark)
    await call("conversations.history", channel=channel, include_all_metadata=True)
    await call("conversations.replies", channel=channel, ts=ts)
    await call("conversations.info", channel=channel, include_num_members=True)
    await call("conversations.members", channel=channel)
    await call("conversations.list", types="public_channel,private_channel,im,mpim")
    await call("users.conversations")
    await call("conversations.join", channel=channel)
    await call("conversations.mark", channel=channel, ts=ts)
    await call("conversations.open", users=bob.id, return_im=True)
    await call("conversations.rename", channel=channel, name="incident-two")
    await call("chat.delete", channel=channel, ts=ts)
    await call("conversations.kick", channel=channel, user=bob.id)
    await call("conversations.archive", channel=channel)
    await call("conversations.unarchive", channel=channel)
    await call("conversations.leave", channel=channel)


async def call_about_people_and_files(call: Caller) -> None:
    bob, app = call.practice.person("bob"), call.practice.app
    channel = call.practice.channel("incidents").id
    for method in ("users.list", "usergroups.list", "team.info", "bots.info", "auth.test", "api.test"):
        await call(method)
    await call("users.info", user=bob.id)
    await call("users.profile.get", user=bob.id)
    await call("users.getPresence", user=bob.id)
    await call("users.lookupByEmail", email="bob@northwind.example")
    await call("usergroups.users.list", usergroup=next(iter(call.practice.workspace.usergroups)))
    await call("apps.connections.open")
    trigger = call.practice.site.tickets.issue_trigger
    view = (await call("views.open", trigger_id=trigger(app.id, bob.id), view=VIEW))["view"]
    await call("views.push", trigger_id=trigger(app.id, bob.id), view=VIEW)
    await call("views.update", view_id=view["id"], view=VIEW)
    await call("views.publish", user_id=bob.id, view={"type": "home", "blocks": []})
    upload = await call("files.getUploadURLExternal", filename="report.md", length=5)
    call.practice.workspace.files.by_upload_key(upload["upload_url"].rpartition("/")[2]).content = b"12345"  # type: ignore[union-attr]  # it was announced in the line above
    await call("files.completeUploadExternal", files=[{"id": upload["file_id"]}], channel_id=channel)
    await call("files.info", file=upload["file_id"])
    await call("files.delete", file=upload["file_id"])


async def test_no_answer_has_a_key_or_type_that_slack_does_not_have(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    call = Caller(practice, client)
    await call_about_messages(call)
    await call_about_people_and_files(call)

    found = {}
    for method, answer in call.answers.items():
        if not (MATERIAL / "samples" / "api" / f"{method}.json").is_file():
            continue
        extra = set(invented(material("samples", "api", f"{method}.json"), answer))
        found[method] = sorted(extra - EXTRA_KEYS.get(method, set()))
    assert material("samples", "api", "auth.test.json")
    assert {method: extra for method, extra in found.items() if extra} == {}
    assert set(METHODS) == set(call.answers)


@pytest.mark.parametrize("method", PAGED)
def test_a_method_asks_for_no_scope_that_slack_does_not_ask_for(method: str) -> None:
    page = material("methods", f"{method}.json")
    wanted = {scope["name"] for scope in (page["scopes"] or {}).get("bot", [])}
    assert set(METHODS[method].scopes) <= wanted


@pytest.mark.parametrize("method", PAGED)
def test_a_method_is_limited_as_in_slack(method: str) -> None:
    label = (material("methods", f"{method}.json")["rate_limit"] or {}).get("label", "")
    number = re.search(r"Tier (\d)", label)
    wanted = {Tier[f"TIER_{number[1]}"]} if number else {Tier.SPECIAL, Tier.POST}
    assert METHODS[method].tier in wanted


def source_of(handler: Callable[..., object]) -> str:
    """A handler's source and that of the helpers beside it that it calls."""
    module, sources, ahead = inspect.getmodule(handler), {}, [handler]
    while ahead:
        function = ahead.pop()
        sources[function.__name__] = inspect.getsource(function)
        for name in re.findall(r"\b(_\w+)\(", sources[function.__name__]):
            helper = getattr(module, name, None)
            if inspect.isfunction(helper) and name not in sources:
                ahead.append(helper)
    return "\n".join(sources.values())


@pytest.mark.parametrize("method", PAGED)
def test_a_method_gives_only_error_codes_that_slack_lists(method: str) -> None:
    known = set(material("methods", f"{method}.json")["errors"]) | set(material("common_errors.json"))
    own = set(re.findall(r'RefusalError\("(\w+)"', source_of(METHODS[method].handler)))
    assert own - known - CODES_FROM_ELSEWHERE.get(method, set()) == set()


async def test_an_unknown_method_and_a_bad_token_are_refused_as_in_slack(
    practice: PracticeDriver, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError, match="unknown_method"):
        await client.api_call("no.such")
    stranger = AsyncWebClient(token="xoxb-stranger", base_url=practice.api_url, session=client.session)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await stranger.auth_test()
    nobody = AsyncWebClient(base_url=practice.api_url, session=client.session)
    with pytest.raises(SlackApiError, match="not_authed"):
        await nobody.auth_test()
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=practice.app.bot_token)
