"""What services.toml says about a third party: where it tells how it is, and which of its parts matter."""

from typing import Literal, Self

from pydantic import Field, model_validator

from diagnostics.address import Address
from diagnostics.probe import Section


class ThirdPartySection(Section):
    """`kind = "third_party"`; give `health`, `status` or both.

    Attributes:
        health: an address that answers 2xx without a login while it is well.
        status: its status page as JSON, in Statuspage's shape: ".../api/v2/summary.json".
        components: those of its status page that matter; without any, all do.
        slow: seconds; a later answer is a warning.
    """

    kind: Literal["third_party"]
    health: Address | None = None
    status: Address | None = None
    components: tuple[str, ...] = Field(default=(), max_length=50)
    slow: float = Field(default=1.0, gt=0)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.health and not self.status:
            raise ValueError("give health, status or both")
        if self.components and not self.status:
            raise ValueError("components stand on a status page: give status")
        return self
