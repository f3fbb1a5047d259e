"""What services.toml says about a circuit breaker: where its state is read, and where it is changed."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from mitigations.action import Section
from mitigations.checks import Address, Path, Place, Token

SETTINGS = {"reset-breaker": "reset", "open-breaker": "force_open", "enable-breaker": "enable"}


class BreakerSection(Section):
    """`kind = "breaker"`.

    Attributes:
        url: of the service itself.
        state: the path whose answer, JSON, tells the state.
        reset: the path that a POST without a body resets, for `reset-breaker`.
        force_open: the one that a POST forces open, for `open-breaker`.
        enable: the one that a POST switches on again, for `enable-breaker`.
        field: where in that answer the state stands, such as "state" or "breaker.state".
        since: where it says since when, so that no later opening is reset by an old approval.
        token: sent as a bearer's, if the service asks for one.
        closed_within: seconds after the change in which it must be as wanted.
    """

    WHAT: ClassVar = ("url", "state", "field")

    kind: Literal["breaker"]
    url: Address
    state: Path
    reset: Path | None = None
    force_open: Path | None = None
    enable: Path | None = None
    field: Place = "state"
    since: Place | None = None
    token: Token | None = Field(default=None, repr=False)
    closed_within: float = Field(default=10, ge=0, le=300)

    @model_validator(mode="after")
    def _told(self) -> "BreakerSection":
        for word, setting in SETTINGS.items():
            if word in self.actions and getattr(self, setting) is None:
                raise ValueError(f"{setting}: {word} needs its path")
        return self
