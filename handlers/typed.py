"""What people typed, out of Slack's encoding: tokens as the words that people saw, escapes undone."""

from __future__ import annotations

import re

from incidents.texts import naming

_TOKEN = re.compile(r"<(?P<mark>[@#!]?)(?P<body>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def spoken(text: str) -> str:
    """`<@U1|bob>` as `@bob`, `<#C1|random>` as `#random`, links as their address."""
    return unescaped(_TOKEN.sub(_word, text))


def naming_people(text: str) -> str:
    """As `spoken`, but a person who is mentioned stays that person, whatever they are called."""
    return unescaped(_TOKEN.sub(_person_or_word, text))


def _person_or_word(token: re.Match[str]) -> str:
    return naming(token["body"]) if token["mark"] == "@" else _word(token)


def unescaped(text: str) -> str:
    """The three characters that Slack escapes, as they were typed."""
    for escape, character in _ESCAPES:
        text = text.replace(escape, character)
    return text


def _word(token: re.Match[str]) -> str:
    mark, body, label = token["mark"], token["body"], token["label"] or ""
    match mark:
        case "@" | "#":
            return f"{mark}{(label or body).lstrip('@#')}"
        case "!":
            return f"@{(label or body.partition('^')[0]).lstrip('@')}"
        case _:
            return body.removeprefix("mailto:")
