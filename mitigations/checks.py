"""What addresses, paths, fields and tokens of services.toml must look like, said in the operator's words."""

import re
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,200}")
PLACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,59}(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,59}){0,7}")
VISIBLE = re.compile(r"[\x21-\x7e]+")


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must begin with http:// or https:// and name a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("it must hold no password, query or fragment")
    return url.rstrip("/")


def _path(path: str) -> str:
    if not PATH.fullmatch(path) or ".." in path or "//" in path:
        raise ValueError("it must be a path such as /admin/circuit-breaker/stripe/state")
    return path


def _place(place: str) -> str:
    if not PLACE.fullmatch(place):
        raise ValueError("it must be the name of a field, such as state or breaker.state")
    return place


def _sendable(token: SecretStr) -> SecretStr:
    if not VISIBLE.fullmatch(token.get_secret_value()):
        raise ValueError("it must be visible ASCII without blanks")
    return token


Address: TypeAlias = Annotated[str, AfterValidator(_address)]
"""Of a service: scheme, host, port and perhaps a path to begin with."""
Path: TypeAlias = Annotated[str, AfterValidator(_path)]
"""Below an address."""
Place: TypeAlias = Annotated[str, AfterValidator(_place)]
"""Where a value stands in an answer of JSON, such as "breaker.state" or "environments.0.enabled"."""
Token: TypeAlias = Annotated[SecretStr, AfterValidator(_sendable)]
"""Sent in a header."""


def value_at(body: Any, place: str) -> str | int | float | bool | None:  # noqa: ANN401 -- what json.loads gives
    """What stands at a place of an answer; None if nothing does, or a whole object."""
    for part in place.split("."):
        match body:
            case dict():
                body = body.get(part)
            case list() if part.isdecimal() and int(part) < len(body):
                body = body[int(part)]
            case _:
                return None
    return body if isinstance(body, str | int | float | bool) else None
