"""What a file of patterns may hold, key by key."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from diagnostics.patterns.pattern import Layer


def _place(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s#|<>]\S{0,480}|[a-z][a-z0-9-]{0,60}\.md", text):
        raise ValueError("must be an address, or a file of the folder of runbooks, such as connections.md")
    return text


Text = Annotated[str, Field(strict=True, min_length=1, max_length=500)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1, max_length=5)]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,59}$")]
Action = Annotated[str, Field(pattern=r"^[a-z0-9]+\.[a-z_]+$")]
Runbook = Annotated[str, AfterValidator(_place)]
Weight = Annotated[float, Field(ge=0, le=0.9)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClauseTable(_Table):
    """A condition. `says` may be several forms of one sentence, the fullest first."""

    when: Text
    says: Texts
    weight: Weight = 0.0

    @field_validator("says", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class WeighedTable(ClauseTable):
    """A condition that speaks for or against the cause, and by how much."""

    weight: Weight


class PatternTable(_Table):
    """A pattern as it stands in the file."""

    code: Code
    title: Text
    layer: Layer
    about: Text
    required: Annotated[tuple[ClauseTable, ...], Field(min_length=1, max_length=20)]
    supporting: Annotated[tuple[WeighedTable, ...], Field(max_length=20)] = ()
    contradicting: Annotated[tuple[WeighedTable, ...], Field(max_length=20)] = ()
    sentence: Texts
    next_step: Texts
    next_probe: Text | None = None
    runbook: Runbook | None = None
    action: Action | None = None
    actions: Annotated[tuple[Action, ...], Field(min_length=1, max_length=5)] | None = None
    explains: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    symptom: bool = False

    @field_validator("sentence", "next_step", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_way_of_saying(self) -> Self:
        if self.action and self.actions:
            raise ValueError("action: give action or actions, not both")
        return self

    @property
    def offered(self) -> tuple[str, ...]:
        """What can be done about it, however that was written."""
        return self.actions or ((self.action,) if self.action else ())
