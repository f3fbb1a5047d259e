"""What services.toml says about a switch: where its value is read, and what is sent to set it."""

import re
from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from mitigations.action import Section
from mitigations.checks import Address, Path, Place, Token

MEDIA = re.compile(r"[a-z]+/[a-zA-Z0-9.+-]{1,80}(; ?[a-z-]+=[a-zA-Z0-9.-]{1,60})?")
Value: TypeAlias = bool | int | float | str


class Request(BaseModel):
    """What sets it. It must set a value, never toggle one.

    Attributes:
        method: of HTTP.
        path: below the address.
        body: sent as JSON; nothing is sent without.
        media: what the body is called.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "PUT"
    path: Path
    body: JsonValue = None
    media: str = "application/json"

    @field_validator("media")
    @classmethod
    def _media(cls, media: str) -> str:
        if not MEDIA.fullmatch(media):
            raise ValueError("it must be a media type such as application/json")
        return media


class SwitchSection(Section):
    """`kind = "switch"`; one flag with one value that it may be set to, so one action.

    Attributes:
        url: of the service that keeps it.
        state: the path whose answer, JSON, tells its value.
        field: where in that answer the value stands, such as "enabled" or "environments.production.on".
        wanted: the value that it has afterwards.
        set: the request that sets it.
        token: sent as a bearer's, if the service asks for one ...
        bearer: ... or as it stands, where this is false.
        set_within: seconds after which it must have that value.
    """

    WHAT: ClassVar = ("url", "state", "field")

    kind: Literal["switch"]
    url: Address
    state: Path
    field: Place = "enabled"
    wanted: Value
    set: Request
    token: Token | None = Field(default=None, repr=False)
    bearer: bool = True
    set_within: float = Field(default=10, ge=0, le=300)

    @field_validator("wanted", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:  # noqa: ANN401 -- what stands in the file, before it is checked
        if not isinstance(value, bool | int | float | str):
            raise ValueError("it must be true, false, a number or a text")  # noqa: TRY004 -- as pydantic wants it
        return value

    @model_validator(mode="after")
    def _one(self) -> "SwitchSection":
        if len(self.actions) > 1:
            raise ValueError(
                "actions: a switch is set to one value, so it has one action; write two sections"
            )
        return self
