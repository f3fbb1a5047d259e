"""What a file of patterns may hold, key by key."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from diagnostics.patterns.pattern import Layer

Text = Annotated[str, Field(strict=True, min_length=1, max_length=500)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1, max_length=5)]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,59}$")]
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
    runbook: Text | None = None
    action: Annotated[str, Field(pattern=r"^[a-z0-9]+\.[a-z_]+$")] | None = None
    explains: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    symptom: bool = False

    @field_validator("sentence", "next_step", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value
