"""What a code of a finding stands for: one entry that rules refer to, people read and tests hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

WORD = "word"  # the unit of a figure that is a text


@dataclass(frozen=True, slots=True)
class Described:
    """One condition that a family of probes can see.

    Attributes:
        code: the member of the family's enum; its name is how rules refer to it (`pg.slots`), its value is
            printed beside the finding (`PG103`).
        title: what is seen, in a few words.
        figures: the names of the figures that its finding may carry, each with its unit: "s", "ms", "%",
            "bytes", "" for a plain number, `WORD` for a text.
        meaning: why it matters.
        next_step: what to do, in general terms; a finding says it with its own names.
    """

    code: StrEnum
    title: str
    figures: Mapping[str, str] = field(default_factory=dict)
    meaning: str = ""
    next_step: str = ""

    @property
    def fact(self) -> str:
        """How rules call it within its family, such as "slots"."""
        return self.code.name.lower()
