"""A command's text as Slack sends it to an app that asked for escaping: mentions and links as tokens."""

import re
from typing import Final

from tocsin_practice.workspace import Workspace

_WORD: Final = re.compile(
    r"(?<![\w@#/])(?P<mark>[@#])(?P<name>[\w.-]+)|(?P<url>https?://[^\s<>|]+)", re.UNICODE
)


def escape(text: str) -> str:
    """Slack's three escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_command_text(workspace: Workspace, text: str) -> str:
    """`@bob`, `#general` and addresses as `<@U..|bob>`, `<#C..|general>`, `<https://...>`; tokens stay."""

    def token(match: re.Match[str]) -> str:
        if match["url"]:
            return f"<{match['url']}>"
        return _mention(workspace, match["mark"], match["name"]) or match[0]

    parts = re.split(r"(<[@#!][^<>]*>)", text)
    return "".join(part if index % 2 else _WORD.sub(token, escape(part)) for index, part in enumerate(parts))


def linked_message_text(workspace: Workspace, text: str) -> str:
    """What Slack stores of a message that a person typed: `@bob` becomes `<@U..>`, and so on."""
    text = escaped_command_text(workspace, text)
    for word in ("here", "channel", "everyone"):
        text = re.sub(rf"(?<![\w@])@{word}\b", f"<!{word}>", text)
    return re.sub(r"<@(\w+)\|[^>]*>", r"<@\1>", text)


def _mention(workspace: Workspace, mark: str, name: str) -> str:
    tail = ""
    while name:
        token = _exact_mention(workspace, mark, name)
        if token:
            return token + tail
        if name[-1] not in ".-":
            return ""
        name, tail = name[:-1], name[-1] + tail
    return ""


def _exact_mention(workspace: Workspace, mark: str, name: str) -> str:
    if mark == "#":
        channel = workspace.channels.named(name)
        known = channel is not None and not channel.is_direct and channel.name == name
        return f"<#{channel.id}|{channel.name}>" if channel and known else ""
    person = next((p for p in workspace.people if name.lower() in {p.name, p.display_name.lower()}), None)
    if person is not None:
        return f"<@{person.id}|{person.name}>"
    group = workspace.group_named(name)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else ""
