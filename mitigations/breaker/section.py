"""What services.toml says about a circuit breaker: where its state is read, and where it is reset."""

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from mitigations.action import Section

PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,200}")
FIELD = re.compile(r"[A-Za-z0-9_-]{1,60}(\.[A-Za-z0-9_-]{1,60}){0,4}")


class BreakerSection(Section):
    """`kind = "breaker"`.

    Attributes:
        url: of the service itself.
        state: the path whose answer, JSON, tells the state.
        reset: the path that a POST without a body resets.
        field: where in that answer the state stands, such as "state" or "breaker.state".
        since: where it says when it opened, so that no later opening is reset by an old approval.
        token: sent as a bearer's, if the service asks for one.
        closed_within: seconds after the reset in which it must have closed.
    """

    kind: Literal["breaker"]
    url: str
    state: str
    reset: str
    field: str = "state"
    since: str | None = None
    token: SecretStr | None = Field(default=None, repr=False)
    closed_within: float = Field(default=10, ge=0, le=300)

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("it must begin with http:// or https:// and name a host")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("it must hold no password, query or fragment")
        return url.rstrip("/")

    @field_validator("state", "reset")
    @classmethod
    def _path(cls, path: str) -> str:
        if not PATH.fullmatch(path) or ".." in path or "//" in path:
            raise ValueError("it must be a path such as /admin/circuit-breaker/stripe/state")
        return path

    @field_validator("field", "since")
    @classmethod
    def _place(cls, place: str | None) -> str | None:
        if place is not None and not FIELD.fullmatch(place):
            raise ValueError("it must be the name of a field, such as state or breaker.state")
        return place

    @field_validator("token")
    @classmethod
    def _sendable(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not re.fullmatch(r"[\x21-\x7e]+", token.get_secret_value()):
            raise ValueError("it must be visible ASCII without blanks")
        return token
