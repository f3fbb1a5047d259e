"""What services.toml says about a service in Sentry: its project, and since when an error counts as new."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from diagnostics.address import encrypted
from diagnostics.probe import Section

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
DAY = 24 * 60  # minutes


class Limits(BaseModel):
    """Counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events_warn: int = Field(default=10, ge=1)  # of a new error that no new release explains


class SentrySection(Section):
    """`kind = "sentry"`; give `token_env` with the name of the variable that holds the token.

    Attributes:
        url: Sentry's address; yours if you host it.
        organization: its short name (slug).
        project: its short name (slug).
        token: may read issues (event:read) and releases (project:read).
        environment: only errors of this one count; without it, all.
        window: minutes; errors first seen within it are new.
    """

    kind: Literal["sentry"]
    url: str = "https://sentry.io"
    organization: str
    project: str
    token: SecretStr = Field(repr=False)
    environment: str | None = None
    window: int = Field(default=60, ge=5, le=DAY)
    limits: Limits = Limits()

    @field_validator("url")
    @classmethod
    def _url(cls, url: str) -> str:
        return encrypted(url)

    @field_validator("organization", "project")
    @classmethod
    def _slug(cls, name: str) -> str:
        if not SLUG.fullmatch(name):
            raise ValueError("it must be a short name (slug): letters, digits and hyphens")
        return name

    @field_validator("environment")
    @classmethod
    def _environment(cls, name: str | None) -> str | None:
        if name is not None and not ENVIRONMENT.fullmatch(name):
            raise ValueError("it must be the name of an environment, such as production")
        return name
