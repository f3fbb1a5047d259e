"""The Slack app's manifest: valid, within Slack's limits, asking for what the code uses and nothing more."""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

ROOT = Path(__file__).parents[2]
SLACK = ROOT / ".." / "shared" / "slack"
HANDLERS = ROOT / "handlers"

PUBLIC, PRIVATE, DIRECT = "channels:", "groups:", "im:"
# Which kinds of conversation the bot uses a method on, where that is not rooms both public and private.
KINDS = {
    "conversations.join": {PUBLIC},  # a private channel cannot be joined, only be invited to
    "conversations.open": {DIRECT},
}
# What an event or a feature needs, by Slack's reference of events.
NEEDED_BY = {
    "app_mention": {"app_mentions:read"},
    "channel_archive": {"channels:read"},
    "channel_rename": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_rename": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "pin_added": {"pins:read"},
    "reaction_added": {"reactions:read"},
}
# Scopes that no method names, each with what stops working without it.
REASONS = {
    "chat:write.public": "announcing in #incidents where nobody has invited the bot yet",
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    read = yaml.safe_load((ROOT / "manifest.yml").read_text())
    assert isinstance(read, dict)
    return read


@pytest.fixture(scope="module")
def scopes(manifest: dict[str, Any]) -> set[str]:
    return set(manifest["oauth_config"]["scopes"]["bot"])


@pytest.fixture(scope="module")
def reference() -> Path:
    if not SLACK.exists():
        pytest.skip("Slack's own tables are not beside this checkout (../shared/slack)")
    return SLACK


@pytest.fixture(scope="module")
def code() -> list[ast.Module]:
    files = sorted(HANDLERS.rglob("*.py"))
    if not files:
        pytest.skip("there are no handlers to read")
    return [ast.parse(file.read_text()) for file in files]


@pytest.fixture(scope="module")
def methods(code: list[ast.Module]) -> set[str]:
    """Every Web API method that the handlers name: as the client's function, or by its own name."""
    by_function = dict(functions())
    named = {
        by_function.get(node.attr, "")
        for tree in code
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }
    return (named | (strings(code) & set(by_function.values()))) - {""} | uploads(code)


def functions() -> Iterator[tuple[str, str]]:
    """Each function of the SDK's client with its method: `chat_postMessage`, `chat.postMessage`."""
    for name, function in inspect.getmembers(AsyncWebClient, inspect.isfunction):
        called = re.search(r'self\.api_call\(\s*"([\w.]+)"', inspect.getsource(function))
        if called and "_" in name:
            yield name, called[1]


def uploads(code: list[ast.Module]) -> set[str]:
    used = any(
        isinstance(node, ast.Attribute) and node.attr == "files_upload_v2"
        for tree in code
        for node in ast.walk(tree)
    )
    return {"files.getUploadURLExternal", "files.completeUploadExternal"} if used else set()


def strings(code: list[ast.Module]) -> set[str]:
    return {
        node.value
        for tree in code
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def sufficient(method: str, reference: Path) -> list[set[str]]:
    """For each kind of conversation the scopes of which one is enough; one set where kinds do not matter."""
    table = json.loads((reference / "methods" / f"{method}.json").read_text())
    enough = {scope["name"] for scope in table["scopes"].get("bot", [])}
    kinds = KINDS.get(method, {PUBLIC, PRIVATE})
    by_kind = [{scope for scope in enough if scope.startswith(kind)} for kind in sorted(kinds)]
    return [each for each in by_kind if each] or ([enough] if enough else [])


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_it_is_what_slack_accepts(manifest: dict[str, Any], reference: Path, version: str) -> None:
    schema = json.loads((reference / f"manifest.schema.{version}.json").read_text())
    major = int(version[0])
    jsonschema.Draft7Validator(schema).validate(manifest | {"_metadata": {"major_version": major}})


def test_no_name_is_longer_than_slack_allows(manifest: dict[str, Any]) -> None:
    shown, features = manifest["display_information"], manifest["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(features["shortcuts"]) <= 10
    assert all(len(shortcut["name"]) <= 24 for shortcut in features["shortcuts"])
    assert all(len(shortcut["description"]) <= 150 for shortcut in features["shortcuts"])
    assert all(len(command["command"]) <= 32 for command in features["slash_commands"])


def test_mentions_arrive_as_numbers_and_not_as_names(manifest: dict[str, Any]) -> None:
    assert all(command["should_escape"] is True for command in manifest["features"]["slash_commands"])


def test_it_needs_no_address_of_ours(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(manifest)


def test_every_method_that_the_code_calls_is_allowed(
    methods: set[str], scopes: set[str], reference: Path
) -> None:
    lacking = {
        method: sorted(enough)
        for method in sorted(methods)
        for enough in sufficient(method, reference)
        if not enough & scopes
    }
    assert lacking == {}


def test_no_scope_is_asked_for_without_a_use(
    manifest: dict[str, Any], methods: set[str], scopes: set[str], reference: Path
) -> None:
    used = set(REASONS) | {"commands"}
    for method in methods:
        used.update(*sufficient(method, reference))
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        used |= NEEDED_BY[event]
    assert sorted(scopes - used) == []


def test_every_event_is_allowed(manifest: dict[str, Any], scopes: set[str]) -> None:
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        assert NEEDED_BY[event] <= scopes, event


def test_everything_that_a_person_can_press_is_answered(
    manifest: dict[str, Any], code: list[ast.Module]
) -> None:
    features = manifest["features"]
    offered = {command["command"] for command in features["slash_commands"]}
    offered |= {shortcut["callback_id"] for shortcut in features["shortcuts"]}
    offered |= set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert sorted(offered - strings(code)) == []
