"""What the environment says: tokens, addresses and folders, by Slack's and the trade's own names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_core import PydanticUseDefault
from pydantic_settings import BaseSettings, SettingsConfigDict

from incidents.errors import Misconfigured

SLACK = "https://slack.com/api/"
Kind = TypeVar("Kind", bound=BaseSettings)


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_outer_blanks(cls, value: object) -> object:
        if isinstance(value, str) and not value.strip():
            raise PydanticUseDefault
        return value.strip() if isinstance(value, str) else value


class Places(_Environment):
    """Where the record, the operator's files and our own data are.

    Attributes:
        database_url: PostgreSQL; unset, one of our own is started under `tocsin_home`.
        tocsin_listen: "host:port" of the health page (and of Slack's requests in HTTP mode), or "off".
    """

    database_url: SecretStr | None = None
    tocsin_config: Path = Path("config")
    tocsin_home: Path = Path(".tocsin")
    tocsin_listen: str = "127.0.0.1:8321"
    tocsin_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not url.get_secret_value().startswith(("postgres://", "postgresql://", "postgresql+")):
            raise ValueError("write a PostgreSQL address, such as postgresql://tocsin:...@localhost/tocsin")
        return url

    @field_validator("tocsin_log_level", mode="before")
    @classmethod
    def _in_capitals(cls, level: object) -> object:
        return level.strip().upper() if isinstance(level, str) else level

    @field_validator("tocsin_listen")
    @classmethod
    def _is_address(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if listen != "off" and not (host and port.isdecimal() and int(port) < 65536):  # noqa: PLR2004 - ports end there
            raise ValueError("write host:port, such as 127.0.0.1:8321, or off")
        return listen

    @property
    def listen(self) -> tuple[str, int] | None:
        """Host and port, or None when off."""
        host, _, port = self.tocsin_listen.rpartition(":")
        return (host, int(port)) if host else None


class Slack(_Environment):
    """How we speak to Slack: Socket Mode with an app token, or HTTP mode with a signing secret."""

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = SLACK

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr) -> SecretStr:
        if not _is_token("xoxb", token):
            raise ValueError(
                "a bot token starts with xoxb- and has no blanks; copy it from OAuth & Permissions"
            )
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token and not _is_token("xapp", token):
            raise ValueError(
                "an app token starts with xapp- and has no blanks; copy it from Basic Information"
            )
        return token

    @field_validator("slack_api_url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        if not _leads_to_the_web(url):
            raise ValueError(f"write a web address, such as {SLACK}")
        return url if url.endswith("/") else f"{url}/"

    @property
    def local(self) -> bool:
        """Whether Slack is a practice workspace on this machine."""
        return urlsplit(self.slack_api_url).hostname in {"127.0.0.1", "localhost", "::1"}


def _is_token(kind: str, token: SecretStr) -> bool:
    return bool(re.fullmatch(rf"{kind}-[!-~]+", token.get_secret_value()))


def _leads_to_the_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are none
        return False


_ADVICE = {
    "slack_bot_token": "copy the Bot User OAuth Token (xoxb-...) from OAuth & Permissions of your Slack app",
    "slack_app_token": "create an app-level token (xapp-...) with connections:write under Basic Information",
}


def load(kind: type[Kind]) -> Kind:
    """The settings of that kind, from the environment.

    Raises:
        Misconfigured: one line that names the variable and the fix; never its value.
    """
    try:
        return kind()
    except ValidationError as error:
        raise Misconfigured(_sentence(error)) from None


def slack() -> Slack:
    """As `load(Slack)`, and there must be a way for Slack to reach us."""
    found = load(Slack)
    if found.slack_app_token is None and found.slack_signing_secret is None:
        raise Misconfigured(
            f"SLACK_APP_TOKEN is missing: {_ADVICE['slack_app_token']} "
            "(or set SLACK_SIGNING_SECRET for HTTP mode)."
        )
    return found


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    if first["type"] == "missing":
        return f"{name.upper()} is missing: {_ADVICE.get(name, 'set it in the environment')}."
    reason = str(first["msg"]).removeprefix("Value error, ").replace("Input should be", "it must be")
    return f"{name.upper()} is wrong: {reason}."
